"""Overlap, queue and staleness again: by the hypergeometric law, by events, by counting."""

import math

from sims import asynchrony
from sims.claims import agree
from sims.lazy import np, scipy
from sims.run import Run
from sims.topics.async_sgd_hogwild import textbook
from sims.topics.async_sgd_hogwild.hogwild import together
from sims.topics.async_sgd_hogwild.model import (
    CURVATURES,
    NOISE,
    RATES,
    RUNS,
    TUNING,
    best_rate,
    first_below,
    locked_throughput,
    overlap,
    time_to_target,
    times_to_target,
    topic,
)


@topic.second_route
def meetings(run: Run) -> None:
    """Ask scipy's hypergeometric law for no common coordinate."""
    for d, s in ((1000, 10), (50, 7), (9, 4)):
        agree(overlap(d, s), 1 - scipy.stats.hypergeom.pmf(0, d, s, s), says="an overlap")
    shown = topic.outputs("overlap", run, d=1000, s=10)["overlap"]
    agree(shown, 1 - scipy.stats.hypergeom.pmf(0, 1000, 10, 10), says="the overlap shown")


@topic.second_route
def queue(run: Run) -> None:
    """Let workers queue at a lock, event by event, with exponential times."""
    rng, workers, section = run.rng("queue"), 6, 0.2
    ready, free, updates = rng.exponential(size=workers), 0.0, 0
    for _ in range(20_000):
        who = int(ready.argmin())
        free = max(free, ready[who]) + rng.exponential(section)
        ready[who] = free + rng.exponential()
        updates += 1
    agree(locked_throughput(workers, section), updates / free, says="the queue", tolerance=0.05)


@topic.second_route
def staleness(run: Run) -> None:
    """Count, update by update, how often the model changed since its worker read it."""
    times = asynchrony.service_times("exponential", (40, 5), run.rng("times"))
    line = asynchrony.asynchronous(times)
    read = dict.fromkeys(range(5), 0)
    for count, (worker, age) in enumerate(zip(line.worker.tolist(), line.staleness, strict=True)):
        agree(age, count - read[worker], says="the age of an update")
        read[worker] = count + 1
    own = [np.cumsum(times[:, k])[: (line.worker == k).sum()] for k in range(5)]
    agree(sorted(line.applied), sorted(np.concatenate(own)), says="when updates come")
    rounds = asynchrony.synchronous(times)
    ends = np.cumsum(times.max(1)).repeat(5)
    agree(rounds.applied, ends, says="when rounds end")
    waits = (times.max(1)[:, None] - times).sum() / (5 * times.max(1).sum())
    agree(rounds.idle, waits, says="the share of waiting")


@topic.second_route
def timelines(run: Run) -> None:
    """Queue the events of each run: batched sums of times have the same updates, ties too."""
    whole = np.ceil(3 * run.rng("ties").exponential(size=(3, 12, 4)))
    for times in (run.rng("times").exponential(size=(3, 12, 4)), np.ones((3, 12, 4)), whole):
        for kind in ("synchronous", "asynchronous"):
            who, when = asynchrony.updates(kind, times)
            lines = [getattr(asynchrony, kind)(alone) for alone in times]
            length = min(line.worker.size for line in lines)
            agree(who, np.stack([line.worker[:length] for line in lines]), says="whose they are")
            agree(when, np.stack([line.applied[:length] for line in lines]), says="when they come")


@topic.second_route
def crossing(run: Run) -> None:
    """Look for the target in all runs' losses, moment by moment; it may never be reached."""
    rng, target = run.rng("crossing"), sum(CURVATURES) / 10
    changed = np.cumsum(rng.exponential(size=(6, 90)), axis=1)
    changed[:, 0] = 0
    losses = rng.exponential(target, size=(90, 6, 3)) + target * np.array([0.0, 0.5, 9.0])
    found = first_below(iter(losses), changed, 3)
    moments = [k / 8 for k in range(math.ceil(8 * changed[:, -1].min()) + 1)]
    for group, rate in ((g, r) for g in range(3) for r in range(3)):
        known = moments[-1]
        for moment in reversed(moments):
            newest = [int((changed[k] <= moment).sum()) - 1 for k in (2 * group, 2 * group + 1)]
            mean = sum(losses[n, 2 * group + k, rate] for k, n in enumerate(newest)) / 2
            known = moment if mean < target else known
        agree(found[group, rate], known, says="when the target is reached")


@topic.second_route
def hogwild(run: Run) -> None:
    """Let the textbook's workers solve the very examples that the batched ones draw."""
    rng = run.rng("hogwild")
    x, goal = rng.normal(size=(2, 3, 12))
    after, written, examples = together(x, goal, 4, 5, rng)
    for number in range(3):
        g = goal[number]
        mine = [
            (w[number].tolist(), r[number].tolist(), float(g[w[number]] @ r[number]))
            for w, r in examples
        ]
        agree(after[number], textbook.at_once(x[number].tolist(), mine), says="Hogwild's model")
        touched = {v for e, _, _ in mine for v in e}
        agree(written[number].sum(), len(touched), says="coordinates that are written")


@topic.second_route
def descent(run: Run) -> None:
    """Descend without noise, worker after worker, at each rate: all of them take exactly 1."""
    for kind in ("synchronous", "asynchronous"):
        found = times_to_target(kind, "constant", 4, 1, run, "route", 0.0, 1)[0]
        for rate, time in zip(RATES, found, strict=True):
            x, read = np.ones(len(CURVATURES)), [np.ones(len(CURVATURES))] * 4
            known = 150.0
            for moment in range(1, 151):
                slopes = []
                for worker in range(4):
                    slopes.append(np.array(CURVATURES) * read[worker])
                    if kind == "asynchronous":
                        x = np.clip(x - rate * slopes[-1], -1e3, 1e3)
                        read[worker] = x
                if kind == "synchronous":
                    x = np.clip(x - rate * sum(slopes) / 4, -1e3, 1e3)
                    read = [x] * 4
                if (x * x * CURVATURES).sum() < sum(CURVATURES) / 10:
                    known = float(moment)
                    break
            agree(time, known, says=f"{kind} descent at rate {rate}")


@topic.second_route
def at_the_lock(run: Run) -> None:
    """Solve two workers' queue by its three states."""
    found = topic.outputs("lock", run, workers=2, section=0.5)
    waiting = [1.0, 2 * 0.5, 2 * 0.5**2]  # chances of 0, 1, 2 at the lock, but for a factor
    busy = sum(waiting[1:]) / sum(waiting)
    agree(found["locked"], busy / 0.5, says="updates with a lock")
    agree(found["free"], 2 / 1.5, says="updates without")
    agree(found["ratio"], 2 / 1.5 * 0.5 / busy, says="how many times as many")


@topic.second_route
def pictured(run: Run) -> None:
    """Count the changes since each reading, after two rounds; average the last race's times."""
    found = topic.outputs("staleness", run, workers=3, steps=30)
    times = run.rng("times").exponential(size=(30, 3))
    ends = times.cumsum(0)
    order = sorted((end, who) for who in range(3) for end in ends[:, who])
    read, ages = [0, 0, 0], []
    for count, (end, who) in enumerate(order):
        if end <= ends[-1].min():
            ages.append(count - read[who])
            read[who] = count + 1
    seen = ages[6:]
    agree([found["mean"], found["largest"]], [sum(seen) / len(seen), max(seen)], says="ages")
    shown = topic.outputs("race", run, service="constant", most=2, seeds=2, groups=2)
    for kind in ("synchronous", "asynchronous"):
        ends = time_to_target(kind, "constant", 2, 2, run, "2", runs=2)
        agree(shown[kind], sum(ends.tolist()) / 2, says=f"the time of the {kind} race")
        tried = times_to_target(
            kind, "constant", 2, TUNING, run, "choice of the rate", NOISE, RUNS
        ).prod(0)  # the rate with the least geometric mean
        best = best_rate(kind, "constant", 2, run, NOISE)
        agree(best, list(tried).index(min(tried)), says="the rate that is chosen")
