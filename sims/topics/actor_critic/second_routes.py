"""Advantages again by double sums, controls by following one trajectory's moments."""

from sims.claims import agree
from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.lqr import LQR
from sims.run import Run
from sims.topics.actor_critic.model import Actor, Setting, arrived, checks_needed, draw_mdps, topic
from sims.topics.actor_critic.regulator import gaussian_actor_critic


@topic.second_route
def advantages(run: Run) -> None:
    """Average the n-step advantages, with weights lambda^(n - 1)."""
    r, v, gamma, lam = (1.0, 0.0, 2.0, 1.0), (1.0, 2.0, 1.0, 0.5, 0.0), 0.9, 0.5
    given = {f"r{t}": r[t] for t in range(4)} | {f"v{t}": v[t] for t in range(4)}
    found = topic.outputs("advantages", run, **given, gamma=gamma, lam=lam)
    for t in range(4):
        steps = range(1, 5 - t)
        ahead = [
            sum(gamma**k * r[t + k] for k in range(n)) + gamma**n * v[t + n] - v[t] for n in steps
        ]
        weights = [(1 - lam) * lam ** (n - 1) for n in steps[:-1]] + [lam ** (3 - t)]
        agree(found[f"delta_{t}"], r[t] + gamma * v[t + 1] - v[t], says="a TD error")
        known = sum(w * a for w, a in zip(weights, ahead, strict=True))
        agree(found[f"advantage_{t}"], known, says="an advantage")


@topic.second_route
def controls(run: Run) -> None:
    """Follow mean square and cost for 600 steps; a better gain is nowhere near."""
    for lqr in (LQR(a=1.0, b=0.5, r=0.5), LQR(a=0.8, b=1.0, r=2.0)):

        def cost(gain: float, lqr: LQR = lqr) -> float:
            square, total, weight = 1.0, 0.0, 1.0
            for _ in range(600):
                total += weight * (lqr.q + lqr.r * gain**2) * square
                square = (lqr.a - lqr.b * gain) ** 2 * square + lqr.noise**2
                weight *= lqr.gamma
            return total

        best = lqr.best_gain()
        agree(lqr.cost(best), cost(best), says="the cost of a gain")
        agree(min((best - 1e-3, best, best + 1e-3), key=cost), best, says="the best gain")


@topic.second_route
def curves(run: Run) -> None:
    """Look at each check in turn for the first one half way."""
    curve = torch.rand(6, 9, device=run.device, generator=run.generator("curves")).double() * 0.6
    first = [next((i for i, x in enumerate(row, 1) if x >= 0.5), 91) for row in curve.tolist()]
    agree(checks_needed(curve, 10), first, says="checks to half way")
    agree(arrived(curve).sum(), sum(x >= 0.5 for row in curve.tolist() for x in row), says="checks")


@topic.second_route
def pictured(run: Run) -> None:
    """Play the picture's episodes, and measure the way between the walk and the optimum."""
    steps = {"reinforce_step": 0.05, "critic_step": 0.2}
    found = topic.outputs("race", run, states=3, horizon=5, episodes=10, copies=4, **steps)
    setting = Setting(3, 5, 50, 5)
    mdps = draw_mdps(setting, 4, run.generator("problems"))
    best = dp.value_iteration(mdps, 0.9).v.mean(1)
    walk = dp.evaluate(mdps, dp.uniform_policy(mdps).expand(4, -1, -1), 0.9).mean(1)
    for method, name in (("reinforce", "reinforce"), ("actor-critic", "actor_critic")):
        size = 0.05 if method == "reinforce" else 0.2
        actor = Actor(method, mdps, torch.full((4,), size, dtype=torch.float64), setting)
        generator = run.generator(method)
        for _ in range(10):
            actor.episode(generator)
        ends = dp.evaluate(mdps, actor.theta.softmax(2), 0.9).mean(1)
        agree(found[name], ((ends - walk) / (best - walk)).mean(), says=f"the way of {method}")
    shown = topic.outputs("regulator", run, episodes=10, seeds=3)
    lqr = LQR(a=1.0, b=0.5, r=0.5)
    *_, (gains, _, _) = gaussian_actor_critic(lqr, 3, 10, run)
    gain = sum(gains.tolist()) / 3
    agree([shown["gain"], shown["best_gain"]], [gain, lqr.best_gain()], says="gains")
    agree(
        [shown["cost"], shown["best_cost"]],
        [lqr.cost(gain), lqr.cost(lqr.best_gain())],
        says="costs",
    )
