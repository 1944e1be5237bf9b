"""Advantages, clips and estimators again, by numpy and by sampling; pipelines by the second."""

import math

from sims.claims import agree, check_mean
from sims.lazy import np, torch
from sims.rl.environments.sums import Sums
from sims.run import Run
from sims.topics.grpo import textbook
from sims.topics.grpo.model import (
    bandit_step,
    centred,
    leave_one_out,
    normalised,
    token_step,
    topic,
)
from sims.topics.grpo.systems import BANDWIDTH, PEAK, generation_share


@topic.second_route
def groups(run: Run) -> None:
    """Take means and deviations by numpy; leave one output out after another."""
    r = run.rng("rewards").random(5)
    agree(centred(list(r)), r - r.mean(), says="rewards less their mean")
    others = [reward - np.delete(r, i).mean() for i, reward in enumerate(r)]
    agree(leave_one_out(list(r)), others, says="rewards less the others' mean")
    tensors = [torch.tensor(x) for x in r]
    for lost in (0, 1):
        agree(normalised(tensors, lost), (r - r.mean()) / r.std(ddof=lost), says="advantages")
    found = topic.outputs("advantages", run, size=8, right=2, chance=0.1)
    binary = np.array([1.0] * 2 + [0.0] * 6)
    for name, lost in (("", 0), ("_sample", 1)):
        known = (binary - binary.mean()) / binary.std(ddof=lost)
        agree([found[f"right{name}"], found[f"wrong{name}"]], known[[0, -1]], says="advantages")
    agree(found["no_signal"], 0.1**8 + 0.9**8, says="the chance of no signal")
    agree(found["factor"], 7 / 8, says="the factor")


@topic.second_route
def objective(run: Run) -> None:
    """Clip by hand on each side; sample the estimators from two normals."""
    for ratio, advantage, value, slope in (
        (1.3, 1.0, 1.2, 0.0),
        (0.5, 1.0, 0.5, 1.0),
        (1.3, -1.0, -1.3, -1.0),
        (0.5, -1.0, -0.8, 0.0),
    ):
        found = topic.outputs("clip", run, ratio=ratio, advantage=advantage, epsilon=0.2)
        agree([found["value"], found["slope"]], [value, slope], says="the clipped term")
    found = topic.outputs("estimators", run, policy=0.4, reference=0.5, shift=0.5)
    agree([found["k1"], found["k3"]], [math.log(0.8), 0.25 + math.log(0.8)], says="k1 and k3")
    agree(found["k2"], math.log(1.25) ** 2 / 2, says="k2")
    x = torch.randn(
        200_000, dtype=torch.float64, device=run.device, generator=run.generator("outputs")
    )
    log_ratio = 0.5 * x - 0.125  # of N(0.5, 1) over N(0, 1)
    k1, k3 = -log_ratio, log_ratio.exp() - 1 - log_ratio
    for drawn in (k1, k3):
        check_mean(drawn, torch.tensor(found["kl"]), "an estimator of the divergence")
    k2 = torch.tensor(found["kl"] * (1 + found["bias_k2"]))
    check_mean(log_ratio**2 / 2, k2, "the biased estimator")
    for name, drawn in (("k1", k1), ("k2", log_ratio**2 / 2), ("k3", k3)):
        noise = float(drawn.std()) / found["kl"]
        agree(found[f"noise_{name}"], noise, says=f"the noise of {name}", tolerance=0.03)


@topic.second_route
def hours(run: Run) -> None:
    """Walk a pipeline second by second; add a roofline's operations up step by step."""
    found = topic.outputs("pipeline", run, generate=6.0, train=4.0, batches=20)
    agree([found["in_turn"], found["ahead"]], [10.0, 6.0], says="seconds an update")
    parameters, together = 1e9, 4
    step = max(2 * parameters / BANDWIDTH, 2 * parameters * together / PEAK)
    generating = sum(step / together for _ in range(50)) + 2 * parameters * 10 / PEAK
    training = sum(3 * 2 * parameters / PEAK for _ in range(60))
    share = generating / (generating + training)
    agree(generation_share((10, 50, together), parameters=parameters), share, says="generation")


@topic.second_route
def textbook_step(run: Run) -> None:
    """Take the paper's step on the very groups that the batched one draws."""
    theta = torch.randn(
        30, 4, dtype=torch.float64, device=run.device, generator=run.generator("preferences")
    )
    rewards = (
        torch.rand(30, 4, device=run.device, generator=run.generator("pay"))
        .double()
        .round(decimals=1)
    )
    policy, draws = theta.softmax(1), run.generator("draws")
    groups = torch.multinomial(policy, 6, replacement=True, generator=run.generator("draws"))
    known = [
        textbook.step(t, g, r)
        for t, g, r in zip(theta.tolist(), groups.tolist(), rewards.tolist(), strict=True)
    ]
    agree(bandit_step(policy, rewards, 6, draws), known, says="a step of GRPO")


@topic.second_route
def pictured(run: Run) -> None:
    """Take the pictures' steps, and add the chances of right answers up one by one."""
    found = topic.outputs("training", run, target=3, size=4, rate=2.0, updates=10, seeds=2)
    task = Sums(digits=3, longest=4, target=3)
    every = task.every(run.device)
    right = [sum(tokens) == 3 for tokens in every.tokens.tolist()]
    for name, stream, divide in (
        ("grpo", "GRPO", True),
        ("plain", "without dividing (Dr. GRPO)", False),
    ):
        theta = torch.zeros((2, *task.shape), device=run.device).double()
        generator = run.generator(stream)
        for _ in range(10):
            step, _ = token_step(task, theta, 4, divide=divide, generator=generator)
            theta = theta + 2.0 * step
        _, signal = token_step(task, theta, 4, divide=divide, generator=generator)
        chance = task.log_probabilities(theta, every).sum(2).exp().tolist()
        known = sum(c for row in chance for c, good in zip(row, right, strict=True) if good) / 2
        agree(found[name], known, says=f"the chance of a right answer, {name}")
        if divide:
            agree(found["signal"], sum(map(float, signal)) / 2, says="groups with a signal")
            lengths = every.lengths.tolist()
            mean = sum(c * n for row in chance for c, n in zip(row, lengths, strict=True)) / 2
            agree(found["length"], mean, says="the mean length of an answer")
    shown = topic.outputs("bandit", run, gap=0.2, size=4, steps=10, seeds=3)
    pay = torch.tensor([[1.0, 0.8, 0.6, 0.4, 0.2]] * 3, dtype=torch.float64, device=run.device)
    theta, generator = torch.zeros_like(pay), run.generator("bandit")
    for _ in range(10):  # half of each step
        theta = theta + bandit_step(theta.softmax(1), pay, 4, generator) / 2
    best = theta.softmax(1)[:, 0].tolist()
    agree([shown["best"], shown["least"]], [sum(best) / 3, min(best)], says="the best arm")
