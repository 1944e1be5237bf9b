"""What GRPO costs: models in memory, generation beside training, overlapping the two."""

from collections.abc import Callable
from itertools import product

from sims.claim import Case
from sims.decide import enumeration, every, statement
from sims.evidence import Evidence, Kind, Level, Verdict
from sims.lazy import torch
from sims.run import Run
from sims.topics.grpo.model import topic, train_bandit

PPO = ("policy", "value", "reward", "reference")
TRAINED = ("policy", "value")


def memory(models: tuple[str, ...], trained: float, value_size: float) -> float:
    """Return bytes for each parameter of the policy; the value model has ``value_size`` of those.

    A trained model takes ``trained`` bytes a parameter (16: 2 for the weight, 2 for the gradient,
    12 for Adam's copy and moments in 32 bits), a frozen one 2.
    """
    size = {"value": value_size}
    return sum(size.get(name, 1.0) * (trained if name in TRAINED else 2.0) for name in models)


@topic.claim(
    "27.5",
    says="Instead of a resource intensive 'critic' model, GRPO generates a group of outputs",
    kind=Kind.STRUCTURAL,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="the models take at least 10 % less memory than PPO's four, for 8 to 32 bytes a trained "
    "parameter and a critic of 1/4 to 1 times the policy; and the group alone suffices to learn: "
    "in 20 of 20 seeds a bandit's best of 5 arms passes probability 0.95 within 300 steps",
    source="Shao et al. 2024, section 4.1 and figure 4",
    assumptions=("mixed precision with Adam", "reward and reference models as large as the policy"),
    asserted=Case(("policy", "reward", "reference"), "policy, reward and reference model suffice"),
    mutant=Case(("policy", "value", "reward", "reference"), "GRPO needs a value model besides"),
    control=Case(("policy", "reference"), "with a rule as reward, policy and reference suffice"),
)
def no_critic(asserted: tuple[str, ...], run: Run) -> Evidence:
    """Add up the models' memory, and learn from groups without a critic."""
    settings = list(product((8.0, 16.0, 32.0), (0.25, 0.5, 1.0)))
    wrong = sum(memory(asserted, *setting) > 0.9 * memory(PPO, *setting) for setting in settings)
    usual = memory(asserted, 16.0, 1.0), memory(PPO, 16.0, 1.0)
    rewards = torch.tensor([0.1, 0.3, 0.5, 0.7, 0.9], device=run.device).double().expand(20, 5)
    policy = train_bandit(rewards, 300, 8, 0.5, run.generator("learning"))
    learned = int((policy[:, -1] > 0.95).sum())
    return every(
        [
            enumeration(
                len(settings),
                wrong,
                f"{usual[0]:g} against {usual[1]:g} bytes a parameter; 10 % less than PPO",
            ),
            statement(learned == 20, f"{learned} of 20 bandits solved without a critic"),
        ]
    )


# --- Generation beside training ----------------------------------------------------------------

PEAK = 989e12
BANDWIDTH = 3.35e12


Workload = tuple[int, int, int]
"""Tokens of a prompt, tokens of an output, and how many sequences are decoded together."""


def generation_share(
    load: Workload, peak: float = PEAK, bandwidth: float = BANDWIDTH, parameters: float = 7e9
) -> float:
    """Return generation's share of the time of one output's generation and training, in (0, 1).

    Roofline: a decoding step reads all weights (2 bytes each) once for all sequences together, or
    computes 2 operations a parameter and token, whichever takes longer. Reading the prompt
    computes as much a token; training on prompt and output computes 6.
    """
    prompt, output, together = load
    tokens = prompt + output
    step = max(2 * parameters / bandwidth, 2 * parameters * together / peak)
    generation = output * step / together + 2 * parameters * prompt / peak
    training = 6 * parameters * tokens / peak
    return generation / (generation + training)


@topic.claim(
    "27.17",
    says="Generation (generating G outputs) is often the main bottleneck",
    kind=Kind.STRUCTURAL,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="generation takes more than half of the time at every combination of half, once and twice "
    "the peak and the bandwidth (a 4-fold range of each); FAILS if less than half at every one, "
    "else UNDECIDED",
    source="roofline model: Williams, Waterman & Patterson 2009",
    right="while decoding is bound by memory: long outputs, few of them decoded together. Reading "
    "the weights once for many sequences, as inference servers do, ends it",
    assumptions=(
        "7e9 parameters of 2 bytes, 989e12 operations/s and 3.35e12 bytes/s as for one H100",
        "no key-value cache traffic, no stragglers, both phases at the roofline",
    ),
    inside=Case((512, 4096, 16), "outputs of 4096 tokens, 16 decoded together"),
    outside=Case((512, 4096, 1024), "outputs of 4096 tokens, 1024 decoded together"),
    mutant=Case((4096, 16, 16), "outputs of 16 tokens after prompts of 4096"),
    control=Case((0, 1000, 1), "one sequence at a time"),
)
def generation_dominates(asserted: Workload, run: Run) -> Evidence:
    """Work out the share at nine settings of the hardware."""
    shares = [
        generation_share(asserted, PEAK * a, BANDWIDTH * b)
        for a, b in product((0.5, 1.0, 2.0), repeat=2)
    ]
    usual = generation_share(asserted)
    says = f"share {usual:.2f}, from {min(shares):.2f} to {max(shares):.2f} over the hardware"
    if min(shares) < 0.5 < max(shares):
        return Evidence(Verdict.UNDECIDED, says, statistic=usual, seeds=len(shares))
    return statement(min(shares) > 0.5, says, usual)


# --- Overlap -----------------------------------------------------------------------------------


def finish_times(
    generate: float, train: float, batches: int, ahead: int
) -> tuple[list[float], list[int]]:
    """Return when each batch has been trained on, and how many updates behind its policy was.

    Generation may run at most ``ahead`` batches ahead of training; 0 waits for each update.
    """
    ready, done, behind = 0.0, [0.0], []
    for batch in range(batches):
        begin = max(ready, done[max(0, batch - ahead)])
        ready = begin + generate
        behind.append(batch - sum(end <= begin for end in done[1:]))
        done.append(max(ready, done[-1]) + train)
    return done[1:], behind


Overlap = tuple[int, Callable[[float, float], float]]
"""How far generation may run ahead, and the asserted batches a second."""


@topic.claim(
    "27.18",
    says="This is where async RL or vllm based optimizations come in",
    kind=Kind.STRUCTURAL,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="batches a second over 200 batches equal to the asserted rate to 1e-9, in an event "
    "simulation with 60 seeded pairs of fixed times",
    source="a two-stage pipeline; Noukhovitch et al. 2024, on asynchronous RLHF",
    right="running generation beside training gives 1/max(generate, train) batches a second "
    "instead of 1/(generate + train), at most twice as many, and the outputs are then one or more "
    "updates old. That vLLM makes generation itself faster is not decided here",
    assumptions=("fixed times, separate hardware for both stages, no transfer of weights",),
    asserted=Case((1, lambda g, t: 1 / max(g, t)), "one batch ahead: 1/max(generate, train)"),
    mutant=Case(
        (1, lambda g, t: 1 / g + 1 / t), "one batch ahead: the rates of both stages add up"
    ),
    control=Case((0, lambda g, t: 1 / (g + t)), "in turn: 1/(generate + train)"),
)
def overlap(asserted: Overlap, run: Run) -> Evidence:
    """Simulate both stages and measure the rate after the pipeline has filled."""
    ahead, expected = asserted
    times = run.rng("times").uniform(0.2, 5.0, size=(60, 2)).tolist()
    wrong, stale = 0, []
    for generate, train in times:
        done, behind = finish_times(generate, train, 201, ahead)
        rate = 200 / (done[-1] - done[0])
        wrong += abs(rate - expected(generate, train)) > 1e-9
        stale.append(max(behind))
    return enumeration(len(times), wrong, f"rate; outputs up to {max(stale)} updates old")
