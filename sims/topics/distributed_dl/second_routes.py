"""The pictures' costs and limits again, from the transfers that really happen."""

from sims import asynchrony
from sims.claims import agree
from sims.lazy import np
from sims.run import Run
from sims.topics.distributed_dl.figures import Shift, timeline
from sims.topics.distributed_dl.model import parameter_servers, ring_all_reduce, topic


@topic.second_route
def costs(run: Run) -> None:
    """Price each round of the ring and of the tree, and each number at the server's link."""
    latency, bandwidth, size = 5e-6, 1e9, 8e6
    for workers in (2, 4, 16):
        found = topic.outputs(
            "all-reduce",
            run,
            workers=workers,
            latency=latency * 1e6,
            bandwidth=bandwidth / 1e9,
            megabytes=size / 1e6,
        )
        gradients = run.rng("gradients").normal(size=(workers, 48))
        number = size / 48  # bytes of each number
        moved = ring_all_reduce(gradients)
        rounds = moved.rounds * latency + moved.sent[0] * number / bandwidth
        agree(found["ring"], rounds, says="a ring")
        mean, (traffic,) = parameter_servers(gradients, 1)
        agree(mean, sum(gradients) / workers, says="the server's mean")
        agree(found["server"], 2 * latency + traffic * number / bandwidth, says="a server")
        tree, left = 0.0, workers
        while left > 1:  # half of those that are left send to the other half, and hear back
            tree, left = tree + 2 * (latency + size / bandwidth), left // 2
        agree(found["tree"], tree, says="a tree")


@topic.second_route
def delays(run: Run) -> None:
    """Iterate gradients of some age by hand, below and above the limit that the picture shows."""
    for delay in (0, 1, 3):
        outputs = topic.outputs("delay", run, delay=delay, step=0.4, length=20)
        for share, shrinks in ((0.97, True), (1.03, False)):
            x = [1.0] * (delay + 1)
            for _ in range(3000):
                x.append(x[-1] - share * outputs["limit"] * x[-1 - delay])
            agree(max(map(abs, x[-40:])) < 1, shrinks, says=f"stability at {share} of the limit")
        run_of = asynchrony.delayed_run(0.4, delay, 30)
        x = [1.0] * (delay + 1)
        for _ in range(30):
            x.append(x[-1] - 0.4 * x[-1 - delay])
        agree(run_of, np.array(x[delay:]), says="a delayed run")


@topic.second_route
def times(run: Run) -> None:
    """Hold quantiles of the drawn times to those of their distributions, all of mean 1."""
    q = np.array([0.1, 0.5, 0.9])
    known = {
        "constant": np.ones(3),
        "exponential": -np.log(1 - q),
        "pareto": (1 - q) ** (-2 / 3) / 3,
    }
    for kind, exact in known.items():
        drawn = asynchrony.service_times(kind, (200_000,), run.rng(f"times {kind}"))
        agree(np.quantile(drawn, q), exact, says=f"{kind} times", tolerance=0.03)


@topic.second_route
def shown(run: Run) -> None:
    """Take the largest eigenvalue of the delayed iteration's matrix; time the rounds by hand."""
    found = topic.outputs("delay", run, delay=2, step=0.5, length=20)
    moves = np.array([[1, 0, -0.5], [1, 0, 0], [0, 1, 0]])
    agree(found["radius"], np.abs(np.linalg.eigvals(moves)).max(), says="the largest root")
    agree(found["limit"], (5**0.5 - 1) / 2, says="the limit at a delay of 2")
    edge = topic.outputs("stability", run, oldest=2)
    agree([edge["limit"], edge["measured"]], [(5**0.5 - 1) / 2] * 2, says="the boundary")
    drawn = run.rng("times").exponential(size=(400, 3)) * [1, 1, 2.0]
    ends = drawn.max(1).cumsum()
    last = topic.outputs("timeline", run, workers=3, straggler=2.0)
    free = np.sort(drawn.cumsum(0).ravel())
    free = free[free <= drawn.sum(0).min()]
    until = min(ends[-1], free[-1])
    agree(last["synchronous"], 3 * (ends <= until).sum() / until, says="updates of rounds")
    known = (free <= until).sum() / until  # but for the last, which rounding may leave out
    agree(last["asynchronous"], known, says="updates that do not wait", tolerance=0.005)


@topic.second_route
def drawn_workers(run: Run) -> None:
    """Follow each worker from gradient to gradient through the cells of the timeline's grid."""
    *_, last = timeline(Shift(workers=3, straggler=2.0), run)
    times = run.rng("times").exponential(size=(400, 3)) * [1, 1, 2.0]
    shown = np.array(last.grids[0].values)
    for worker, line, waits in ((0, 0, True), (2, 2, True), (1, 5, False)):
        known, at = np.zeros(40), 0.0
        for step, each in enumerate(times):
            ends = at + each[worker]
            for cell in range(40):
                if at < 0.25 * (cell + 0.5) <= ends:
                    known[cell] = 0.6 if step % 2 else 1.0
            at += each.max() if waits else each[worker]
        agree(shown[line], known, says=f"the timeline of worker {worker}")
    busy = times.sum() / (3 * times.max(1).sum())
    found = topic.outputs("timeline", run, workers=3, straggler=2.0)
    agree(found["idle"], 1 - busy, says="the share of time that rounds wait")
