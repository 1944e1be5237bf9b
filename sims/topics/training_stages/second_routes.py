"""The pictures' figures again: attempts one by one, optima by search, training by autograd."""

import math

from sims.claims import agree, require
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.training_stages.learning import final_losses
from sims.topics.training_stages.model import best_length, topic
from sims.topics.training_stages.policies import RESPONSES, RIGHT, SHARED, forgetting


@topic.second_route
def attempts(run: Run) -> None:
    """Go on as long as one attempt more is worth its cost."""
    for chance, cost in ((0.5, 0.01), (0.05, 0.003), (0.01, 0.02)):
        tried, failing = 0, 1.0
        while failing * chance > cost:
            tried, failing = tried + 1, failing * (1 - chance)
        agree(best_length(chance, cost), tried, says="the best number of attempts")


@topic.second_route
def forgotten(run: Run) -> None:
    """Train the same two tables by automatic differentiation."""
    rng = run.rng("route")
    base, old = rng.normal(size=(2, 3, RESPONSES))
    known = rng.integers(RESPONSES, size=3)
    taught = rng.integers(RIGHT, size=3)
    rows = torch.arange(3)
    base, old = torch.tensor(base), torch.tensor(old)
    kept = [[a for a in range(RESPONSES) if a != one] for one in known]
    for row, one in enumerate(known):
        old[row, one] = math.log(9 * float(old[row, kept[row]].exp().sum()))
    for way in ("reinforcement", "fine-tuning"):
        moved = torch.zeros_like(base, requires_grad=True)
        for _ in range(4000):
            success = (base + moved).softmax(1)[:, :RIGHT].sum(1)
            learning = success.detach() < 0.9
            if not learning.any():
                break
            goal = (
                success if way == "reinforcement" else (base + moved).log_softmax(1)[rows, taught]
            )
            (slope,) = torch.autograd.grad(goal[learning].sum(), moved)
            moved = (moved + 2.0 * slope).detach().requires_grad_()
        after = (old + SHARED * moved).log_softmax(1)[rows, known]
        rise, divergence = forgetting((way, 2.0), 3, run, "route")
        first, last = base.softmax(1), (base + moved).detach().softmax(1)
        apart = (first * (first / last).log()).sum(1)
        agree(divergence, apart, says="KL of the base from what came out")
        agree(rise, (math.log(0.9) - after).detach(), says=f"what {way} forgets")


@topic.second_route
def optimum(run: Run) -> None:
    """Search all policies over two answers for the best reward less its divergence."""
    reference, advantage, beta = 0.2, 1.0, 0.5
    found = topic.outputs("optimum", run, reference=reference, advantage=advantage, beta=beta)
    p = np.linspace(0, 1, 200_001)[1:-1]
    divergence = p * np.log(p / reference) + (1 - p) * np.log((1 - p) / (1 - reference))
    best = p[(p * advantage - beta * divergence).argmax()]
    agree(found["probability"], best, says="the optimal policy", tolerance=1e-4)


@topic.second_route
def shares(run: Run) -> None:
    """Add hours up; try harder and harder problems; climb a verifier's reward by hand."""
    found = topic.outputs("hours", run, pre=80.0, context=15.0, post=5.0)
    agree([found["pre_share"], found["post_share"]], [0.8, 0.05], says="shares of the hours")
    tried = []
    for chance in np.geomspace(0.95, 0.002, 40):
        worth = [1 - (1 - chance) ** k - 0.02 * k for k in range(200)]
        tried.append(worth.index(max(worth)))
    effort = topic.outputs("effort", run, cost=0.02)
    agree([effort["most"], effort["last"]], [max(tried), tried[-1]], says="attempts by difficulty")
    logit = torch.tensor(math.log(0.2 / 0.8), dtype=torch.float64)
    for _ in range(30):
        leaf = logit.clone().requires_grad_()
        (slope,) = torch.autograd.grad(leaf.sigmoid(), leaf)
        logit = logit + slope
    climbed = topic.outputs("reinforce", run, success=0.2, steps=30)
    agree(climbed["success"], logit.sigmoid(), says="success after 30 steps")


@topic.second_route
def pictured(run: Run) -> None:
    """Average what each order and each training leaves, one model after the other."""
    found = topic.outputs("diet", run, seeds=10)
    for order in ("first", "mixed", "last"):
        losses = final_losses(order, 0, 10, run.seed, run.device).tolist()
        agree(found[order], sum(losses) / 10, says=f"the loss with good text {order}")
    require(found["last"] < found["mixed"] < found["first"], says="the order of the losses")
    lost = topic.outputs("forgetting", run, seeds=10, largest=1.0)
    for way in ("reinforcement", "fine-tuning"):
        rise, _ = forgetting((way, 1.0), 10, run, "forgetting")
        agree(lost[f"{way}_nats"], sum(rise.tolist()) / 10, says=f"what {way} costs")
