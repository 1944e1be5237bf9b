"""The claims of the notes on distributed training."""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from sims import asynchrony
from sims.claims import (
    Case,
    Evidence,
    Kind,
    Verdict,
    enumeration,
    every,
    fact,
    figure,
    is_zero,
    proof,
)
from sims.lazy import np, sympy, torch
from sims.run import Run
from sims.topics.distributed_dl.model import (
    parameter_servers,
    ring_all_reduce,
    ring_time,
    topic,
    train_alone,
    train_in_parallel,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORKERS = 4

topic.documented("19.1", "Parameter Server", "a heading", Verdict.QUIZ)


@topic.agrees(
    "19.2",
    says="Gradients are sent to the parameter server that computes the updates",
    kind=Kind.STRUCTURAL,
    scope="2 to 16 workers and 1, 2 or 4 servers",
    expected=Verdict.AGREES,
    rule="numbers through each server's link equal the asserted count for 2 to 16 workers and 1, "
    "2 or 4 servers, and the mean is the workers' mean to 1e-12; in four real processes the "
    "updates of the one that is the server are those of all rows, and not of its own",
    source="Li et al. 2014",
    asserted=Case(
        lambda n, k, m: 2 * n * m // k,
        "the server's updates are those of all gradients, which take 2 n M/k through each of k "
        "servers' links",
    ),
    mutant=Case(lambda n, k, m: 2 * m // k, "2 M/k, however many workers"),
    control=Case(lambda n, k, m: n * m // k + n * m // k, "n M/k in and n M/k out"),
    simulation="all-reduce",
    derivation="ring",
)
def server_traffic(asserted: Callable[[int, int, int], int], run: Run) -> Evidence:
    """Send every gradient to its shard's server and the mean back, counting."""
    cases = wrong = 0
    for n in range(2, 17):
        gradients = run.rng(f"gradients {n}").normal(size=(n, 24))
        for servers in (1, 2, 4):
            mean, traffic = parameter_servers(gradients, servers)
            cases += 1
            right = np.abs(mean - gradients.mean(0)).max() < 1e-12
            wrong += not right or any(count != asserted(n, servers, 24) for count in traffic)
    held = replicas_of_processes()[0]
    server, own = (torch.tensor(held[way], dtype=torch.float64) for way in ("server", "own"))
    alone = train_alone(0.0, WORKERS)
    return every(
        [
            enumeration(cases, wrong, "settings with other traffic"),
            figure(float((server - alone).abs().max()), 0.0, 1e-12, "off training on all rows"),
            fact(bool((own - alone).abs().max() > 1e-3), "its own rows would train otherwise"),
        ]
    )


@topic.agrees(
    "19.4",
    says="All-Reduce the gradients to every worker",
    scope="n = 2 to 16",
    expected=Verdict.AGREES,
    rule="numbers sent by each rank and rounds of a ring that really moves the chunks equal the "
    "asserted ones, n = 2 to 16, sizes that divide and that need padding; sums right to 1e-12",
    source="Patarasuk & Yuan 2009",
    asserted=Case(lambda n, m: (2 * (n - 1) * m // n, 2 * (n - 1)), "2(n-1)/n M in 2(n-1) rounds"),
    mutant=Case(lambda n, m: ((n - 1) * m // n, n - 1), "(n-1)/n M in n-1 rounds: once round"),
    control=Case(lambda n, m: (2 * m - 2 * m // n, 2 * n - 2), "2M less 2M/n in 2n - 2 rounds"),
    simulation="all-reduce",
    derivation="ring",
)
def ring_traffic(asserted: Callable[[int, int], tuple[int, int]], run: Run) -> Evidence:
    """Run the ring; `m` counts numbers after padding to a multiple of n."""
    cases = wrong = 0
    for n in range(2, 17):
        for size in (n, 5 * n, 5 * n + 1, 7):
            gradients = run.rng(f"gradients {n} {size}").normal(size=(n, size))
            done = ring_all_reduce(gradients)
            numbers, rounds = asserted(n, n * math.ceil(size / n))
            exact = np.abs(done.results - gradients.sum(0)).max() < 1e-12
            cases += 1
            wrong += not exact or any(s != numbers for s in done.sent) or done.rounds != rounds
            # A round takes the latency and its share of what a rank sends, of 8 bytes a number.
            seconds = done.rounds * (1e-5 + done.sent[0] / done.rounds * 8 / 1e9)
            known = ring_time(n, n * math.ceil(size / n) * 8, 1e-5, 1e9)
            wrong += not abs(known / seconds - 1) <= 1e-12
    return enumeration(cases, wrong, "rings with other traffic")


@cache
def replicas_of_processes() -> "list[dict[str, list[float]]]":
    """Return the weights that four gloo processes end with, for each way of averaging."""
    from sims.worker import gloo as processes  # brings the worker along, which few topics need

    return processes.together(f"{train_in_parallel.__module__}:train_in_parallel", WORKERS)


@topic.ran(
    "19.3",
    says="Workers receive updated models",
    rule="after 20 steps in four gloo processes, of which one is the server, all hold the same "
    "model bit for bit, and that of one process on all rows to 1e-12",
    right="because the server sends the model after every step",
    assumptions=("a least-squares problem; the server works on a shard of its own as well",),
    source="Li et al. 2014",
    asserted=Case("server", "a server that adds up gradients and sends the model keeps all equal"),
    mutant=Case(
        "own", "workers that apply their own gradients stay equal, their shards being alike"
    ),
    control=Case("mean", "averaging gradients among the workers keeps all equal"),
    simulation="timeline",
)
def replicas(asserted: str, run: Run) -> Evidence:
    """Compare the models that the processes hold with each other and with training alone."""
    held = torch.tensor([done[asserted] for done in replicas_of_processes()], dtype=torch.float64)
    apart = float((held - held[0]).abs().max())
    alone = float((held[0] - train_alone(0.0, WORKERS)).abs().max())
    return every(
        [
            fact(apart == 0, f"replicas differ by {apart:.2g}", apart),
            figure(alone, 0.0, 1e-12, "distance from one process on all rows"),
        ]
    )


@topic.ran(
    "19.5",
    says="Models on each node are updated with the same average gradients",
    kind=Kind.FORMULA,
    rule="after 20 steps in four gloo processes all replicas agree bit for bit, and with one "
    "process on all rows to 1e-12; with shards of unequal size they do not agree with it",
    right="equal to a big batch for equal shards, a mean loss, the same start and optimiser state, "
    "and no layer that looks at the batch (such as BatchNorm)",
    asserted=Case(("mean", 0.0), "averaged gradients keep replicas equal to one process"),
    mutant=Case(("sum", 0.0), "summed gradients do, at the same learning rate"),
    control=Case(("momentum", 0.5), "averaged gradients with momentum do"),
    simulation="delay",
)
def average_gradients(asserted: tuple[str, float], run: Run) -> Evidence:
    """Compare replicas with each other and with training alone."""
    way, momentum = asserted
    held = torch.tensor([result[way] for result in replicas_of_processes()], dtype=torch.float64)
    apart = float((held - held[0]).abs().max())
    alone = float((held[0] - train_alone(momentum, WORKERS)).abs().max())
    uneven = torch.tensor(replicas_of_processes()[0]["uneven"]) - train_alone(0.0, WORKERS)
    off = float(uneven.abs().max())
    return every(
        [
            fact(apart == 0, f"replicas differ by {apart:.2g}", apart),
            figure(alone, 0.0, 1e-12, "distance from one process on all rows"),
            fact(off > 1e-3, f"unequal shards end {off:.2g} away from it", off),
        ]
    )


topic.documented(
    "19.6",
    "Asynchronous Distributed SGD (Centralised)",
    "Li et al. 2014; the section on Hogwild calls the same thing decentralized",
)


def half(t: Any) -> Any:
    """Return half the angle pi/(2t + 1) at which a root meets the circle."""
    return sympy.pi / (2 * (2 * t + 1))


@topic.proved(
    "19.7",
    says="Lag problem",
    kind=Kind.EXPERIMENT,
    rule="a root e^(i w) of the delayed iteration is on the unit circle only for steps 2 sin(w/2) "
    "with w 4m + 1 times pi/(2t + 1), m = 0, 1, .., of which the asserted step is the least: "
    "symbolically, for any delay t; and at 0.999 of it every root lies inside, at 1.001 of it one "
    "lies outside, for delays 0 to 10",
    right="a gradient that is t steps old is stable only below 2 sin(pi/(2(2t + 1))) over the "
    "curvature",
    asserted=Case(lambda t: 2 * sympy.sin(half(t)), "the limit is 2 sin(pi/(2(2t + 1)))"),
    mutant=Case(lambda t: 2 / (t + sympy.Integer(1)), "the limit is 2/(t + 1)"),
    control=Case(
        lambda t: 4 * sympy.sin(half(t) / 2) * sympy.cos(half(t) / 2),
        "the limit is 4 sin(w/4) cos(w/4), with w = pi/(2t + 1)",
    ),
    simulation="delay",
)
def stability(asserted: Callable[[Any], Any], run: Run) -> Evidence:
    """Find the roots just below and just above the limit."""
    wrong = 0
    for delay in range(11):
        below, above = (
            float(np.abs(asynchrony.delayed_roots(f * float(asserted(delay)), delay)).max())
            for f in (0.999, 1.001)
        )
        wrong += not below < 1 < above
    return every(
        [
            proof(_leaves_the_circle(asserted), "where roots meet the unit circle"),
            enumeration(11, wrong, "delays with another limit"),
        ]
    )


def _leaves_the_circle(asserted: Callable[[Any], Any]) -> list[bool | None]:
    """Return the proofs that the asserted step is the least at which a root is on the circle.

    z^(t + 1) - z^t + a = 0 at z = e^(i w), 0 <= w <= pi, needs a = 2 sin(w/2), as a is the distance
    of z from 1, and e^(i (2t + 1) w/2) = i: w is 4m + 1 times pi/(2t + 1). Both are least for
    m = 0, for w/2 is at most pi/2. At small steps all roots are inside: one comes from 1, inwards
    at the speed 1, the others from 0.
    """
    t = sympy.Symbol("t", integer=True, nonnegative=True)
    m = sympy.Symbol("m", integer=True, nonnegative=True)
    w = sympy.Symbol("w", positive=True)
    distance = (1 - sympy.cos(w)) ** 2 + sympy.sin(w) ** 2 - 4 * sympy.sin(w / 2) ** 2
    angle = (4 * m + 1) * sympy.pi / (2 * t + 1)
    turned = sympy.exp(sympy.I * (2 * t + 1) * angle / 2)
    least = asserted(t) - 2 * sympy.sin(angle.subs(m, 0) / 2)
    z = sympy.Symbol("z", positive=True)
    inwards = -1 / sympy.diff(z ** (t + 1) - z**t, z)  # dz/da where the polynomial vanishes
    return [
        is_zero(sympy.expand_trig(distance.subs(w, 2 * w))),
        is_zero(turned - sympy.I),
        is_zero(least),
        is_zero(inwards.subs(z, 1) + 1),
        sympy.factor(angle - angle.subs(m, 0)).is_nonnegative,
    ]


@topic.ran(
    "19.8",
    says="Workers update when they complete their gradient calculation",
    kind=Kind.STRUCTURAL,
    rule="two real processes make 60 updates each of one shared model, one of them taking ten "
    "times as long for a gradient; the most updates by which the quick one is ever ahead in "
    "three races lie in the asserted range; no update is lost",
    source="Recht et al. 2011 and Dean et al. 2012: nobody holds an update back",
    right="so a quick worker gets any number of updates ahead of a slow one; a server that is busy "
    "can still make updates queue",
    assumptions=("two processes on one machine; the model is a file that both map, locked to add",),
    asserted=Case(
        ("free", 10, 60), "updates go in as they come: the quick process gets over 10 ahead"
    ),
    mutant=Case(("free", 0, 3), "the quick one gets at most 3 ahead, as with bounded staleness"),
    control=Case(("rounds", 0, 1), "where all updates of a round go in together, at most 1"),
    simulation="timeline",
    derivation="slowest",
)
def at_completion(asserted: tuple[str, int, int], run: Run) -> Evidence:
    """Read the order of the updates that real processes made."""
    way, least, most = asserted
    lead = max(race.lead for race in asynchrony.real_races()[way])
    return fact(least <= lead <= most, f"{way}: at most {lead} updates ahead", float(lead))


def exact_maximum(n: int) -> Fraction:
    """Return the mean of the largest of n Exp(1) times, by inclusion and exclusion."""
    return sum(
        (Fraction((-1) ** (k + 1) * math.comb(n, k), k) for k in range(1, n + 1)), Fraction()
    )


@topic.simulated(
    "19.9",
    says="(implied) stragglers: a synchronous step takes as long as its slowest worker",
    kind=Kind.STRUCTURAL,
    rule="the mean step of n workers with Exp(1) times is the asserted one: exactly, for n = 1 to "
    "30, and within 3 standard errors of 20,000 simulated steps for n = 2, 4, 8, 16",
    source="Chen et al. 2016, section 2",
    assumptions=("independent exponential times of mean 1",),
    asserted=Case(
        lambda n: sum((Fraction(1, i) for i in range(1, n + 1)), Fraction()),
        "H_n, the harmonic number",
    ),
    mutant=Case(lambda n: Fraction(1), "1, the mean of a worker"),
    control=Case(exact_maximum, "the inclusion-exclusion sum"),
    simulation="timeline",
    derivation="slowest",
)
def slowest(asserted: Callable[[int], Fraction], run: Run) -> Evidence:
    """Compare with the exact mean and with simulated rounds."""
    wrong = sum(exact_maximum(n) != asserted(n) for n in range(1, 31))
    parts = [enumeration(30, wrong, "worker counts with another mean")]
    for n in (2, 4, 8, 16):
        steps: NDArray[np.float64] = asynchrony.service_times(
            "exponential", (20_000, n), run.rng(f"steps {n}")
        ).max(1)
        error = float(steps.std() / math.sqrt(steps.size))
        parts.append(
            figure(float(steps.mean()), float(asserted(n)), 3 * error, f"mean step of {n} workers")
        )
    return every(parts)
