"""The claims of the notes on overflow: capacity, next choices, buffers, packing, grouping."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sims.claims import (
    Case,
    Evidence,
    Kind,
    Verdict,
    enumeration,
    every,
    experiment,
    fact,
    figure,
    is_zero,
    not_,
    proof,
)
from sims.lazy import np, sympy, torch
from sims.run import Run
from sims.topics.mixture_of_experts.loads import (
    arrivals,
    drop_rate,
    imbalance,
    load_moments,
    pack,
    place,
    preferences,
    room,
    routed,
    routings,
    sequences,
    serve,
)
from sims.topics.mixture_of_experts.model import topic

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOKENS, EXPERTS = 1024, 64
UNTRAINED = (
    f"{TOKENS} tokens, {EXPERTS} experts, an untrained linear router; trained ones are less even"
)


@topic.simulated(
    "26.15",
    says="define an expert's capacity and try to send overflow tokens to the next choice expert",
    kind=Kind.STRUCTURAL,
    rule="the share of tokens that no expert takes is below the asserted limit, 20 seeds, two "
    "rounds; the fullest expert takes its capacity and no more; tokens that choose uniformly "
    "lose the binomial expectation to 4 standard errors, which equals enumerating every "
    "routing of small batches",
    source="Fedus et al. 2022, section 2.2 (dropped tokens pass by the residual connection) and "
    "appendix B (No-Token-Left-Behind, the next choice, gave no benefit)",
    right="the usual layer drops what overflows; sending it to the next choice is an extra stage",
    assumptions=(UNTRAINED,),
    mutant=Case((1.25, 1, 0.01), "so it does in the usual layer, which drops them"),
    control=Case((1.5, 1, 0.01), "at capacity factor 1.5 dropping loses below 1 %"),
    asserted=Case(
        (1.25, 2, 0.01), "with a next choice, capacity factor 1.25 loses below 1 % of the tokens"
    ),
    simulation="capacity",
)
def overflow(asserted: tuple[float, int, float], run: Run) -> Evidence:
    """Fill the experts up to their capacity."""
    factor, choices, limit = asserted
    most = room(TOKENS, EXPERTS, factor)

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        tokens = routed(count, TOKENS, EXPERTS, choices, run, f"tokens {offset}")
        got = place(tokens, EXPERTS, most)
        held = tokens.gather(-1, got.clamp_min(0)[..., None])[..., 0][got >= 0]
        batch = torch.arange(count, device=got.device)[:, None].expand_as(got)[got >= 0]
        loads.append(torch.bincount(batch * EXPERTS + held).max().item())
        lost: NDArray[np.float64] = (got < 0).double().mean(1).cpu().numpy()
        return limit - lost

    loads: list[float] = []
    parts = [experiment(sample, margin=0.0, says=f"{limit} less the share lost")]
    parts.append(fact(max(loads) == most, f"the fullest expert takes {max(loads)} of {most}"))
    return every([*parts, _enumerated(), _binomial(factor, run)])


def _binomial(factor: float, run: Run) -> Evidence:
    """Check the filling on tokens that choose uniformly: 20 batches lose what the binomial says."""
    tokens = preferences(20, TOKENS, EXPERTS, 1, run, "uniform tokens")
    lost = (place(tokens, EXPERTS, room(TOKENS, EXPERTS, factor)) < 0).double().mean(1)
    error = 4 * float(lost.std()) / math.sqrt(lost.numel())
    exact = drop_rate(TOKENS, EXPERTS, factor)
    return figure(float(lost.mean()), exact, error, "uniform tokens lost, against the binomial")


def _enumerated() -> Evidence:
    """Check the binomial expectation against every routing of small batches."""
    cases = wrong = 0
    for tokens, experts in ((2, 2), (4, 2), (4, 3), (5, 4)):
        for factor in (0.5, 1.0, 1.5):
            most = room(tokens, experts, factor)
            ways = routings(tokens, experts, 1)
            over = sum(max(0, way.count((e,)) - most) for way in ways for e in range(experts))
            cases += 1
            exact = over / (tokens * len(ways))
            wrong += most < factor * tokens / experts
            wrong += not abs(drop_rate(tokens, experts, factor) - exact) <= 1e-12
    return enumeration(cases, wrong, "small batches that lose another share")


@topic.simulated(
    "26.16",
    says="some tokens might not get their optimal expert",
    rule="in each of 20 batches the number of tokens that do not get their first choice is as "
    "asserted",
    assumptions=(UNTRAINED,),
    asserted=Case((1.0, lambda moved: moved > 0), "some, at capacity factor 1"),
    mutant=Case((1.25, lambda moved: moved == 0), "none, with a quarter of room to spare"),
    control=Case((EXPERTS, lambda moved: moved == 0), "none, if each expert can take them all"),
    simulation="capacity",
)
def displaced(asserted: tuple[float, Callable[[int], bool]], run: Run) -> Evidence:
    """Count them in the same simulation."""
    factor, predicate = asserted
    tokens = routed(20, TOKENS, EXPERTS, 2, run, "tokens 0")
    got = place(tokens, EXPERTS, room(TOKENS, EXPERTS, factor))
    moved = [int(count) for count in (got != 0).sum(1)]
    wrong = sum(not predicate(count) for count in moved)
    return enumeration(20, wrong, f"batches that contradict it (mean {np.mean(moved):.1f} moved)")


Remedy = tuple[float, int, float]
"""(capacity factor, buffer for each expert, chance that an expert is switched off)."""
DROPPING: Remedy = (1.0, 0, 0.0)


@topic.simulated(
    "26.19",
    says="all trade-off model quality vs latency",
    kind=Kind.STRUCTURAL,
    expected=Verdict.FAILS,
    rule="against dropping at capacity factor 1: fewer drops (margin 0.01) and more latency "
    "(margin 0.01), in the asserted combination; 20 paired seeds, two rounds",
    right="buffering and more capacity do; expert dropout is a regularizer: while it acts more "
    "tokens are dropped, and nothing gets faster, so not all of them trade",
    assumptions=(
        "60 batches of 256 tokens over 8 experts, uniform; quality stands for tokens not dropped",
        "a step's time is its capacity, latency counts waiting for later steps",
    ),
    mutant=Case(
        ((1.0, 64, 0.0), lambda fewer, later: [fewer, not_(later)]), "buffering adds no latency"
    ),
    control=Case(
        ((1.0, 64, 0.0), lambda fewer, later: [fewer, later]),
        "buffering trades quality against latency",
    ),
    asserted=Case(
        ((1.0, 0, 0.1), lambda fewer, later: [fewer, later]),
        "expert dropout trades quality against latency",
    ),
    simulation="capacity",
)
def trade_off(
    asserted: tuple[Remedy, Callable[[Evidence, Evidence], list[Evidence]]], run: Run
) -> Evidence:
    """Serve the same seeds with the remedy and with plain dropping."""
    remedy, combination = asserted

    def served(which: Remedy, count: int, offset: int) -> "tuple[NDArray[np.float64], ...]":
        factor, buffer, off = which
        arrived = arrivals(count, 60, 256, 8, off, run, f"batches {offset}")
        return serve(arrived, room(256, 8, factor), buffer)

    def gain(which: int, sign: int) -> "Callable[[int, int], NDArray[np.float64]]":
        def sample(count: int, offset: int) -> "NDArray[np.float64]":
            change = served(remedy, count, offset)[which] - served(DROPPING, count, offset)[which]
            return sign * change

        return sample

    fewer = experiment(gain(0, -1), margin=0.01, says="share of tokens saved from dropping")
    later = experiment(gain(1, 1), margin=0.01, says="latency added, in steps")
    return every(combination(fewer, later))


@topic.simulated(
    "26.20",
    says="Reorganize batches to ensure more even expert distribution",
    kind=Kind.STRUCTURAL,
    rule="mean of max/mean load over batches, first order less second, margin 0.05; 100 seeds, two "
    "rounds; every order keeps all tokens and equally full batches",
    right="it evens out batches; if the router favours an expert over all sequences, every "
    "packing keeps that",
    assumptions=("32 sequences of 64 tokens, tastes from Dirichlet(0.5), 8 experts, 8 batches",),
    asserted=Case(("arrival", "packed"), "packing is more even than the order of arrival"),
    mutant=Case(
        ("arrival", "alike"), "batches of alike sequences are more even than the order of arrival"
    ),
    control=Case(("alike", "arrival"), "batches of alike sequences are less even"),
    simulation="capacity",
)
def packing(asserted: tuple[str, str], run: Run) -> Evidence:
    """Pack the same sequences in both ways."""
    uneven, even = asserted
    broken = [0]

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        loads = sequences(count, 32, 64, 8, run, f"sequences {offset}")
        made = {order: pack(loads, 8, order) for order in asserted}
        for batches in made.values():
            broken[0] += int((batches.sum(1) != loads.sum(1)).any())
            broken[0] += int((batches.sum(-1) != 4 * 64).any())
        gap: NDArray[np.float64] = imbalance(made[uneven]).mean(-1) - imbalance(made[even]).mean(-1)
        return gap

    decided = experiment(sample, margin=0.05, first=100, says=f"max/mean {uneven} less {even}")
    return every([decided, enumeration(4, broken[0], "packings that lose or add tokens")])


@topic.proved(
    "26.21",
    says="Group tokens going to the same expert across multiple input batches",
    kind=Kind.STRUCTURAL,
    rule="relative spread of an expert's load over m batches and mean wait in batches equal the "
    "asserted multiples: symbolically for m independent batches of any mean and variance, and "
    "from the exact distributions to 1e-9, m = 1, 2, 4, 8, 16, three routers",
    assumptions=("tokens choose independently; a batch arrives in each unit of time",),
    right="what is gained in evenness, 1/sqrt(m), is paid in waiting, (m - 1)/2",
    asserted=Case(
        (lambda m: 1 / sympy.sqrt(m), lambda m: (m - 1) / 2),
        "spread falls as 1/sqrt(m), wait grows with m",
    ),
    mutant=Case((lambda m: 1 / m, lambda m: (m - 1) / 2), "spread falls as 1/m"),
    control=Case(
        (lambda m: sympy.sqrt(m) / m, lambda m: m / 2 - sympy.Rational(1, 2)),
        "it is sqrt(m)/m; the wait is half a batch less than m/2",
    ),
    simulation="capacity",
)
def grouping(asserted: tuple[Callable[[Any], Any], Callable[[Any], Any]], run: Run) -> Evidence:
    """Convolve the loads of the batches, and let batch i of m wait for the last one."""
    spread, wait = asserted
    m, mean, variance = sympy.symbols("m mu v", positive=True)
    together = sympy.sqrt(m * variance) / (m * mean)  # means and variances add up
    last = sympy.Symbol("n", integer=True, positive=True)
    i = sympy.Symbol("i", integer=True)
    proved = [
        is_zero(sympy.simplify(together / (sympy.sqrt(variance) / mean) - spread(m))),
        is_zero(sympy.summation(last - i, (i, 1, last)) / last - wait(last)),
    ]
    cases = wrong = 0
    for tokens, share in ((64, 1 / 8), (64, 1 / 2), (256, 1 / 64)):
        average, deviation = load_moments(tokens, share, 1)
        for batches in (1, 2, 4, 8, 16):
            both, spreads = load_moments(tokens, share, batches)
            waits = [batches - 1 - one for one in range(batches)]
            cases += 1
            wrong += (
                abs(spreads / both / (deviation / average) - float(spread(batches))) > 1e-9
                or abs(both - batches * tokens * share) > 1e-9
                or abs(sum(waits) / batches - float(wait(batches))) > 1e-9
            )
    return every(
        [
            proof(proved, "spread and wait of m batches"),
            enumeration(cases, wrong, "groups that contradict it"),
        ]
    )
