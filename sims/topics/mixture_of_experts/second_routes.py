"""Loads, traffic and costs again: by loops over tokens, and by products of matrices."""

import math
from itertools import product
from typing import TYPE_CHECKING

from sims.claims import agree
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.mixture_of_experts.loads import (
    arrivals,
    imbalance,
    local_share,
    mixed_warps,
    pack,
    sequences,
    serve,
    skewed_loads,
)
from sims.topics.mixture_of_experts.model import distinct_experts, roofline, topic
from sims.topics.mixture_of_experts.training import (
    BATCH,
    EXPERTS,
    HIDDEN,
    OUT,
    RATE,
    WIDTH,
    Plan,
    Task,
    train,
)

if TYPE_CHECKING:
    from torch import Tensor


@topic.second_route
def loads(run: Run) -> None:
    """Serve token by token; count warps, batches and shares of work one by one."""
    arrived = arrivals(2, 6, 30, 4, 0.0, run, "route")
    agree(arrived.sum(-1), 30, says="tokens that arrive")
    expected = np.zeros(3)
    for on in product((0, 1), repeat=3):  # who is switched on; if nobody, the first is
        shares = np.array(on if any(on) else (1, 0, 0))
        expected += 60 * shares / shares.sum() / 8
    often = arrivals(4, 2000, 60, 3, 0.5, run, "off").mean((0, 1))
    agree(often, expected, says="tokens while experts are switched off", tolerance=0.05)
    dropped, latency = serve(arrived, 8, 3)
    for seed in range(2):
        lost = waited = 0
        queue = [0] * 4
        for step in arrived[seed].tolist():
            for expert, tokens in enumerate(step):
                left = max(0, queue[expert] + tokens - 8)
                queue[expert] = min(left, 3)
                lost += left - queue[expert]
                waited += queue[expert]
        agree(dropped[seed], lost / 180, says="the share that is dropped")
        agree(latency[seed], (1 + waited / (180 - lost)) * 8 / (180 / 24), says="the latency")
    agree(imbalance(np.array([[1, 3], [2, 2]])), [1.5, 1.0], says="the imbalance")
    chosen = run.rng("warps").integers(0, 2, (2, 96))
    chosen[:, :32] = 1
    mixed = [sum(len(set(row[i : i + 32])) > 1 for i in (0, 32, 64)) for row in chosen.tolist()]
    agree(mixed_warps(chosen), mixed, says="mixed warps")
    tastes = sequences(1, 8, 16, 4, run, "route")
    for order in ("arrival", "alike", "packed"):
        packed = pack(tastes, 4, order)
        agree(packed.sum((1, 2)), tastes.sum(), says="tokens after packing")
        agree(packed.sum(-1), 32, says="the size of a batch")
    agree(pack(tastes, 4, "arrival")[0, 1], tastes[0, 2] + tastes[0, 3], says="order of arrival")
    even = skewed_loads(100, 4, 1.0)
    agree(even, [48, 24, 16, 12], says="skewed loads")


@topic.second_route
def traffic(run: Run) -> None:
    """Draw routings and Gumbel scores; count bytes device by device and seconds by both limits."""
    rng = run.rng("traffic")
    picks = np.argsort(rng.random((4000, 6, 8)), axis=-1)[..., :2].reshape(4000, -1)
    met = np.mean([len(set(row)) for row in picks.tolist()])
    agree(distinct_experts(8, 2, 6), met, says="experts that a batch meets", tolerance=0.02)
    scores = rng.gumbel(size=(40_000, 16))
    scores[:, :4] += 1.0
    stays = (scores.argmax(-1) < 4).mean()
    agree(local_share(16, 4, 1.0), stays, says="the share that stays at home", tolerance=0.03)
    width, hidden, active, devices = 64, 256, 2, 4
    found = topic.outputs(
        "network",
        run,
        devices=devices,
        width=width,
        active=active,
        hidden=hidden,
        bandwidth=50.0,
        peak=989.0,
    )
    away = np.mean([home != there for home in range(devices) for there in range(devices)])
    sent = active * away * 2 * (width * 2)  # there and back, two bytes a number
    multiplied = sum(2 * rows * columns for rows, columns in ((width, hidden), (hidden, width)))
    agree(found["bytes"], sent, says="bytes of a token")
    agree(found["sending_nanoseconds"], sent / 50, says="sending a token")
    agree(found["computing_nanoseconds"], active * multiplied / 989e3, says="computing a token")
    same = found["critical_hidden"] / hidden * found["computing_nanoseconds"]
    agree(same, found["sending_nanoseconds"], says="the critical width")
    reading, working = 2 * 3e6 / 1e12, 2 * 2e6 * 5 / 1e14
    agree(
        roofline(3e6, 2e6, 5, 1e12, 1e14),
        (reading + working + abs(reading - working)) / 2,
        says="a roofline",
    )
    layer = topic.outputs("layer", run, width=8, hidden=16, experts=4, active=2, tokens=3)
    agree([layer["total"], layer["active"]], [4 * 256 + 32, 2 * 256 + 32], says="parameters")
    agree(
        layer["distinct"], 4 - 4 * math.comb(3, 2) ** 3 / math.comb(4, 2) ** 3, says="experts met"
    )


@topic.second_route
def places(run: Run) -> None:
    """Add the binomial's overflow up, load by load."""
    found = topic.outputs("capacity", run, tokens=12, experts=3, factor=1.25, seeds=2)
    agree(found["room"], 5, says="an expert's room")
    over = sum((k - 5) * math.comb(12, k) * 2 ** (12 - k) for k in range(6, 13)) / 3**12
    agree(found["dropped"], 3 * over / 12, says="the share that is dropped")


@topic.second_route
def few_steps(run: Run) -> None:
    """Train one network token by token, with Switch's loss from counts that carry no gradient."""
    plan = Plan(clusters=3, balancing=2.0, steps=3)
    (state,) = train(plan, 0, 1, run)
    generator = run.generator("task 0")

    def normal(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator, device=run.device)

    centres = 3 * normal(1, 3, WIDTH)
    task = Task(centres, normal(1, 3, WIDTH, OUT) / WIDTH**0.5)
    drawn = [
        normal(1, WIDTH, EXPERTS) * 0.1,
        normal(1, EXPERTS, WIDTH, HIDDEN) * (2 / WIDTH) ** 0.5,
    ]
    drawn += [torch.zeros(1, EXPERTS, 1, HIDDEN), normal(1, EXPERTS, HIDDEN, OUT) / HIDDEN**0.5]
    weights = [one[0].requires_grad_() for one in drawn]
    router, first, bias, second = weights

    def answers(x: "Tensor") -> "tuple[list[Tensor], list[int], Tensor]":
        chances = (x @ router).softmax(-1)
        best = [int(row.argmax()) for row in chances]
        pairs = zip(x, best, chances, strict=True)
        out = [p[e] * ((t @ first[e] + bias[e, 0]).relu() @ second[e]) for t, e, p in pairs]
        return out, best, chances

    adam = torch.optim.Adam(weights, lr=RATE)
    for _ in range(plan.steps):
        x, y, _ = task.batch(BATCH, generator)
        out, best, chances = answers(x[0])
        counts = torch.tensor([best.count(e) / BATCH for e in range(EXPERTS)])
        loss = (torch.stack(out) - y[0]).square().mean()
        loss = loss + 2.0 * EXPERTS * (counts * chances.mean(0)).sum()
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
    x, y, _ = task.batch(1000, run.generator("test 0"))
    with torch.no_grad():
        out, best, _ = answers(x[0])
    shares = [best.count(e) / 1000 for e in range(EXPERTS)]
    agree(state.shares[0], shares, says="shares after three steps", tolerance=0.003)
    error = (torch.stack(out) - y[0]).square().mean() / y.square().mean()
    agree(state.error[0], error, says="the error after three steps", tolerance=1e-4)


@topic.second_route
def busy_and_idle(run: Run) -> None:
    """Look at each expert's share of the tokens, task by task, with the loss and without."""
    found = topic.outputs("training", run, balancing=1.0, clusters=3, steps=20, seeds=2)
    for ending, weight in (("_without", 0.0), ("", 1.0)):
        *_, state = train(Plan("mixture", 3, weight, 20), 0, 2, run, 1)
        shares = state.shares.tolist()
        most = sum(8 * max(task) for task in shares) / 2
        agree(found[f"busiest{ending}"], most, says="the busiest expert, in fair shares")
        idle = sum(32 * share < 1 for task in shares for share in task) / 2
        agree(found[f"idle{ending}"], idle, says="experts under a quarter of their share")
        agree(found[f"error{ending}"], sum(state.error.tolist()) / 2, says="the mean error")
