"""What the notes say of cost: no critic, generation as the bottleneck, overlapping it."""

from collections.abc import Callable
from functools import lru_cache
from itertools import product

from sims.claims import Case, Evidence, Kind, Verdict, check_mean, enumeration, every, fact, require
from sims.lazy import np, torch
from sims.rl.environments.sums import Sums
from sims.run import Run
from sims.topics.grpo.model import (
    bandit_scores,
    bandit_step,
    bandits,
    expected_objective,
    mean_weights,
    normalised,
    token_step,
    topic,
    train_bandit,
)
from sims.topics.grpo.systems import BANDWIDTH, PEAK, Workload, finish_times, generation_share

# --- No critic ---------------------------------------------------------------------------------


def _check_steps(run: Run) -> None:
    """Raise ArithmeticError unless sampled steps have the mean over all groups."""
    policy, rewards = (one.expand(4000, -1) for one in bandits(1, 3, run.generator("bandit")))
    weights = mean_weights(policy[:1], rewards[:1], normalised, 3)
    exact = torch.einsum("bn,bnk->k", weights, bandit_scores(policy[:1]))
    check_mean(bandit_step(policy, rewards, 3, run.generator("arms")), exact, "step on a bandit")

    task = Sums(target=2)
    theta = torch.randn(
        (1, *task.shape), generator=run.generator("policy"), device=run.device, dtype=torch.float64
    )
    leaf, on = theta.clone().requires_grad_(), task.every(run.device)
    objective = expected_objective(task, theta, leaf, lambda n: 1 / n).sum()
    right = (task.log_probabilities(leaf, on).sum(2).exp() * task.reward(on)).sum()
    for divide, value in ((True, objective), (False, right / 2 / task.longest)):
        many = theta.expand(4000, -1, -1, -1)
        steps, _ = token_step(task, many, 2, divide=divide, generator=run.generator("tokens"))
        check_mean(steps, torch.autograd.grad(value, leaf)[0][0], "step on tokens")


@lru_cache(maxsize=4)
def _learned(size: int, seed: int, device: str) -> tuple[int, int]:
    """Return how many of 20 bandits and of 20 policies of the token task learn from groups."""
    run = Run(seed, device)
    _check_steps(run)
    rewards = torch.tensor([0.1, 0.3, 0.5, 0.7, 0.9], device=device).double().expand(20, 5)
    policy = train_bandit(rewards, 300, size, 0.5, run.generator("learning"))
    task = Sums()
    theta = torch.zeros((20, *task.shape), dtype=torch.float64, device=device)
    generator, on = run.generator("answers"), task.every(device)
    for _ in range(150):
        theta = theta + 2.0 * token_step(task, theta, size, divide=True, generator=generator)[0]
    right = task.log_probabilities(theta, on).sum(2).exp() @ task.reward(on)
    return int((policy[:, -1] > 0.95).sum()), int((right > 0.9).sum())


@topic.simulated(
    "27.5",
    says="Instead of a resource intensive 'critic' model, GRPO generates a group of outputs",
    kind=Kind.STRUCTURAL,
    scope="20 bandits and 20 token tasks",
    rule="in 20 of 20 seeds a bandit's best of 5 arms passes probability 0.95 within 300 steps, "
    "and "
    "a right answer of the token task 0.9 within 150, from groups of the asserted size and nothing "
    "else; steps have the exact mean over all groups",
    source="Shao et al. 2024, section 4.1 and figure 4",
    right="a group takes the critic's place, and with it the memory of a second trained model",
    assumptions=("tables of preferences; not tested: how much a critic would have helped",),
    asserted=Case(8, "groups of 8 outputs teach without a critic"),
    mutant=Case(1, "single outputs, without critic or group, teach as well"),
    control=Case(16, "groups of 16 outputs teach without a critic"),
    simulation="bandit",
)
def no_critic(asserted: int, run: Run) -> Evidence:
    """Learn from groups without a critic."""
    arms, tokens = _learned(asserted, run.seed, run.device)
    return every(
        [
            fact(arms == 20, f"{arms} of 20 bandits solved", arms),
            fact(tokens == 20, f"{tokens} of 20 token tasks solved"),
        ]
    )


# --- Generation beside training ----------------------------------------------------------------


@topic.simulated(
    "27.17",
    says="Generation (generating G outputs) is often the main bottleneck",
    kind=Kind.STRUCTURAL,
    expected=Verdict.CONDITIONAL,
    rule="generation takes more than half of the time at every combination of half, once and twice "
    "the peak and the bandwidth (a 4-fold range of each); FAILS if less than half at every one, "
    "else UNDECIDED",
    source="roofline model: Williams, Waterman & Patterson 2009",
    right="while decoding is bound by memory: long outputs, few of them decoded together. Reading "
    "the weights once for many sequences, as inference servers do, ends it",
    assumptions=(
        "7e9 parameters of 2 bytes; 989e12 operations/s (bf16, dense) and 3.35e12 bytes/s, as in "
        "NVIDIA's data sheet of the H100 SXM",
        "no key-value cache traffic, no stragglers, both phases at the roofline",
    ),
    statement="generation takes more than half of the time for outputs of 4096 tokens, {} of them "
    "decoded together",
    inside=Case((512, 4096, 16), "16"),
    outside=Case((512, 4096, 1024), "1024"),
    mutant=Case((4096, 16, 16), "so it does for outputs of 16 tokens after prompts of 4096"),
    control=Case((0, 1000, 1), "so it does for one sequence at a time"),
    simulation="pipeline",
)
def generation_dominates(asserted: Workload, run: Run) -> Evidence:
    """Work out the share at nine settings of the hardware, and hold its two limits."""
    bound = generation_share((512, 4096, 100_000)), generation_share((0, 1000, 1))
    require(
        np.allclose(bound, (1 / 4, 1 / (1 + 3 * BANDWIDTH / PEAK)), rtol=0, atol=1e-12),
        says="not 2 of 8 operations when computing, or not the weights' reading",
    )
    shares = [
        generation_share(asserted, PEAK * a, BANDWIDTH * b)
        for a, b in product((0.5, 1.0, 2.0), repeat=2)
    ]
    usual = generation_share(asserted)
    says = f"share {usual:.2f}, from {min(shares):.2f} to {max(shares):.2f} over the hardware"
    if min(shares) < 0.5 < max(shares):
        return Evidence(Verdict.UNDECIDED, says, statistic=usual, seeds=len(shares))
    return fact(min(shares) > 0.5, says, usual)


# --- Overlap -----------------------------------------------------------------------------------


Overlap = tuple[int, Callable[[float, float], float]]
"""How far generation may run ahead, and the asserted batches a second."""


@topic.simulated(
    "27.18",
    says="This is where async RL or vllm based optimizations come in",
    kind=Kind.STRUCTURAL,
    rule="batches a second over 200 batches equal to the asserted rate to 1e-9, in an event "
    "simulation with 60 seeded pairs of fixed times, and outputs just as many updates old as "
    "generation runs ahead",
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
    simulation="pipeline",
)
def overlap(asserted: Overlap, run: Run) -> Evidence:
    """Simulate both stages and measure the rate after the pipeline has filled."""
    ahead, expected = asserted
    times = run.rng("times").uniform(0.2, 5.0, size=(60, 2)).tolist()
    wrong, stale = 0, []
    for generate, train in times:
        done, behind = finish_times(generate, train, 201, ahead)
        rate = 200 / (done[-1] - done[0])
        old = set(behind[ahead:])
        wrong += not (abs(rate - expected(generate, train)) <= 1e-9 and old == {ahead})
        stale.append(max(old))
    return enumeration(len(times), wrong, f"rate; outputs up to {max(stale)} updates old")
