"""The claims of the notes on sparse and mismatched domains."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, experiment, fact, figure
from sims.lazy import np
from sims.run import Run
from sims.topics.cross_domain_recsys.model import (
    ITEMS,
    RANK,
    RIDGE,
    SETTING,
    Sparse,
    aligned,
    density,
    expected_overlap,
    linear_map,
    no_overlap,
    normal,
    related,
    ridge_rows,
    sparse,
    topic,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


def within(
    sample: "Callable[[int, int], NDArray[np.float64]]", low: float, high: float, says: str
) -> Evidence:
    """Decide whether the mean of a sample by seed lies between two bounds."""
    return every(
        [
            experiment(lambda n, o: sample(n, o) - low, margin=0.0, says=f"{says}, less {low:g}"),
            experiment(lambda n, o: high - sample(n, o), margin=0.0, says=f"{high:g} less it"),
        ]
    )


topic.documented(
    "1.1",
    "Two main issues when doing cross domain recommendations: data sparsity and heterogenity",
    "a framing; negative transfer, and users and items not shared, are issues as well",
    Verdict.QUIZ,
)
topic.documented(
    "1.5",
    "Domains have mismatched item features and differing interaction contexts",
    "depends on the domains",
    Verdict.QUIZ,
)
topic.documented(
    "1.8", "translating disparate domain data into natural language", "names a method", Verdict.QUIZ
)

topic.documented(
    "1.7",
    "LLMs bypass both issues",
    "too broad to certify; the simulation of descriptions is a proxy, not a language model",
    Verdict.QUIZ,
    kind=Kind.EXPERIMENT,
)

DATA = {"MovieLens 1M": (1_000_209, 6_040, 3_706), "Netflix": (100_198_805, 480_189, 17_770)}
"""(interactions, users, items) of public data sets."""


@topic.agrees(
    "1.2",
    says="Interaction matrices are nearly empty",
    kind=Kind.NUMERIC,
    scope="two public data sets",
    expected=Verdict.AGREES,
    rule="the filled shares of MovieLens 1M and Netflix lie in the asserted range; 'nearly empty' "
    "is below 5 %",
    source="MovieLens 1M readme; Niu et al. 2011 (Hogwild) for Netflix",
    asserted=Case((0.0, 0.05), "less than 5 % of the cells are filled"),
    mutant=Case((0.0, 0.01), "less than 1 %: more than 99 % of the cells are empty"),
    control=Case((0.01, 0.046), "between 1 % and 4.6 % are"),
    simulation="sparsity",
)
def nearly_empty(asserted: tuple[float, float], run: Run) -> Evidence:
    """Divide interactions by cells."""
    low, high = asserted
    shares = {name: density(*counts) for name, counts in DATA.items()}
    return every(
        fact(low <= share <= high, f"{name} {share:.2%}", share) for name, share in shares.items()
    )


@topic.simulated(
    "1.3",
    says="[That interaction matrices are nearly empty is] (the 'cold-start' problem)",
    expected=Verdict.FAILS,
    rule="error on noiseless ratings over their mean square, at the named density, lies in the "
    "asserted range; 20 seeds, two rounds; that of users whose predictions are all 0 is 1",
    source="Schein et al. 2002: cold start is about users or items without any rating",
    right="sparsity is few ratings for everybody, which more ratings cure; a cold user has none, "
    "and other people's ratings do not help",
    assumptions=(f"{ITEMS} items", *SETTING),
    asserted=Case(("cold", 0.2, 0.0, 0.2), "a dense matrix cures cold users: error below 0.2"),
    mutant=Case(("warm", 0.2, 0.9, 1.1), "users with 40 ratings fare as cold ones: 0.9 to 1.1"),
    control=Case(("warm", 0.2, 0.0, 0.2), "users with 40 ratings: below 0.2"),
    simulation="sparsity",
)
def cold_start(asserted: tuple[str, float, float, float], run: Run) -> Evidence:
    """Compare users with and without ratings in one matrix."""
    group, share, low, high = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        done = sparse(ITEMS, share, offset, count, run.seed, run.device)
        return done.cold if group == "cold" else done.warm

    unknown = sparse(ITEMS, share, 0, 20, run.seed, run.device).cold
    return every(
        [
            within(sample, low, high, f"error of {group} users"),
            fact(np.allclose(unknown, 1, rtol=1e-12), "users without ratings get 0"),
        ]
    )


TEN = 10


@topic.simulated(
    "1.4",
    says="leaving traditional models without enough behavioral overlap to find patterns",
    rule=f"users rate {TEN} items each, in expectation, among few or many: their error on "
    "noiseless ratings lies in the asserted range, 20 seeds, two rounds; items in common and pairs "
    "without any agree with m p^2 and (1 - p^2)^m, to 4 standard errors",
    right="emptiness matters through ratings in common: the same ten ratings a user do among 40 "
    "items",
    assumptions=(
        *SETTING,
        "not tested: a far larger matrix just as empty, in which users share more ratings",
    ),
    mutant=Case(
        (40, 0.9, 2.0),
        "ten ratings a user are too few however small the shop: so it is among 40 items",
    ),
    control=Case((40, 0.0, 0.5), "ten among 40 items: half of the variance is found"),
    asserted=Case(
        (400, 0.9, 2.0),
        "ten ratings a user among 400 items, 2.5 % of the cells: no better than predicting "
        "the mean",
    ),
    simulation="sparsity",
    derivation="overlap",
)
def overlap(asserted: tuple[int, float, float], run: Run) -> Evidence:
    """Factorise matrices with equally many ratings a user."""
    items, low, high = asserted

    def done(count: int, offset: int) -> Sparse:
        return sparse(items, TEN / items, offset, count, run.seed, run.device)

    first = done(20, 0)
    shapes = {figures.shape for figures in (first.warm, first.cold, first.apart, first.common)}
    return every(
        [
            within(lambda n, o: done(n, o).warm, low, high, f"error at {items} items"),
            _agrees(first.apart, no_overlap(items, TEN / items), "pairs without overlap"),
            _agrees(first.common, expected_overlap(items, TEN / items), "items in common"),
            fact(shapes == {(20,)}, "one figure for each seed"),
        ]
    )


def _agrees(seen: "NDArray[np.float64]", exact: float, says: str) -> Evidence:
    """Decide whether a mean over seeds is within 4 standard errors of its exact expectation."""
    allowed = 4 * float(seen.std(ddof=1)) / math.sqrt(len(seen))
    return figure(float(seen.mean()), exact, allowed, says)


@topic.simulated(
    "1.6",
    says="preventing direct mathematical alignment",
    expected=Verdict.FAILS,
    rule="error of users new to the target, mapped linearly from a source whose items share "
    "nothing with it, lies in the asserted range; 20 seeds, two rounds; it is not below 1 - rho^2; "
    "the regressions are at their optimum",
    source="Man et al. 2017 (EMCDR)",
    right="what is needed is a correlated taste and users who rated in both domains; at "
    "correlation rho a map leaves at least 1 - rho^2",
    assumptions=(f"{ITEMS} items a domain, density 0.2; 240 users rated in both", *SETTING),
    asserted=Case((1.0, 240, 0.95, 2.0), "with the same taste, mapping does not help"),
    mutant=Case((0.0, 240, 0.0, 0.95), "with unrelated tastes, mapping helps"),
    control=Case((1.0, 240, 0.0, 0.3), "with the same taste, mapping leaves below 0.3"),
    simulation="alignment",
    derivation="correlation",
)
def alignment(asserted: tuple[float, int, float, float], run: Run) -> Evidence:
    """Map users whom the target has never seen."""
    correlation, users, low, high = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        return aligned(correlation, users, 0.2, offset, count, run.seed, run.device)

    least = float(sample(20, 0).mean())
    return every(
        [
            within(sample, low, high, f"error at correlation {correlation:g}"),
            fact(least >= 1 - correlation**2, f"{least:.3f} is not below 1 - rho^2", least),
            _least_squares(run),
            _tastes(run),
        ]
    )


def _least_squares(run: Run) -> Evidence:
    """Check that the gradients of both penalised sums of squares vanish at their solutions."""
    generator = run.generator("least squares")
    fixed, ratings = normal(generator, 3, 30, RANK), normal(generator, 3, 5, 30)
    seen = (normal(generator, 3, 5, 30) > 0).double()
    rows = ridge_rows(fixed, ratings * seen, seen)
    slopes = [((rows @ fixed.mT - ratings) * seen) @ fixed + RIDGE * rows]
    target = normal(generator, 3, 30, RANK)
    mapped = linear_map(fixed, target)
    slopes.append(fixed.mT @ (fixed @ mapped - target) + RIDGE * mapped)
    steep = sum(float(slope.abs().max()) > 1e-9 for slope in slopes)
    return enumeration(2, steep, "regressions that are not at their optimum")


def _tastes(run: Run) -> Evidence:
    """Check variance and correlations of related tastes on 200,000 numbers, to 0.02."""
    taste, other = normal(run.generator("tastes"), 2, 200_000)
    wrong = 0
    for correlation in (0.0, 0.5, 0.8, 1.0):
        carried = related(taste, other, correlation)
        wrong += not abs(float(carried.square().mean()) - 1) <= 0.02
        wrong += not abs(float((carried * taste).mean()) - correlation) <= 0.02
        wrong += not abs(float((carried * other).mean()) - math.sqrt(1 - correlation**2)) <= 0.02
    return enumeration(12, wrong, "moments of related tastes that are off")
