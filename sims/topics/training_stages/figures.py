"""The optimum between reward and reference, orders of data, reinforcement from a start, tokens."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sims.curves import sampled
from sims.derivation import Step, as_written
from sims.lazy import np, sympy
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.training_stages.learning import final_losses
from sims.topics.training_stages.model import (
    CONTEXT,
    POST_TRAINING,
    PRE_TRAINING,
    best_length,
    kl_regularised_optimum,
    topic,
)
from sims.topics.training_stages.policies import forgetting, reinforced


@dataclass(frozen=True)
class Regularised:
    """Two answers, a reference policy and a weight on staying near it."""

    reference: float = parameter(0.2, 0.01, 0.99, "reference probability of the first answer")
    advantage: float = parameter(1.0, -5.0, 5.0, "reward of the first answer less the second's")
    beta: float = parameter(0.5, 0.05, 10.0, "weight of the KL divergence")


@topic.simulation("optimum", Regularised, says="The policy between reward and reference, by beta")
def optimum(parameters: Regularised, run: Run) -> Iterator[Frame]:
    """Draw the optimal probability over a range of weights."""
    p = parameters
    reference, rewards = [p.reference, 1 - p.reference], np.array([p.advantage, 0.0])
    betas = np.geomspace(0.05, 10, 41)
    chosen = float(kl_regularised_optimum(reference, rewards, p.beta)[0])
    best = [float(kl_regularised_optimum(reference, rewards, b)[0]) for b in betas]
    for part in range(1, 11):
        count = max(2, 41 * part // 10)
        x = np.log10(betas[:count]).tolist()
        yield Frame(
            progress=part / 10,
            series=(
                Series("optimal policy", x, best[:count]),
                Series("reference", x, [p.reference] * count),
            ),
            outputs={"probability": chosen},
            says=f"at beta {p.beta:g} the first answer gets {chosen:.3f}",
            x_label="log10 of beta",
            y_label="probability of the first answer",
        )


@dataclass(frozen=True)
class Diet:
    """Bigram language models that see good text at different times."""

    seeds: int = parameter(10, 2, 50, "models for each order")


@topic.simulation(
    "diet",
    Diet,
    units={"nats a token": "first mixed last"},
    says="Good text first, mixed in, or last: the loss at the end",
)
def diet(parameters: Diet, run: Run) -> Iterator[Frame]:
    """Train for each order and compare."""
    losses: dict[str, float] = {}
    models: list[Any] = []
    for index, order in enumerate(("first", "mixed", "last")):
        found = final_losses(order, 0, parameters.seeds, run.seed, run.device)
        models.append(found)
        losses[order] = float(found.mean())
        yield Frame(
            progress=(index + 1) / 3,
            series=(
                sampled(
                    "loss on good text", [float(i + 1) for i in range(len(models))], models, "bar"
                ),
            ),
            outputs=dict(losses),
            says=", ".join(f"{name} {loss:.3f}" for name, loss in losses.items()),
            x_label="good text: 1 first, 2 mixed in, 3 last",
            y_label="nats for each token",
        )


@dataclass(frozen=True)
class Start:
    """Reinforcement with a verifier, from a policy of a given success."""

    success: float = parameter(0.3, 0.0, 0.99, "success to begin with")
    steps: int = parameter(200, 10, 1000, "gradient steps")


@topic.simulation("reinforce", Start, says="From a demonstrator's success upwards, or from nothing")
def reinforce(parameters: Start, run: Run) -> Iterator[Frame]:
    """Draw success over steps."""
    at = sorted({parameters.steps * k // 20 for k in range(21)})
    curve: list[float] = []
    for index, steps in enumerate(at):
        curve.append(reinforced(parameters.success, steps))
        yield Frame(
            progress=(index + 1) / len(at),
            series=(Series("success", [float(s) for s in at[: index + 1]], list(curve)),),
            outputs={"success": curve[-1]},
            says=f"after {steps} steps {curve[-1]:.1%}",
            x_label="step",
            y_label="success",
        )


@dataclass(frozen=True)
class Hours:
    """GPU hours of the stages, in thousands; the defaults are DeepSeek-V3's."""

    pre: float = parameter(PRE_TRAINING, 1.0, 1e6, "pre-training")
    context: float = parameter(CONTEXT, 0.0, 1e6, "context extension")
    post: float = parameter(POST_TRAINING, 0.0, 1e6, "post-training")


@topic.simulation("hours", Hours, says="Which stage takes the compute?")
def hours(parameters: Hours, run: Run) -> Iterator[Frame]:
    """Show the stages as bars."""
    p = parameters
    total = p.pre + p.context + p.post
    yield Frame(
        series=(
            Series(
                "share of the hours",
                [1.0, 2.0, 3.0],
                [p.pre / total, p.context / total, p.post / total],
                "bar",
            ),
        ),
        outputs={"pre_share": p.pre / total, "post_share": p.post / total},
        says=f"pre-training {p.pre / total:.1%}, post-training {p.post / total:.1%}",
        x_label="1 pre-training, 2 context extension, 3 post-training",
        y_label="share of GPU hours",
    )


@dataclass(frozen=True)
class Attempts:
    """Attempts at a cost, until one succeeds."""

    cost: float = parameter(0.01, 0.001, 0.2, "cost of an attempt, a success being worth 1")


@topic.simulation(
    "effort",
    Attempts,
    units={"attempts": "most last"},
    says="How many attempts is a problem worth, by difficulty?",
)
def effort(parameters: Attempts, run: Run) -> Iterator[Frame]:
    """Draw the best number of attempts from easy to hard."""
    chances = np.geomspace(0.95, 0.002, 40)
    best: list[float] = []
    for index, chance in enumerate(chances):
        best.append(float(best_length(float(chance), parameters.cost)))
        if index % 4 < 3 and index < 39:
            continue
        x = (-np.log10(chances[: index + 1])).tolist()
        yield Frame(
            progress=(index + 1) / 40,
            series=(Series("best number of attempts", x, list(best)),),
            outputs={"most": max(best), "last": best[-1]},
            says=f"at most {max(best):.0f} attempts; {best[-1]:.0f} at a chance of {chance:.3f}",
            x_label="difficulty, -log10 of the chance",
            y_label="attempts",
        )


@dataclass(frozen=True)
class Steps:
    """Two ways to 90 % success on a new task. A table of ten answers, not a language model."""

    seeds: int = parameter(100, 10, 400, "pairs of tasks")
    largest: float = parameter(100.0, 1.0, 100.0, "largest learning rate")


@topic.simulation(
    "forgetting",
    Steps,
    units={"nats": "reinforcement_nats fine-tuning_nats"},
    says="What an old task loses while a new one is learnt",
)
def forgotten(parameters: Steps, run: Run) -> Iterator[Frame]:
    """Draw the mean rise of the old task's loss over the learning rate, for both trainings."""
    rates = np.geomspace(0.1, parameters.largest, 10).tolist()
    ways = ("reinforcement", "fine-tuning")
    rises: dict[str, list[float]] = {way: [] for way in ways}
    tasks: dict[str, list[Any]] = {way: [] for way in ways}
    for index, rate in enumerate(rates):
        for way in ways:
            rise, _ = forgetting((way, rate), parameters.seeds, run, "forgetting")
            rises[way].append(float(rise.mean()))
            tasks[way].append(rise)
        yield Frame(
            progress=(index + 1) / len(rates),
            series=tuple(sampled(way, rates[: index + 1], tasks[way]) for way in ways),
            outputs={f"{way}_nats": rises[way][-1] for way in ways},
            says=f"rate {rate:.3g}: reinforcement costs {rises[ways[0]][-1]:.2f} nats, "
            f"fine-tuning {rises[ways[1]][-1]:.2f}",
            x_label="learning rate",
            y_label="rise of the old task's loss, nats",
        )


@topic.derivation("implied", says="The reward that an optimal policy implies, with its normalizer")
def implied() -> Iterator[Step]:
    """Solve pi = reference e^(r/beta) / Z for the reward r of one answer."""
    p, a, z, beta = sympy.symbols("pi a Z beta", positive=True)
    r = sympy.Symbol("r", real=True)
    yield Step(
        sympy.Eq(p, a * sympy.exp(r / beta) / z),
        "the optimum weighs the reference a by e^(r/beta); Z adds up all answers",
    )
    yield Step(
        sympy.Eq(r, beta * sympy.log(p / a) + beta * sympy.log(z)),
        "take logarithms: the reward of every answer has the same beta log Z",
        "solves",
    )


@topic.derivation("dpo", says="The normalizer Z cancels from DPO's difference of rewards")
def cancels() -> Iterator[Step]:
    """Put the implied rewards of two answers into their difference, which is all DPO compares."""
    p, q, a, b, z, beta = sympy.symbols("p q a b Z beta", positive=True)
    r, t = sympy.symbols("r t", real=True)
    log = sympy.log
    rewards = {r: beta * log(p / a) + beta * log(z), t: beta * log(q / b) + beta * log(z)}
    yield Step(
        r - t, "Bradley and Terry's model compares the rewards of two answers", where=rewards
    )
    yield Step(
        as_written(
            lambda: (beta * log(p / a) + beta * log(z)) - (beta * log(q / b) + beta * log(z))
        ),
        "each is beta log(pi/reference) + beta log Z",
    )
    yield Step(
        beta * log(p / a) - beta * log(q / b), "beta log Z less beta log Z: the normalizer is gone"
    )
    yield Step(
        beta * log(p * b / (q * a)), "the log odds of the policy over those of the reference"
    )


@topic.derivation(
    "regularised",
    sizes="for two answers",
    says="The optimum of E[r] - beta KL weighs the reference by e^(r/beta)",
)
def closed_form() -> Iterator[Step]:
    """For two answers: set the derivative by the first one's probability to zero."""
    x = sympy.Symbol("x", positive=True)
    r = sympy.Symbol("r", real=True)
    a, b, beta = sympy.symbols("a b beta", positive=True)
    slope = r - beta * (sympy.log(x / (1 - x)) - sympy.log(a / b))
    yield Step(
        sympy.Eq(slope, 0), "dE[r]/dx = r, the advantage; the KL's slope is the difference of logs"
    )
    odds = a * sympy.exp(r / beta) / b
    yield Step(
        sympy.Eq(x, odds / (1 + odds)),
        "the odds are those of the reference times e^(r/beta)",
        "solves",
    )
