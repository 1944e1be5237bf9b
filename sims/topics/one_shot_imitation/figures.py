"""A policy that is shown a way, how many tasks that takes, and what cloning does without."""

from collections.abc import Iterator
from dataclasses import dataclass

from sims.derivation import Step
from sims.lazy import sympy, torch
from sims.rl.environments import reach
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.one_shot_imitation.model import successes, topic, training, walk


@dataclass(frozen=True)
class Reach:
    """One conditioned policy in training, and new goals."""

    tasks: int = parameter(140, 1, 500, "training tasks")
    demonstrations: int = parameter(10, 1, 30, "demonstrations of each")
    iterations: int = parameter(400, 20, 2000, "updates")
    distance: float = parameter(0.8, 0.0, 4.0, "distance of the goal shown; 1 at most in training")


@topic.simulation("reach", Reach, says="Shown one way to a new goal, walk there from elsewhere")
def reaching(parameters: Reach, run: Run) -> Iterator[Frame]:
    """Draw a demonstration and what the policy makes of it, while it is trained."""
    p = parameters
    generator = run.generator("shown")
    goal = reach.goals((1, 1), generator, (p.distance, p.distance))
    shown = reach.demonstration(reach.starts((1, 1), generator), goal)
    start = reach.starts((1, 1), generator)
    updates = training(1, p.tasks, p.demonstrations, p.iterations, run.generator("training"))
    for count, policy in enumerate(updates, 1):
        if count % max(1, p.iterations // 20) and count < p.iterations:
            continue
        path = torch.stack(list(walk(policy, shown, start)), -2)
        within = float(successes(policy, run.generator("near")))
        beyond = float(successes(policy, run.generator("far"), ring=(2.0, 3.0)))
        series = []
        for name, points, style in (
            ("demonstration", shown, "line"),
            ("policy", path, "line"),
            ("goal", goal[:, :, None], "scatter"),
        ):
            x, y = points[0, 0].cpu().double().T.tolist()
            series.append(Series(name, x, y, style))
        yield Frame(
            progress=count / p.iterations,
            series=tuple(series),
            outputs={"within": within, "beyond": beyond},
            says=f"{count} updates: {within:.0%} of 200 new goals reached, {beyond:.0%} beyond",
            x_label="x",
            y_label="y",
        )


@dataclass(frozen=True)
class Range:
    """How many tasks to train on."""

    seeds: int = parameter(4, 2, 10, "policies of each kind")
    iterations: int = parameter(250, 20, 1000, "updates")
    demonstrations: int = parameter(10, 1, 30, "demonstrations of each task")


@topic.simulation("tasks", Range, says="How many training tasks does one demonstration need?")
def tasks_needed(parameters: Range, run: Run) -> Iterator[Frame]:
    """Draw the share of new goals reached over the number of training tasks."""
    p = parameters
    counts = (1, 2, 5, 15, 50, 140)
    found: list[list[float]] = []
    for index, tasks in enumerate(counts):
        generator = run.generator(f"training {tasks}")
        *_, policy = training(p.seeds, tasks, p.demonstrations, p.iterations, generator)
        share = successes(policy, run.generator("test"))
        found.append([float(share.mean()), float(share.min()), float(share.max())])
        mean, low, high = (list(column) for column in zip(*found, strict=True))
        x = [float(n) for n in counts[: index + 1]]
        yield Frame(
            progress=(index + 1) / len(counts),
            series=(
                Series(
                    "one demonstration of a new goal",
                    x,
                    mean,
                    low=low,
                    high=high,
                    band="all policies",
                ),
            ),
            outputs={"done": mean[-1]},
            says=f"{tasks} training tasks: {mean[-1]:.0%} of new goals reached",
            x_label="training tasks",
            y_label="share of new tasks done",
        )


@dataclass(frozen=True)
class TwoTasks:
    """At one position, a task wants action a and another wants b."""

    a: float = parameter(1.0, -2.0, 2.0, "action in the first task", step=0.1)
    b: float = parameter(-1.0, -2.0, 2.0, "action in the second task", step=0.1)
    p: float = parameter(0.5, 0.0, 1.0, "share of the first task", step=0.05)


@topic.simulation("average", TwoTasks, says="What cloning does if it is not told the task")
def average(parameters: TwoTasks, run: Run) -> Iterator[Frame]:
    """Draw the squared error over the action, and its least."""
    q = parameters

    def error(action: float) -> float:
        return q.p * (q.a - action) ** 2 + (1 - q.p) * (q.b - action) ** 2

    best = q.p * q.a + (1 - q.p) * q.b
    x = [-2 + k / 20 for k in range(81)]
    yield Frame(
        series=(
            Series("mean squared error", x, [error(action) for action in x]),
            Series("cloned", [best], [error(best)], "scatter"),
        ),
        outputs={"action": best, "error": error(best)},
        says=f"cloning acts {best:.3f}, at an error of {error(best):.3f}",
        x_label="action",
        y_label="mean squared error",
    )


@topic.derivation(
    "average",
    sizes="for two tasks",
    says="Without being told the task, cloning takes the mean action",
)
def mean_action() -> Iterator[Step]:
    """Minimise p (a - f)² + (1 - p)(b - f)² over f."""
    a, b, f = sympy.symbols("a b f", real=True)
    p = sympy.Symbol("p", positive=True)
    loss = p * (a - f) ** 2 + (1 - p) * (b - f) ** 2
    yield Step(
        sympy.Eq(sympy.diff(loss, f), 0), "at the least mean squared error the slope is zero"
    )
    yield Step(
        sympy.Eq(f, p * a + (1 - p) * b), "collect f: the mean of what the tasks want", "solves"
    )


@topic.derivation(
    "error",
    sizes="for two tasks",
    says="What that costs: the variance of the actions between tasks",
)
def error_left() -> Iterator[Step]:
    """Put the mean action into the mean squared error."""
    a, b = sympy.symbols("a b", real=True)
    p = sympy.Symbol("p", positive=True)
    f = p * a + (1 - p) * b
    yield Step(p * (a - f) ** 2 + (1 - p) * (b - f) ** 2, "the error of the mean action")
    yield Step(
        p * (1 - p) ** 2 * (a - b) ** 2 + (1 - p) * p**2 * (a - b) ** 2,
        "a - f = (1 - p)(a - b), and b - f = -p (a - b)",
    )
    yield Step(p * (1 - p) * (a - b) ** 2, "one factor p (1 - p) comes out, the rest adds to 1")


@topic.derivation(
    "pairs",
    says="Pairs to train on: T tasks of n demonstrations give T n (n - 1)",
    instances={"T": (1, 2, 3), "n": (2, 3, 5)},
)
def pairs() -> Iterator[Step]:
    """Count which demonstration is shown and which is cloned."""
    tasks, n, i = sympy.symbols("T n i", integer=True, positive=True)
    yield Step(
        sympy.Sum(n * n - n, (i, 1, tasks)), "in each task, all pairs but those of one with itself"
    )
    yield Step(tasks * n * (n - 1), "the same for each task")
