"""Learning on tokens, advantages of a group, the clipped term, noise of k1 to k3, a pipeline."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.curves import mean_curve, sampled
from sims.lazy import torch
from sims.rl.environments.sums import Sums
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.grpo.model import (
    clipped_surrogate,
    k1,
    k2,
    k3,
    normalised,
    token_step,
    topic,
    train_bandit,
)
from sims.topics.grpo.systems import finish_times

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Training:
    """Write digits 1 to 3 that add up to the target, then stop; at most 4 tokens."""

    target: int = parameter(6, 1, 12, "what the digits must add up to")
    size: int = parameter(8, 2, 64, "outputs in a group")
    rate: float = parameter(2.0, 0.05, 20.0, "step size")
    updates: int = parameter(120, 10, 600, "updates")
    seeds: int = parameter(30, 2, 200, "policies trained beside each other")


@topic.simulation(
    "training",
    Training,
    units={"tokens": "length"},
    says="GRPO and Dr. GRPO learn a token task with the same step size",
)
def training(parameters: Training, run: Run) -> Iterator[Frame]:
    """Follow the exact probability of a right answer, averaged over policies."""
    task = Sums(digits=3, longest=4, target=parameters.target)
    on = task.every(run.device)
    right = task.reward(on)
    names = {"GRPO": True, "without dividing (Dr. GRPO)": False}
    generators = {name: run.generator(name) for name in names}
    start = torch.zeros((parameters.seeds, *task.shape), device=run.device).double()
    theta = dict.fromkeys(names, start)
    curves: dict[str, list[Tensor]] = {name: [] for name in names}
    signals: list[Tensor] = []
    lengths: dict[str, float] = {}
    for update in range(parameters.updates + 1):
        for name, divide in names.items():
            chance = task.log_probabilities(theta[name], on).sum(-1).exp()
            curves[name].append(chance @ right)
            lengths[name] = float((chance @ on.lengths.double()).mean())
            step, signal = token_step(
                task, theta[name], parameters.size, divide=divide, generator=generators[name]
            )
            theta = {**theta, name: theta[name] + parameters.rate * step}
            if divide:
                signals.append(signal.double())
        if update % 10 and update != parameters.updates:
            continue
        grpo, plain = (float(curve[-1].mean()) for curve in curves.values())
        heard = float(signals[-1].mean())
        x = [float(i) for i in range(update + 1)]
        yield Frame(
            progress=(update + 1) / (parameters.updates + 1),
            series=(
                *(mean_curve(name, x, torch.stack(curve, -1)) for name, curve in curves.items()),
                mean_curve("share of groups with a signal (GRPO)", x, torch.stack(signals, -1)),
            ),
            outputs={"grpo": grpo, "plain": plain, "signal": heard, "length": lengths["GRPO"]},
            says=f"{update} updates: right with probability {grpo:.2f}, without dividing "
            f"{plain:.2f}; {100 * heard:.0f} % of the groups still say something",
            x_label="updates",
            y_label="share: of right answers, of groups with a signal",
        )


@dataclass(frozen=True)
class Group:
    """Rewards 0 and 1. If `right` is not below the size, all outputs are right."""

    size: int = parameter(8, 2, 64, "outputs in the group, G")
    right: int = parameter(2, 0, 64, "how many of them are right")
    chance: float = parameter(0.1, 0.0, 1.0, "probability that an output is right", step=0.01)


@topic.simulation("advantages", Group, says="The advantages of a group, both ways to divide")
def advantages(parameters: Group, run: Run) -> Iterator[Frame]:
    """Draw the advantage of each output with the population's and the sample's deviation."""
    size, chance = parameters.size, parameters.chance
    rewards = [torch.tensor(float(i < parameters.right), dtype=torch.float64) for i in range(size)]
    population = [float(a) for a in normalised(rewards)]
    sample = [float(a) for a in normalised(rewards, 1)]
    x = [float(i + 1) for i in range(size)]
    yield Frame(
        series=(
            Series("population std", x, population, style="bar"),
            Series("sample std", x, sample, style="scatter"),
        ),
        outputs={
            "right": population[0] if parameters.right else 0.0,
            "wrong": population[-1] if parameters.right < size else 0.0,
            "right_sample": sample[0] if parameters.right else 0.0,
            "wrong_sample": sample[-1] if parameters.right < size else 0.0,
            "no_signal": chance**size + (1 - chance) ** size,
            "factor": (size - 1) / size,
        },
        says=f"{min(parameters.right, size)} of {size} right: right answers get "
        f"{population[0]:.3f}; P(no signal) = {chance**size + (1 - chance) ** size:.3f} "
        f"at p = {chance:g}",
        x_label="output",
        y_label="advantage",
    )


@dataclass(frozen=True)
class Clip:
    """One token. The slope is the derivative in the ratio: 0 where the token no longer pushes."""

    ratio: float = parameter(1.3, 0.0, 3.0, "new over old probability", step=0.05)
    advantage: float = parameter(1.0, -5.0, 5.0, "advantage of the token's output", step=0.5)
    epsilon: float = parameter(0.2, 0.05, 0.5, "half width of the clip range", step=0.05)


@topic.simulation("clip", Clip, says="The clipped term and its slope against the ratio")
def clip(parameters: Clip, run: Run) -> Iterator[Frame]:
    """Draw the clipped and the unclipped term."""
    at = torch.tensor(parameters.ratio, dtype=torch.float64, requires_grad=True)

    def value(ratio: "Tensor") -> "Tensor":
        term: Tensor = clipped_surrogate(
            ratio,
            parameters.advantage,
            parameters.epsilon,
            lambda a, b: torch.minimum(a, torch.zeros_like(a) + b),
            lambda a, b: torch.maximum(a, torch.zeros_like(a) + b),
        )
        return term

    here = value(at)
    slope = float(torch.autograd.grad(here, at)[0])
    ratios = torch.linspace(0, 3, 121, dtype=torch.float64)
    yield Frame(
        series=(
            Series("clipped term", ratios.tolist(), value(ratios).tolist()),
            Series("ratio x advantage", ratios.tolist(), (ratios * parameters.advantage).tolist()),
            Series("here", [parameters.ratio], [float(here.detach())], style="scatter"),
        ),
        outputs={"value": float(here.detach()), "slope": slope},
        says=f"value {float(here.detach()):.3f}, slope {slope:.3f}",
        x_label="ratio of new to old probability",
        y_label="contribution to the objective",
    )


@dataclass(frozen=True)
class Estimators:
    """One output and its probabilities; and, for the noise, N(0, 1) against N(shift, 1)."""

    policy: float = parameter(0.4, 0.01, 1.0, "probability under the policy", step=0.01)
    reference: float = parameter(0.5, 0.01, 1.0, "probability under the reference", step=0.01)
    shift: float = parameter(1.0, 0.05, 2.0, "distance of the reference's mean", step=0.05)


@topic.simulation(
    "estimators",
    Estimators,
    units={"nats": "k1 k2 k3 kl", "times the KL": "noise_k1 noise_k2 noise_k3 bias_k2"},
    says="k1, k2, k3 of one output, and how noisy they are",
)
def estimators(parameters: Estimators, run: Run) -> Iterator[Frame]:
    """Draw the three estimators against the ratio; noise is in closed form for two normals."""
    ratio = parameters.reference / parameters.policy
    s = parameters.shift**2
    kl = s / 2
    x = [0.1 + 0.05 * i for i in range(79)]
    yield Frame(
        series=(
            Series("k1 = -log r", x, [k1(r, math.log) for r in x]),
            Series("k2 = (log r)²/2", x, [k2(r, math.log) for r in x]),
            Series("k3 = r - 1 - log r", x, [k3(r, math.log) for r in x]),
            Series(
                "this output", [ratio] * 2, [k1(ratio, math.log), k3(ratio, math.log)], "scatter"
            ),
        ),
        outputs={
            "k1": k1(ratio, math.log),
            "k2": k2(ratio, math.log),
            "k3": k3(ratio, math.log),
            "kl": kl,
            "noise_k1": math.sqrt(s) / kl,
            "noise_k2": math.sqrt((2 * s**2 + s**3) / 4) / kl,
            "noise_k3": math.sqrt(math.expm1(s) - s) / kl,
            "bias_k2": s / 4,
        },
        says=f"r = {ratio:.3f}: k1 {k1(ratio, math.log):.4f}, k3 {k3(ratio, math.log):.4f}; "
        f"std over KL at KL {kl:.3g}: k1 {math.sqrt(s) / kl:.3g}, "
        f"k3 {math.sqrt(math.expm1(s) - s) / kl:.3g}",
        x_label="r, reference over policy",
        y_label="nats",
    )


@dataclass(frozen=True)
class Bandit:
    """Five arms that pay best, best - gap, best - 2 gap, …; with gap 0 nothing moves."""

    gap: float = parameter(0.2, 0.0, 0.25, "difference in reward from arm to arm", step=0.05)
    size: int = parameter(8, 2, 64, "arms drawn for a group")
    steps: int = parameter(300, 10, 1000, "updates")
    seeds: int = parameter(20, 2, 200, "bandits trained beside each other")


@topic.simulation("bandit", Bandit, says="Groups instead of a critic on a bandit of five arms")
def bandit(parameters: Bandit, run: Run) -> Iterator[Frame]:
    """Train for a fifth of the steps, two fifths, … from the same draws, and show the policies."""
    pay = 1 - parameters.gap * torch.arange(5, device=run.device).double()
    rewards = pay.expand(parameters.seeds, 5)
    for part in range(1, 6):
        steps = parameters.steps * part // 5
        policy = train_bandit(rewards, steps, parameters.size, 0.5, run.generator("bandit"))
        mean = policy.mean(0)
        yield Frame(
            progress=part / 5,
            series=(sampled("probability", [1.0, 2.0, 3.0, 4.0, 5.0], policy.unbind(1), "bar"),),
            outputs={"best": float(mean[0]), "least": float(policy[:, 0].min())},
            says=f"{steps} updates: the best arm has probability {float(mean[0]):.3f} on average, "
            f"{float(policy[:, 0].min()):.3f} at least",
            x_label="arm, best first",
            y_label="probability",
        )


@dataclass(frozen=True)
class Pipeline:
    """Generation and training on hardware of their own, each with a fixed time for a batch."""

    generate: float = parameter(6.0, 0.1, 100.0, "seconds to generate a batch")
    train: float = parameter(4.0, 0.1, 100.0, "seconds to train on it")
    batches: int = parameter(20, 2, 200, "batches")


@topic.simulation(
    "pipeline",
    Pipeline,
    units={"s an update": "in_turn ahead"},
    says="Updates over time: in turn, or one batch ahead",
)
def pipeline(parameters: Pipeline, run: Run) -> Iterator[Frame]:
    """Count the updates as time passes."""
    g, t, count = parameters.generate, parameters.train, parameters.batches
    ways = {"in turn": 0, "one batch ahead": 1}
    done = {name: finish_times(g, t, count, ahead)[0] for name, ahead in ways.items()}
    gaps = {name: (ends[-1] - ends[0]) / (count - 1) for name, ends in done.items()}
    for part in range(1, 11):
        shown = max(1, count * part // 10)
        yield Frame(
            progress=part / 10,
            series=tuple(
                Series(name, ends[:shown], [float(k + 1) for k in range(shown)])
                for name, ends in done.items()
            ),
            outputs={"in_turn": gaps["in turn"], "ahead": gaps["one batch ahead"]},
            says=f"an update every {gaps['in turn']:.3g} s in turn, every "
            f"{gaps['one batch ahead']:.3g} s one batch ahead",
            x_label="seconds",
            y_label="updates",
        )
