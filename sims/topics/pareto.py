"""Pareto optimality, and the Pareto distribution that the notes' heading promises.

Sources: Pareto 1906 (efficiency); Das & Dennis 1997, "A closer look at drawbacks of minimizing
weighted sums" (a weighted sum finds only supported points); Arnold 2015, "Pareto Distributions".
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.claims import Case, Evidence, Kind, Verdict, agree, enumeration, every, fact, proof
from sims.derivation import Step, as_written
from sims.lazy import sympy, torch
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("pareto")

# --- Model (all criteria are to be maximised) --------------------------------------------------


def efficient(points: "Tensor") -> "Tensor":
    """Return which of `points`, shape (..., n, k), no other point dominates, shape (..., n).

    A point dominates another if it is nowhere worse and somewhere better: O(n^2) comparisons.
    """
    other, own = points.unsqueeze(-3), points.unsqueeze(-2)
    dominated = (other >= own).all(-1) & (other > own).any(-1)
    return ~dominated.any(-1)


def efficient_by_sorting(points: "Tensor") -> "Tensor":
    """Return `efficient` for points of shape (n, 2), by one sweep in O(n log n)."""
    rows = points.tolist()
    best_above = -float("inf")
    keep = [False] * len(rows)
    order = sorted(range(len(rows)), key=lambda i: (-rows[i][0], -rows[i][1]))
    index = 0
    while index < len(order):
        same_x = [i for i in order[index:] if rows[i][0] == rows[order[index]][0]]
        top = rows[same_x[0]][1]
        if top > best_above:
            for i in same_x:
                keep[i] = rows[i][1] == top
            best_above = top
        index += len(same_x)
    return torch.tensor(keep)


def supported(points: "Tensor", weights: int) -> "Tensor":
    """Return which points, shape (n, 2), maximise w x + (1 - w) y for one of `weights` w."""
    w = torch.linspace(0, 1, weights + 2, dtype=points.dtype)[1:-1]
    scores = w[:, None] * points[:, 0] + (1 - w[:, None]) * points[:, 1]
    found = torch.zeros(len(points), dtype=torch.bool)
    found[scores.argmax(1)] = True
    return found


def quarter_circle(bulge: bool, n: int = 101) -> "Tensor":
    """Return n points of a front to maximise, shape (n, 2): bulging outward, or dented inward."""
    angle = torch.linspace(0, torch.pi / 2, n, dtype=torch.float64)
    circle = torch.stack([angle.cos(), angle.sin()], 1)
    return circle if bulge else 1 - circle


# --- Claims ----------------------------------------------------------------------------------

topic.documented(
    "25.1",
    "Pareto distribution",
    "the text defines Pareto efficiency; the distribution, density a x_m^a / x^(a+1), "
    "is never defined",
    Verdict.FAILS,
    "the heading should be Pareto optimality",
)


@topic.proved(
    "25.2",
    says="cannot be modified so as to make any one individual or preference criterion better off "
    "without making at least one worse off",
    rule="the points from which every move that gains in one criterion loses in another are "
    "exactly the solutions of the asserted problems: by logic, for one criterion beside any number "
    "of others, and on 1,000 random sets of three criteria with ties and duplicates; on two "
    "criteria they are those of a sweep",
    source="Chankong & Haimes 1983, theorems 4.1 and 4.2: epsilon-constraint problems",
    right="such a point solves all epsilon-constraint problems at its own values: each criterion "
    "is as large as it can be while the others stay; solving one of them is not enough",
    asserted=Case(all, "so exactly the points that are best in each criterion while others stay"),
    mutant=Case(any, "being best in one criterion while the others stay is enough"),
    control=Case(None, "so exactly the points that nothing dominates"),
    simulation="front",
)
def optimality(asserted: Callable[[Iterable[bool]], bool] | None, run: Run) -> Evidence:
    """Hold the sentence, spelt out move by move, to problems with one criterion each."""
    generator = run.generator("sets")
    wrong = odd = 0
    for _ in range(1_000):
        points = torch.randint(0, 4, (10, 3), generator=generator, device=run.device).cpu().double()
        kept = no_free_move(points)
        found = solves(points, asserted) if asserted else efficient(points)
        wrong += not torch.equal(found, kept)
        flat = points[:, :2]
        odd += not torch.equal(efficient_by_sorting(flat), no_free_move(flat))
    return every(
        [
            proof([_same_moves(asserted)], "moves that contradict either"),
            enumeration(1_000, wrong, "sets with other solutions"),
            enumeration(1_000, odd, "sets of two criteria with another front"),
        ]
    )


def _same_moves(how_many: Callable[[Iterable[bool]], bool] | None) -> bool:
    """Return whether each move is free exactly if it shows that a problem is unsolved.

    A move raises, lowers or keeps one criterion, and some or none of the others. A point has a free
    move if one of its moves is free, and leaves a problem unsolved if one of them shows so; so it
    is enough to compare single moves. If `how_many` is `all`, one problem that is unsolved is
    enough; if it is `any`, each must be.
    """
    if how_many is None:
        return True  # nothing dominates a point exactly if it has no free move: the same words
    up, down, others_up, others_down = sympy.symbols("up down others_up others_down")
    possible = ~(up & down)
    free = (up | others_up) & ~down & ~others_down
    # The problem of the one criterion, and that of another one which the move raises.
    one, another = up & ~others_down, others_up & ~down & ~others_down
    unsolved = one | another if how_many is all else one & another
    return sympy.satisfiable(possible & sympy.Xor(free, unsolved)) is False


def solves(points: "Tensor", how_many: Callable[[Iterable[bool]], bool]) -> "Tensor":
    """Return which points solve all, or any, of their epsilon-constraint problems.

    There is one for each criterion: make it as large as possible with the others kept as they are.
    """
    rows: list[list[float]] = points.tolist()

    def best(row: list[float], k: int) -> bool:
        others = [i for i in range(len(row)) if i != k]
        return row[k] >= max(to[k] for to in rows if all(to[i] >= row[i] for i in others))

    return torch.tensor([how_many(best(row, k) for k in range(len(row))) for row in rows])


def no_free_move(points: "Tensor") -> "Tensor":
    """Return which points have no move that gains in one criterion and loses in none."""
    rows = points.tolist()
    return torch.tensor(
        [
            not any(
                any(b > a for a, b in zip(row, to, strict=True))
                and not any(b < a for a, b in zip(row, to, strict=True))
                for to in rows
            )
            for row in rows
        ]
    )


topic.documented(
    "25.3",
    "Write down the value model equations, constraints. Define the objective function",
    "advice on method",
    Verdict.QUIZ,
)


@topic.all_cases(
    "25.4",
    says="Run a convex hull optimizer on simple grid search",
    kind=Kind.EXPERIMENT,
    expected=Verdict.CONDITIONAL,
    rule="share of the 101 points of a quarter circle that some weighting of 99 finds: the "
    "statement says more than 80 %; three weightings find the points in their own directions",
    source="Das & Dennis 1997",
    right="a hull or weighted sum finds only supported points; a dented front needs an "
    "epsilon-constraint or dominance filtering",
    statement="weighted sums find more than 80 % of a front that {}",
    inside=Case((True, "weights"), "bulges outward"),
    outside=Case((False, "weights"), "is dented inward"),
    mutant=Case((False, "more weights"), "ten times as many weights find the dented front"),
    control=Case((False, "dominance"), "dominance filtering finds the dented front"),
    simulation="front",
)
def hull(asserted: tuple[bool, str], run: Run) -> Evidence:
    """Count the efficient points that a method finds; every point of both fronts is efficient.

    A point of the front is on the unit circle around its hollow side, within the unit square. On
    the bulging front w x + (1 - w) y is largest in direction (w, 1 - w).
    """
    bulge, method = asserted
    points = quarter_circle(bulge)
    wanted = efficient(points)
    found = {
        "weights": lambda: supported(points, 99),
        "more weights": lambda: supported(points, 999),
        "dominance": lambda: efficient_by_sorting(points),
    }[method]()
    share = float((found & wanted).sum() / wanted.sum())
    from_centre = points if bulge else 1 - points
    on_circle = (from_centre.square().sum(1) - 1).abs() < 1e-12
    as_said = wanted & on_circle & (points >= 0).all(1) & (points <= 1).all(1)
    ahead = [round(100 * math.atan2(1 - w, w) / (math.pi / 2)) for w in (0.75, 0.5, 0.25)]
    three = supported(quarter_circle(bulge=True), 3).nonzero().flatten().tolist()
    return every(
        [
            enumeration(len(points), int((~as_said).sum()), "points of the front"),
            fact(three == ahead, "three weightings find the points in their directions"),
            fact(
                share > 0.8,
                f"{int((found & wanted).sum())} of {int(wanted.sum())} efficient points found",
                share,
            ),
        ]
    )


topic.documented(
    "25.5",
    "Use a tie-breaker",
    "incomparable points are not tied: choosing among them is a preference",
    Verdict.QUIZ,
)

# --- Figure ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Front:
    """A front x^p + y^p = 1: p > 1 bulges outward, p < 1 is dented."""

    power: float = parameter(0.6, 0.2, 4.0, "p, the shape of the front")
    weights: int = parameter(99, 1, 999, "weightings tried")
    points: int = parameter(60, 5, 200, "points on the front")


@topic.simulation(
    "front",
    Front,
    units={"points": "efficient found"},
    says="A Pareto front, and what weighted sums miss of it",
)
def front(parameters: Front, run: Run) -> Iterator[Frame]:
    """Sweep the weighting from one criterion to the other, collecting what it finds."""
    x = torch.linspace(0, 1, parameters.points, dtype=torch.float64)
    points = torch.stack([x, (1 - x**parameters.power).clamp_min(0) ** (1 / parameters.power)], 1)
    inward = torch.rand(len(x) - 2, 1, generator=run.generator(), device=run.device).cpu()
    inner = points[1:-1] * (0.35 + 0.6 * inward)
    weights = torch.linspace(0, 1, parameters.weights + 2, dtype=torch.float64)[1:-1]
    found: set[int] = set()
    every = max(1, len(weights) // 20)
    for index, w in enumerate(weights.tolist()):
        found.add(int((w * points[:, 0] + (1 - w) * points[:, 1]).argmax()))
        if index % every and index < len(weights) - 1:
            continue
        hit = points[sorted(found)]
        yield Frame(
            progress=(index + 1) / len(weights),
            series=(
                Series("dominated", inner[:, 0].tolist(), inner[:, 1].tolist(), "scatter"),
                Series("efficient", points[:, 0].tolist(), points[:, 1].tolist(), "scatter"),
                Series("found by weights", hit[:, 0].tolist(), hit[:, 1].tolist(), "scatter"),
            ),
            outputs={
                "efficient": float(efficient(torch.cat([points, inner])).sum()),
                "found": float(len(found)),
            },
            says=f"weight {w:.2f}: {len(found)} of {len(points)} efficient points found",
            x_label="first criterion",
            y_label="second criterion",
        )


@dataclass(frozen=True)
class Tail:
    """The Pareto distribution: density a x_m^a / x^(a + 1) above x_m."""

    a: float = parameter(1.16, 1.01, 6.0, "tail index a; 1.16 gives the 80/20 rule")
    people: int = parameter(20_000, 100, 100_000, "people in each sample")
    seeds: int = parameter(20, 2, 100, "samples")


@topic.simulation(
    "shares",
    Tail,
    units={"times the least": "mean"},
    says="What share do the richest hold under a Pareto distribution?",
)
def shares(parameters: Tail, run: Run) -> Iterator[Frame]:
    """Compare the sampled share of the richest q with q^(1 - 1/a)."""
    a = parameters.a
    shape = (parameters.seeds, parameters.people)
    uniform = torch.rand(shape, generator=run.generator("people"), device=run.device).double()
    held = (1 - uniform).pow(-1 / a).sort(-1, descending=True).values.cumsum(-1)
    held = held / held[:, -1:]
    q = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0]
    for count in range(2, len(q) + 1):
        at = [max(0, round(share * parameters.people) - 1) for share in q[:count]]
        sampled = held[:, at]
        yield Frame(
            progress=count / len(q),
            series=(
                Series("theory q^(1 - 1/a)", q[:count], [s ** (1 - 1 / a) for s in q[:count]]),
                Series(
                    "sampled",
                    q[:count],
                    sampled.mean(0).tolist(),
                    low=sampled.quantile(0.025, dim=0).tolist(),
                    high=sampled.quantile(0.975, dim=0).tolist(),
                    band="95 % of the samples",
                ),
            ),
            outputs={
                "top_fifth": 0.2 ** (1 - 1 / a),
                "top_fifth_sampled": float(held[:, round(0.2 * parameters.people) - 1].mean()),
                "mean": a / (a - 1),
            },
            says=f"the richest 20 % hold {0.2 ** (1 - 1 / a):.1%} in theory",
            x_label="share of people, richest first",
            y_label="share held",
        )


@topic.second_route
def directions(run: Run) -> None:
    """Look at each point and each direction alone; integrate the density for means and shares."""
    points = torch.randint(
        0, 5, (9, 2), device=run.device, generator=run.generator("points")
    ).double()
    rows = points.tolist()
    beaten = [any(b != a and b[0] >= a[0] and b[1] >= a[1] for b in rows) for a in rows]
    agree(efficient(points).double(), [not b for b in beaten], says="efficient points")
    bulge = quarter_circle(bulge=True, n=21)
    agree((bulge**2).sum(1), 1, says="a point of the bulging front")
    agree(((1 - quarter_circle(bulge=False, n=21)) ** 2).sum(1), 1, says="a dented front")
    hits = set()
    for k in range(1, 10):
        value = [k * x + (10 - k) * y for x, y in bulge.tolist()]
        hits.add(value.index(max(value)))
    agree(supported(bulge, 9).nonzero()[:, 0], sorted(hits), says="supported points")
    found = topic.outputs("shares", run, a=3.0, people=4000, seeds=20)
    agree(found["top_fifth"], 0.2 ** (2 / 3), says="the share of the richest fifth")
    drawn = torch.rand(20, 4000, generator=run.generator("people"), device=run.device).double()
    held = []
    for row in drawn.tolist():
        richest = sorted(((1 - u) ** (-1 / 3) for u in row), reverse=True)
        held.append(sum(richest[:800]) / sum(richest))
    agree(found["top_fifth_sampled"], sum(held) / 20, says="the sampled share")
    agree(found["mean"], 1.5, says="the mean")
    seen = topic.outputs("front", run, power=2.0, weights=3, points=11)
    arc = [(k / 10, (1 - k * k / 100) ** 0.5) for k in range(11)]
    tops = set()
    for w in (1, 2, 3):
        value = [w * x + (4 - w) * y for x, y in arc]
        tops.add(value.index(max(value)))
    agree([seen["efficient"], seen["found"]], [11, len(tops)], says="points of the front")
    *_, last = shares(Tail(a=3.0, people=4000, seeds=20), run)
    for curve in last.series:
        known = [q ** (2 / 3) for q in curve.x]
        agree(curve.y, known, says=f"the curve: {curve.name}", tolerance=0.1)


# --- Derivations -----------------------------------------------------------------------------


@topic.derivation("mean", says="The mean of a Pareto distribution is a x_m/(a - 1)")
def mean() -> Iterator[Step]:
    """Integrate x times the density, for a = 1 + b with b > 0."""
    b, m, x = sympy.symbols("b x_m x", positive=True)
    density = (1 + b) * m ** (1 + b) / x ** (2 + b)
    yield Step(sympy.Integral(x * density, (x, m, sympy.oo)), "the definition, with a = 1 + b")
    yield Step(
        (1 + b) * m ** (1 + b) * sympy.Integral(x ** (-1 - b), (x, m, sympy.oo)),
        "take the constants out",
    )
    yield Step((1 + b) * m ** (1 + b) * m ** (-b) / b, "integrate the power, which falls for b > 0")
    yield Step((1 + b) * m / b, "with a = 1 + b this is a x_m/(a - 1)")


@topic.derivation(
    "share", says="The richest share q of people hold q^(1 - 1/a)", domain={"q": (0.01, 1)}
)
def share() -> Iterator[Step]:
    """Integrate the quantile function over the richest q, and divide by the mean."""
    c, q, u = sympy.symbols("c q u", positive=True)
    quantile = u ** (c - 1)
    yield Step(
        sympy.Integral(quantile, (u, 0, q)) / sympy.Integral(quantile, (u, 0, 1)),
        "income of the richest q over all income; the quantile from the top is u^(-1/a), and "
        "c = 1 - 1/a",
    )
    yield Step(
        as_written(lambda: (q**c / c) / (1 / c)), "integrate the powers; c > 0 because a > 1"
    )
    yield Step(q**c, "the factors cancel: q^(1 - 1/a)")
