"""The claims of the notes, decided on goals in the plane."""

from typing import TYPE_CHECKING

from sims.claims import Case, Evidence, Verdict, every, experiment, require
from sims.lazy import np, torch
from sims.rl.environments import reach
from sims.run import Run
from sims.topics.one_shot_imitation.model import (
    DEMONSTRATIONS,
    TASKS,
    cloned,
    successes,
    topic,
    trained,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAPER = "Duan et al. 2017"
MODEL = (
    "goals within 1 of the middle of a plane; done means within 0.2 after 48 steps",
    "ReLU networks, 400 updates; trained on 140 tasks of 10 demonstrations unless said otherwise",
)


def _check_tasks(ring: tuple[float, float], run: Run) -> None:
    """Raise ArithmeticError unless the expert's way and the draws are those of the model.

    After t steps an expert is max(0, d - 0.25 t) from a goal at distance d. Goals and starts have
    mean 0 and the same variance along every axis: (a² + ab + b²)/6 for a ring from a to b, and 1/4.
    """
    low, high = ring
    generator = run.generator("check")
    start = reach.starts((50, 200), generator)
    goal = reach.goals((50, 200), generator, ring)
    away = (reach.demonstration(start, goal) - goal[..., None, :]).norm(dim=-1)
    walked = reach.PACE * torch.arange(reach.STEPS + 1, device=run.device)
    require(
        torch.allclose(away, (away[..., :1] - walked).clamp_min(0), atol=1e-4),
        says="the expert does not walk straight to the goal",
    )
    variance = (low * low + low * high + high * high) / 6
    for drawn, expected in ((start, 0.25), (goal, variance)):
        points = drawn.flatten(0, 1)
        second = points.T @ points / len(points)
        errors = torch.cat(
            [(second - expected * torch.eye(2, device=run.device)), points.mean(0)[None]]
        )
        require(errors.abs() <= 0.1 * expected, says="starts or goals are not drawn as stated")


def _done(
    tasks: int,
    demonstrations: int,
    count: int,
    offset: int,
    run: Run,
    *,
    ring: tuple[float, float] = (0.0, 1.0),
    own: bool = True,
    stream: str = "test",
) -> "NDArray[np.float64]":
    """Return each seed's share of new tasks done after one demonstration, shape (count,)."""
    _check_tasks(ring, run)
    policy = trained(count, tasks, demonstrations, offset, run.seed, run.device)
    generator = run.generator(f"{stream} {offset}")
    found: NDArray[np.float64] = (
        successes(list(policy), generator, ring=ring, own=own).cpu().numpy()
    )
    return found


@topic.simulated(
    "16.1",
    says="Trying to learn with very limited demonstrations",
    expected=Verdict.CONDITIONAL,
    rule="share of new tasks done after one demonstration, less the share done by a network cloned "
    "from that one demonstration alone, is above the asserted margin; and that network does more "
    "than half of its tasks from where its demonstration began; 10 paired seeds, two rounds",
    source=PAPER + ", section 5: 140 training tasks of 1000 trajectories each",
    right="one demonstration of the new task at test time, after very many of other tasks",
    assumptions=MODEL,
    statement="one demonstration of a new task gains 20 points over cloning it alone after "
    "training on {}",
    inside=Case((TASKS, DEMONSTRATIONS, True, 0.2), "140 other tasks"),
    outside=Case((1, DEMONSTRATIONS, True, 0.2), "one other task"),
    mutant=Case(
        (TASKS, DEMONSTRATIONS, False, 0.2),
        "any demonstration will do after 140 tasks, another task's included",
    ),
    control=Case((TASKS, DEMONSTRATIONS, True, 0.0), "after 140 tasks, anything at all is gained"),
    simulation="tasks",
    derivation="average",
)
def one_demonstration(asserted: tuple[int, int, bool, float], run: Run) -> Evidence:
    """Compare conditioned policies with cloning from scratch."""
    tasks, demonstrations, own, margin = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        _, scratch = cloned(count, offset, run.seed, run.device)
        done = _done(tasks, demonstrations, count, offset, run, own=own)
        gain: NDArray[np.float64] = done - scratch.cpu().numpy()
        return gain

    def chance(count: int, offset: int) -> "NDArray[np.float64]":
        again, _ = cloned(count, offset, run.seed, run.device)
        share: NDArray[np.float64] = again.cpu().numpy()
        return share

    says = f"gain in the share of tasks done, trained on {tasks} tasks"
    return every(
        [
            experiment(sample, margin=margin, first=10, says=says),
            experiment(chance, margin=0.5, first=10, says="cloned, from where the way began"),
        ]
    )


topic.documented(
    "16.2",
    "The model is given multiple demonstrations and conditioned on one instance of a task, to "
    "help learn that task, and so on similarly other tasks as well",
    PAPER + ", sections 1 and 3",
    Verdict.FAILS,
    "trained on many pairs of demonstrations of many tasks; at test time conditioned on one "
    "demonstration of a new task, and on the current state",
)


@topic.simulated(
    "16.3",
    says="Generalise the understanding of various tasks",
    expected=Verdict.CONDITIONAL,
    rule="share of tasks done with goals in the asserted ring is at most the asserted drop below "
    "that for new goals as in training; 10 paired seeds, two rounds",
    source=PAPER + ", section 3: training and test tasks come from one distribution",
    right="to new tasks like those of the training; beyond them most of it is lost",
    assumptions=MODEL,
    statement="at most 10 points of the tasks done are lost on new goals {}",
    inside=Case(((0.0, 1.0), 0.1), "within 1, as in the training"),
    outside=Case(((2.0, 3.0), 0.1), "2 to 3 away"),
    mutant=Case(((1.0, 2.0), 0.1), "at most 10 points are lost just beyond, 1 to 2 away"),
    control=Case(((0.0, 0.5), 0.1), "goals within 0.5: at most 10 points below"),
    simulation="reach",
    derivation="error",
)
def generalises(asserted: tuple[tuple[float, float], float], run: Run) -> Evidence:
    """Test on goals nearer and farther than those of the training."""
    ring, drop = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        home = _done(TASKS, DEMONSTRATIONS, count, offset, run, stream="home")
        there = _done(TASKS, DEMONSTRATIONS, count, offset, run, ring=ring)
        gap: NDArray[np.float64] = there - home
        return gap

    says = f"change in the share of tasks done with goals {ring[0]:g} to {ring[1]:g} away"
    return experiment(sample, margin=-drop, first=10, says=says)
