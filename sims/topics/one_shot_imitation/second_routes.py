"""Actions, demonstrations and the mean action again, by loops."""

import math

from sims.claims import agree, require
from sims.lazy import np, torch
from sims.rl.environments import reach
from sims.run import Run
from sims.topics.one_shot_imitation.model import (
    SHOWN,
    WALK,
    act,
    random_policy,
    seen,
    successes,
    topic,
    training,
)


@topic.second_route
def policies(run: Run) -> None:
    """Pass what is seen through the network layer by layer, row by row."""
    generator = run.generator("policies")
    start, goal = reach.starts((1, 3), generator), reach.goals((1, 3), generator)
    way = reach.demonstration(start, goal)
    require((goal.norm(dim=-1) <= 1 + 1e-6).all(), says="a goal lies farther out than 1")
    agree(way[..., 0, :], start, says="where a demonstration begins")
    agree(way[..., -1, :], goal, says="where it ends", tolerance=0.2)
    what = seen(way, start)
    rows = [
        [*w[::SHOWN].ravel(), *s] for w, s in zip(way[0].numpy(), start[0].numpy(), strict=True)
    ]
    agree(what[0], rows, says="what the policy sees")
    policy = random_policy(1, what.shape[-1], generator)
    h = np.array(rows)
    for index in range(0, 6, 2):
        weight, bias = (t.detach()[0].numpy().astype(float) for t in policy[index : index + 2])
        h = h @ weight + bias
        h = np.maximum(h, 0) if index < 4 else h
    agree(act(policy, what).detach()[0], h, says="actions", tolerance=1e-4)
    near = goal + torch.tensor([0.15, 0.0])
    require(reach.reached(near, goal).all(), says="within 0.2 does not count as done")
    require(~reach.reached(goal + torch.tensor([0.3, 0.0]), goal), says="0.3 away counts as done")


@topic.second_route
def average(run: Run) -> None:
    """Look for the action with the least mean squared error on a grid."""
    found = topic.outputs("average", run, a=1.0, b=-0.5, p=0.3)
    grid = np.linspace(-1, 1, 20_001)
    errors = 0.3 * (1.0 - grid) ** 2 + 0.7 * (-0.5 - grid) ** 2
    agree(found["action"], grid[errors.argmin()], says="the mean action", tolerance=1e-4)
    agree(found["error"], errors.min(), says="what it costs", tolerance=1e-6)


@topic.second_route
def elsewhere(run: Run) -> None:
    """Repeat the demonstrated way from elsewhere: it ends as far off as the start was.

    Both starts are N(0, 1/4) in each direction, so they are within 0.2 by Rayleigh's law.
    """
    shape = reach.starts((1, 1), run.generator("shape"))
    inputs = seen(reach.demonstration(shape, shape), shape).shape[-1]
    policy = [torch.zeros_like(t.detach()) for t in random_policy(20, inputs, run.generator("any"))]
    for axis in range(2):
        for sign in (0, 1):  # a positive and a negative part add up to the way from end to end
            unit = 2 * axis + sign
            policy[0][:, inputs - 4 + axis, unit] = 1 - 2 * sign  # the last position shown
            policy[0][:, axis, unit] = 2 * sign - 1
            policy[2][:, unit, unit] = 1
            policy[4][:, unit, axis] = (1 - 2 * sign) / WALK
    done = successes(policy, run.generator("elsewhere"))
    agree(done.mean(), 1 - math.exp(-0.04), says="who repeats the way gets there", tolerance=0.015)


@topic.second_route
def pictured(run: Run) -> None:
    """Train the pictures' policies, and test them near and far."""
    found = topic.outputs("reach", run, tasks=5, demonstrations=2, iterations=20)
    *_, policy = training(1, 5, 2, 20, run.generator("training"))
    for name, ring, stream in (("within", (0.0, 1.0), "near"), ("beyond", (2.0, 3.0), "far")):
        (share,) = successes(policy, run.generator(stream), ring=ring).tolist()
        agree(found[name], share, says=f"goals reached {name} the training's")
    shown = topic.outputs("tasks", run, seeds=2, iterations=20, demonstrations=2)
    *_, policy = training(2, 140, 2, 20, run.generator("training 140"))
    shares = successes(policy, run.generator("test")).tolist()
    agree(shown["done"], sum(shares) / 2, says="goals reached after 140 tasks")
