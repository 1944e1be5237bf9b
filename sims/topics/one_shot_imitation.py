"""One-shot imitation: one demonstration of a new task, after training on many tasks.

Source: Duan et al. 2017, "One-shot imitation learning": a policy conditioned on a demonstration,
trained on pairs of demonstrations of 140 tasks. The toy here reaches goals in the plane.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sims.claim import Case
from sims.derivation import Step
from sims.evidence import Evidence, Kind, Level, Verdict
from sims.lazy import np, sympy
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.statistics import experiment
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray

topic = Topic("one-shot-imitation")

# --- Model -----------------------------------------------------------------------------------

STRIDE, STEPS, NEAR = 0.15, 25, 0.15
"""Longest step of the expert, steps in a demonstration, and how near counts as reached."""


def expert(at: Any, goal: Any) -> "NDArray[np.float64]":
    """Return the expert's move: straight to the goal, at most :data:`STRIDE` long."""
    way = goal - at
    length = np.linalg.norm(way, axis=-1, keepdims=True)
    move: NDArray[np.float64] = way * np.minimum(1.0, STRIDE / np.maximum(length, 1e-9))
    return move


def demonstration(start: Any, goal: Any) -> "NDArray[np.float64]":
    """Return the states of an expert's walk, shape (STEPS, tasks, 2)."""
    states = [np.asarray(start, dtype=float)]
    for _ in range(STEPS - 1):
        states.append(states[-1] + expert(states[-1], goal))
    return np.stack(states)


def goals(count: int, radius: float, rng: "np.random.Generator") -> "NDArray[np.float64]":
    """Return goals uniform in a disc, shape (count, 2)."""
    angle = rng.uniform(0, 2 * np.pi, count)
    distance = radius * np.sqrt(rng.uniform(size=count))
    found: NDArray[np.float64] = np.stack([distance * np.cos(angle), distance * np.sin(angle)], 1)
    return found


class Imitator:
    """A ridge regression on random cosine features, from what is seen to the expert's move.

    With ``conditioned`` it sees its state and the end of a demonstration; else its state alone.
    """

    def __init__(self, seen: Any, moves: Any, rng: "np.random.Generator") -> None:
        """Fit to rows of what is seen, (n, d), and the expert's moves, (n, 2)."""
        self.weights = rng.normal(size=(seen.shape[1], 300))
        self.shift = rng.uniform(0, 2 * np.pi, 300)
        features = self._features(seen)
        gram = features.T @ features + 1e-3 * np.eye(300)
        self.readout = np.linalg.solve(gram, features.T @ moves)

    def _features(self, seen: Any) -> "NDArray[np.float64]":
        cosines: NDArray[np.float64] = np.cos(seen @ self.weights + self.shift)
        return cosines

    def move(self, seen: Any) -> "NDArray[np.float64]":
        """Return the moves it makes."""
        made: NDArray[np.float64] = self._features(seen) @ self.readout
        return made


def success(imitator: Imitator, start: Any, goal: Any, shown: Any | None) -> float:
    """Return the share of walks that end near their goal; ``shown`` are demonstrations' ends."""
    at = np.asarray(start, dtype=float)
    for _ in range(2 * STEPS):
        seen = at if shown is None else np.concatenate([at, shown], 1)
        at = np.clip(at + np.clip(imitator.move(seen), -STRIDE, STRIDE), -20, 20)
    return float((np.linalg.norm(at - goal, axis=1) < NEAR).mean())


@cache
def reached(tasks: int, radius: float, way: str, seed: int) -> float:
    """Return the success on 60 new tasks in a disc of ``radius``, from new starts.

    ``way``: ``one demonstration`` conditions the policy trained on ``tasks`` tasks in a disc of
    radius 1; ``another task's`` shows it the wrong one; ``from scratch`` fits a new policy to the
    one demonstration.
    """
    rng = Run(seed).rng(f"tasks {tasks}")
    trained = goals(tasks, 1.0, rng)
    many = np.repeat(trained, 8, 0)
    walks = demonstration(goals(len(many), 1.2, rng), many)
    seen = np.concatenate([walks, np.broadcast_to(many, walks.shape)], 2).reshape(-1, 4)
    moves = expert(walks, many).reshape(-1, 2)
    chosen = rng.permutation(len(seen))[:4000]
    new, starts = goals(60, radius, rng), goals(60, 1.2, rng)
    shown = demonstration(goals(60, 1.2, rng), new)
    if way == "from scratch":
        return float(
            np.mean(
                [
                    success(Imitator(walk, expert(walk, goal), rng), start[None], goal[None], None)
                    for walk, goal, start in zip(shown.swapaxes(0, 1), new, starts, strict=True)
                ]
            )
        )
    ends = shown[-1] if way == "one demonstration" else np.roll(shown[-1], 1, 0)
    return success(Imitator(seen[chosen], moves[chosen], rng), starts, new, ends)


# --- Claims ----------------------------------------------------------------------------------

TOY = ("reaching goals in the plane; random cosine features; success within 0.15 of the goal",)


@topic.claim(
    "16.1",
    says="Trying to learn with very limited demonstrations",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="success of the first way less that of the second beyond 20 points, 60 new tasks for each "
    "of 10 seeds, two rounds",
    source="Duan et al. 2017: 140 training tasks, one demonstration of each new one",
    right="one demonstration of the new task, after many tasks; not one demonstration in all",
    assumptions=TOY,
    inside=Case((140, "one demonstration", "from scratch"), "after training on 140 other tasks"),
    outside=Case((1, "one demonstration", "from scratch"), "after training on one other task"),
    mutant=Case((140, "from scratch", "one demonstration"), "learning from it alone does better"),
    control=Case((140, "one demonstration", "another task's"), "it must be the right task's"),
)
def one_demonstration(asserted: tuple[int, str, str], run: Run) -> Evidence:
    """Compare two ways on the same new tasks."""
    tasks, better, worse = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        seeds = range(run.seed + offset, run.seed + offset + count)
        return np.array(
            [reached(tasks, 1.0, better, s) - reached(tasks, 1.0, worse, s) for s in seeds]
        )

    return experiment(sample, margin=0.2, first=10, says=f"success, {better} less {worse}")


topic.documented(
    "16.2",
    says="given multiple demonstrations and conditioned on one instance of a task",
    verdict=Verdict.FAILS,
    source="Duan et al. 2017, section 3",
    right="trained on pairs of demonstrations of many tasks; conditioned on one demonstration of "
    "the task, and on the current state",
)


@topic.claim(
    "16.3",
    says="Generalise the understanding of various tasks",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="success on new tasks beyond the asserted share, 60 for each of 10 seeds, two rounds",
    source="Duan et al. 2017",
    right="to tasks like those trained on; goals three times as far are not reached",
    assumptions=TOY,
    inside=Case((1.0, 0.7), "new goals in the disc that was trained on: above 70 %"),
    outside=Case((3.0, 0.7), "goals in a disc three times as wide: above 70 %"),
    mutant=Case((3.0, 0.5), "goals in a disc three times as wide: above 50 %"),
    control=Case((0.5, 0.7), "goals in a disc half as wide: above 70 %"),
)
def generalising(asserted: tuple[float, float], run: Run) -> Evidence:
    """Show one demonstration of each new task."""
    radius, least = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        seeds = range(run.seed + offset, run.seed + offset + count)
        return np.array([reached(140, radius, "one demonstration", s) - least for s in seeds])

    return experiment(
        sample, margin=0.0, first=10, says=f"success at radius {radius:g}, less {least:g}"
    )


# --- Figure ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Training:
    """Training on more and more tasks, then one demonstration of a new one."""

    radius: float = parameter(1.0, 0.25, 4.0, "radius of the disc of new goals; 1 was trained on")
    seeds: int = parameter(4, 1, 20, "repetitions")


@topic.simulation("tasks", Training, says="Success with one demonstration, by tasks trained on")
def by_tasks(parameters: Training, run: Run) -> Iterator[Frame]:
    """Double the training tasks."""
    x: list[float] = []
    mean: list[float] = []
    counts = (1, 2, 4, 8, 16, 32, 64, 140)
    for index, tasks in enumerate(counts):
        found = [
            reached(tasks, parameters.radius, "one demonstration", run.seed + s)
            for s in range(parameters.seeds)
        ]
        x.append(float(np.log2(tasks)))
        mean.append(float(np.mean(found)))
        yield Frame(
            progress=(index + 1) / len(counts),
            series=(Series("success", list(x), list(mean)),),
            outputs={"success": mean[-1]},
            says=f"{tasks} tasks: {mean[-1]:.0%} of new ones reached",
            x_label="log2 of the training tasks",
            y_label="success",
        )


# --- Derivation ------------------------------------------------------------------------------


@topic.derivation(
    "pairs",
    says="T tasks with n demonstrations each give T n (n - 1) training pairs",
    instances={"T": (1, 3), "n": (2, 3, 5)},
)
def pairs() -> Iterator[Step]:
    """Choose a demonstration to condition on, then another one to imitate."""
    tasks, n, i, j = sympy.symbols("T n i j", integer=True, positive=True)
    yield Step(
        sympy.Sum(sympy.Sum(1, (i, 1, n)), (j, 1, tasks)) * n - tasks * n,
        "all ordered pairs of each task, less those of a demonstration with itself",
    )
    yield Step(tasks * n**2 - tasks * n, "the sums count n for each of T tasks")
    yield Step(tasks * n * (n - 1), "n - 1 partners for each")
