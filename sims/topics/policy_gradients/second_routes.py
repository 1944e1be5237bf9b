"""The short corridor again: exact by linear solve, and REINFORCE's step in the mean."""

import math

from sims.claims import agree, check_mean, require
from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.short_corridor import RIGHT, short_corridor
from sims.run import Run
from sims.topics.policy_gradients import textbook
from sims.topics.policy_gradients.figures import corridor_optimum, corridor_value, reinforce_episode
from sims.topics.policy_gradients.model import estimators, problems, topic


def solved(p: float, slip: float) -> float:
    """Return the corridor's value by a linear solve."""
    mdp = short_corridor(slip)
    policy = torch.full((mdp.states, 2), 1 - p, dtype=torch.float64)
    policy[:, RIGHT] = p
    return float(mdp.start @ dp.evaluate(mdp, policy, 1.0))


@topic.second_route
def corridor(run: Run) -> None:
    """Solve for the value, and look left and right of the best probability."""
    for slip in (0.0, 0.1, 0.3):
        for p in (0.2, 0.5, 0.8):
            agree(corridor_value(p, slip), solved(p, slip), says="the corridor's value")
        best = corridor_optimum(slip)
        around = [solved(min(1.0, max(0.0, best + by)), slip) for by in (-0.01, 0.01)]
        require(max(around) < solved(best, slip) + 1e-12, says="another probability is better")


@topic.second_route
def reinforce(run: Run) -> None:
    """Average REINFORCE's step and return over 20,000 episodes; differentiate the exact value."""
    p, h = 0.5, 1e-4
    theta = torch.full((20_000,), math.log(p / (1 - p)), dtype=torch.float64)
    step, earned = reinforce_episode(theta, torch.full_like(theta, -9.0), run.generator("episodes"))
    slope = (solved(p + h, 0) - solved(p - h, 0)) / (2 * h) * p * (1 - p)
    check_mean(step, torch.tensor(slope), "a step of REINFORCE")
    check_mean(earned, torch.tensor(solved(p, 0)), "a return in the corridor")


@topic.second_route
def textbook_episode(run: Run) -> None:
    """Live through the very episodes that the batch draws, and take the textbook's step."""
    theta = torch.linspace(-0.5, 1.0, 12, dtype=torch.float64)
    step, earned = reinforce_episode(theta, torch.zeros_like(theta), run.generator("lived"))
    generator = run.generator("lived")
    cells, lived = [0] * 12, [list[tuple[int, int, float]]() for _ in range(12)]
    while any(cell < 3 for cell in cells):
        uniform = torch.rand(12, generator=generator, device=generator.device, dtype=theta.dtype)
        rights = (uniform < theta.sigmoid()).tolist()
        for copy, right in enumerate(rights):
            if cells[copy] < 3:
                lived[copy].append((0, int(right), -1.0))
                turned = right != (cells[copy] == 1)  # the middle cell exchanges left and right
                cells[copy] = max(0, cells[copy] + (1 if turned else -1))
    known = [
        textbook.reinforce([[0.0, x]], one)[0][1]
        for x, one in zip(theta.tolist(), lived, strict=True)
    ]
    agree(step, known, says="a step of REINFORCE")
    agree(earned, [-len(one) for one in lived], says="the return of an episode")


@topic.second_route
def climbing(run: Run) -> None:
    """Climb the expected reward of three arms by automatic differentiation."""
    found = topic.outputs(
        "plateau", run, r1=1.0, r2=0.8, r3=0.1, p1=0.2, p2=0.5, rate=0.5, steps=60
    )
    pay = torch.tensor([1.0, 0.8, 0.1], dtype=torch.float64)
    theta = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64).log()
    first, seen = torch.zeros(3), []
    for step in range(61):
        leaf = theta.clone().requires_grad_()
        seen.append(float(theta.softmax(0)[0]))
        (slope,) = torch.autograd.grad(leaf.softmax(0) @ pay, leaf)
        first = slope if step == 0 else first
        theta = theta + 0.5 * slope
    agree([found[f"gradient_{arm}"] for arm in (1, 2, 3)], first, says="the first gradient")
    agree(found["lowest_best"], min(seen), says="the best arm at its lowest")
    agree(found["final_best"], seen[-1], says="the best arm in the end")


@topic.second_route
def pictured(run: Run) -> None:
    """Read the corridor off linear solves, and variances off mean squares less squared means."""
    found = topic.outputs("corridor", run, p=0.3, slip=0.1)
    agree(found["value"], solved(0.3, 0.1), says="the value of the corridor")
    tried = [solved(k / 200, 0.1) for k in range(1, 200)]
    agree(found["best_value"], max(tried), says="the best value", tolerance=1e-3)
    agree(found["best_p"], (1 + tried.index(max(tried))) / 200, says="where", tolerance=5e-3)
    shown = topic.outputs("variance", run, problems=5)
    drawn = problems(run, 5)
    for name, each in estimators(drawn).items():
        mean = (drawn.chance[..., None] * each).sum(1)
        square = (drawn.chance * each.square().sum(2)).sum(1)
        ratio = (square - mean.square().sum(1)) / drawn.gradient.square().sum(1)
        known = sorted(ratio.tolist())[2]
        agree(shown[name.replace(" ", "_")], known, says=f"the variance of: {name}")


@topic.second_route
def averaged(run: Run) -> None:
    """Play the picture's episodes, with the mean of all returns so far as the baseline."""
    found = topic.outputs("reinforce", run, alpha=0.01, start=0.3, episodes=20, seeds=5)
    for name, output in (("plain", "p_plain"), ("with_baseline", "")):
        theta = torch.full((5,), math.log(3 / 7), dtype=torch.float64, device=run.device)
        generator, past = run.generator("episodes"), torch.zeros_like(theta)
        for episode in range(20):
            mean = torch.zeros_like(theta) if output else past / max(1, episode)
            step, returns = reinforce_episode(theta, mean, generator)
            past = past + returns
            theta = (theta + 0.01 * step).clamp(-4, 4)
        chances = theta.sigmoid().tolist()
        middle = sorted(solved(p, 0.0) for p in chances)[2]
        agree(found[name], middle, says=f"the median value, {name}")
        if output:
            agree(found[output], sorted(chances)[2], says="the median chance of going right")
