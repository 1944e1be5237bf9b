"""The claims of the notes: a policy for one task, and an initialisation for many."""

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sims.claims import Case, Evidence, Verdict, every, experiment
from sims.lazy import np, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments import sinusoid
from sims.rl.environments.gridworld import room
from sims.rl.temporal_difference import learn, q_learning
from sims.run import Run
from sims.topics.meta_learning.model import INNER_RATE, TRAINED_ON, errors, topic, trained
from sims.topics.meta_learning.second_routes import (
    check_learned,
    check_room,
    check_sampler,
    check_steps,
    check_tasks,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

PAPER = "Finn, Abbeel & Levine 2017"

topic.documented(
    "17.1",
    "The agent learns a policy to learn policies",
    PAPER + ", section 2.1: what is learned may also be an initialisation",
    Verdict.QUIZ,
)

topic.documented(
    "17.2",
    "Given a task and a model, the agent can learn a policy to master that task",
    "a description of reinforcement learning",
    Verdict.QUIZ,
)


# --- One task ----------------------------------------------------------------------------------

SIDE, GOAL, GAMMA = 5, 12, 0.95


@lru_cache(maxsize=4)
def _policy(seeds: int, offset: int, seed: int, device: str) -> "Tensor":
    """Return greedy policies that reach the middle of a room, shape (seeds, states, actions)."""
    world = room(SIDE, GOAL, device=device)
    generator = Run(seed, device).generator(f"learning {offset}")
    *_, learner = learn(
        world,
        q_learning,
        seeds=seeds,
        episodes=40,
        epsilon=0.5,
        gamma=GAMMA,
        generator=generator,
        every=100,
    )
    check_learned(learner.q, SIDE, GOAL, GAMMA)
    return dp.greedy(world, learner.q)


def _shares_left(change: str, policy: "Tensor", run: Run) -> "NDArray[np.float64]":
    """Return the exact return in the altered task over that in the task learned, shape (seeds,).

    For another goal it is the mean over all 23 of them.
    """
    home = room(SIDE, GOAL, device=run.device)
    goals = [goal for goal in range(1, SIDE * SIDE) if goal != GOAL]
    worlds = {
        "nothing": [home],
        "goal": [room(SIDE, goal, device=run.device) for goal in goals],
        "actions": [room(SIDE, GOAL, turned=2, device=run.device)],
    }[change]
    there = torch.stack([dp.evaluate(world, policy, GAMMA)[:, 0] for world in worlds]).mean(0)
    share: NDArray[np.float64] = (there / dp.evaluate(home, policy, GAMMA)[:, 0]).cpu().numpy()
    return share


@topic.simulated(
    "17.3",
    says="But it may fail if the task is altered",
    rule="share of the exact return that is left in the altered task, against the asserted bound; "
    "20 paired seeds, two rounds; every alteration",
    assumptions=(
        "tabular Q-learning, 40 episodes in a 5 by 5 room, discount 0.95",
        "altered: the goal (mean over the 23 others), or every action turned round",
    ),
    asserted=Case((("goal", "actions"), "below", 0.5), "more than half of the return is lost"),
    mutant=Case(
        (("actions",), "above", 0.5),
        "half of the return is left when only the actions are turned round",
    ),
    control=Case((("nothing",), "above", 0.95), "nothing is lost where nothing is altered"),
    simulation="sinusoid",
)
def altered(asserted: tuple[tuple[str, ...], str, float], run: Run) -> Evidence:
    """Carry a greedy policy over to other tasks."""
    check_room(SIDE, GOAL, GAMMA)
    check_sampler(run)
    changes, side, bound = asserted
    sign = 1 if side == "above" else -1

    def part(change: str) -> Evidence:
        def sample(count: int, offset: int) -> "NDArray[np.float64]":
            policy = _policy(count, offset, run.seed, run.device)
            return sign * (_shares_left(change, policy, run) - bound)

        says = f"share left with {change} altered: distance {side} {bound:g}"
        return experiment(sample, margin=0.0, says=says)

    return every([part(change) for change in changes])


# --- Many tasks --------------------------------------------------------------------------------

SET_UP = (
    "tanh networks 1-40-40-1, 10 examples a task, one inner step of rate 0.05",
    "400 meta-iterations of 5 tasks (Finn et al. 2017, section 5.1: ReLU, rate 0.01; the code they "
    "published, main.py: 70,000 of 25)",
)
RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2)


def _tested(
    method: str,
    steps: int,
    run: Run,
    count: int,
    offset: int,
    amplitude: tuple[float, float] = TRAINED_ON,
    rate: float = INNER_RATE,
    stream: str = "test",
) -> "NDArray[np.float64]":
    """Return each seed's error on new tasks after `steps` steps, shape (count,)."""
    net = trained(method, count, offset, run.seed, run.device)
    generator = run.generator(f"{stream} {offset}")
    found: NDArray[np.float64] = (
        errors(net, steps, generator, amplitude=amplitude, rate=rate)[-1].double().cpu().numpy()
    )
    return found


@topic.simulated(
    "17.4",
    says="learn policies which can learn policies further and can therefore perform multiple tasks",
    rule="mean squared error on new tasks after the asserted steps is below 1, below a quarter of "
    "the exact error of always answering 0, and below half of that of a network trained on all "
    "tasks at once, which takes as many steps at the best of seven rates; 10 paired seeds, two "
    "rounds each",
    source=PAPER + ", section 5.1",
    right="on tasks like those of the training, and after a step on the new task's examples",
    assumptions=SET_UP,
    asserted=Case(1, "after one step on 10 examples of a new task"),
    mutant=Case(0, "before any step: the initialisation is good at every task"),
    control=Case(5, "after five steps"),
    simulation="sinusoid",
    derivation="meta-gradient",
)
def performs_new_tasks(asserted: int, run: Run) -> Evidence:
    """Meta-train, then adapt to new tasks."""
    check_tasks(run)
    check_steps(run)

    def below(bound: float) -> Evidence:
        def sample(count: int, offset: int) -> "NDArray[np.float64]":
            return bound - _tested("maml", asserted, run, count, offset)

        return experiment(sample, margin=0.0, first=10, says=f"{bound:.3g} less the error")

    def below_half(count: int, offset: int) -> "NDArray[np.float64]":
        baseline = np.min(
            [_tested("pretrained", asserted, run, count, offset, rate=r) for r in RATES], axis=0
        )
        gap: NDArray[np.float64] = np.log(
            baseline / 2 / _tested("maml", asserted, run, count, offset)
        )
        return gap

    says = "log of half the baseline's error over it"
    quarter = sinusoid.zero_error(TRAINED_ON, (0.0, math.pi)) / 4
    return every(
        [below(1.0), below(quarter), experiment(below_half, margin=0.0, first=10, says=says)]
    )


@topic.simulated(
    "17.5",
    says="can therefore perform multiple tasks (of which distribution?)",
    expected=Verdict.CONDITIONAL,
    rule="error after one step on new tasks with amplitudes in the asserted range is at most the "
    "asserted factor times that in the training range; log ratio of 10 paired seeds, two rounds",
    source=PAPER + ", section 2.1: tasks are drawn from one distribution p(T)",
    right="tasks like those of the training. Much of the rise is scale, though: in units of the "
    "error of answering 0, which grows with the amplitude too, it is far smaller",
    assumptions=SET_UP,
    statement="after one step the error on new tasks is at most three times that in training for "
    "amplitudes {}",
    inside=Case((TRAINED_ON, 3.0), "from 0.1 to 5, as in training"),
    outside=Case(((5.0, 10.0), 3.0), "from 5 to 10"),
    mutant=Case(
        ((5.0, 10.0), 1.1), "for amplitudes from 5 to 10 the error is the same within 10 %"
    ),
    control=Case(((0.1, 3.0), 3.0), "amplitudes 0.1 to 3: at most three times"),
    simulation="sinusoid",
)
def out_of_distribution(asserted: tuple[tuple[float, float], float], run: Run) -> Evidence:
    """Adapt to tasks of another range."""
    amplitude, factor = asserted
    shares: list[str] = []

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        here = _tested("maml", 1, run, count, offset, stream="home")
        there = _tested("maml", 1, run, count, offset, amplitude)
        for name, error, tasks in (("there", there, amplitude), ("at home", here, TRAINED_ON)):
            share = float(error.mean()) / sinusoid.zero_error(tasks, (0.0, math.pi))
            shares.append(f"{share:.0%} {name}")
        gap: NDArray[np.float64] = np.log(factor * here / there)
        return gap

    decided = experiment(
        sample, margin=0.0, first=10, says=f"log of {factor:g} times the error at home over it"
    )
    shown = ", ".join(shares[-2:])
    return replace(decided, says=f"{decided.says}; of the error of answering 0: {shown}")
