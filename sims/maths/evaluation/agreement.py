"""Whether two expressions agree: their values at many points, with more digits where needed.

A difference may be rounding after cancellation, so it is computed again with twice the digits: one
that shrinks with the precision is rounding, one that stays is real. Where the parts of an
expression lie so far apart that one could hide another, as in `x + 1e-90`, more digits are taken.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sims.maths.evaluation.branches import STEPPED, add_seen
from sims.maths.evaluation.breaks import simplest
from sims.maths.evaluation.evaluator import MOST_DIGITS, Evaluator, context, fraction_of
from sims.maths.evaluation.lines import Line
from sims.maths.evaluation.matrix import Matrix, TooLargeError
from sims.maths.evaluation.points import WIDE, Point
from sims.maths.evaluation.prober import MISSING, Prober
from sims.maths.evaluation.switches import Switches, differences
from sims.maths.evaluation.symbols import MATRICES, VECTORS, runs
from sims.maths.evaluation.ties import Tie, tie, tied
from sims.maths.evaluation.witness import where, words
from sims.maths.syntax.tree import (
    Big,
    Call,
    Constant,
    Divide,
    Index,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
    bound_names,
    free_names,
)

ENOUGH = 4  # good points before two expressions count as equal
HOPELESS = 16  # points too hard to compute before giving up, where no other was met
MORE = 60  # further points to look for good ones, or for a branch that was never taken
FIRST = 50  # digits, and more where a longer numeral was typed
NOISE = 8  # digits that rounding may cost before agreement is looked at again
SPARE = 25  # digits beyond those by which the parts of an expression lie apart
LOST = 3  # points at which one side alone has no value, and that cannot be moved: no coincidence
SPARE_OF_ERROR = 3  # digits by which the smallest part must exceed the error of an integral
JUMPS = 2  # points of one symbol at which the values differ: more than a single point
NEIGHBOURS = 8
LINES = 2  # through so many points, along so many symbols, strips are looked for
MOST_BORDERS = 8
ROOT_DIGITS = 33  # of a zero found on a line
RESERVE = 15_000  # steps of the budget below which no closer look is begun
LONG = 15  # figures of a numeral, or its size as an exponent, from which parts may be tiny
DEEP = 450  # digits at one point: powers of ten reach no farther
FINER = 35  # digits of integrals beyond the usual ones, at one point
OFTEN = 12  # points at which an equation must hold that is solved for no letter
MOST_TIES = 8  # ways to put equations in, alone and together
OWN = 8  # other values of names that only the answer has


@dataclass
class Agreement:
    """The result at the points. `witness` is the simplest point of disagreement, in words.

    `lost` is a point around which only the expected expression has a value, `gained` one around
    which only the answer has, `jump` a single point at which the two differ. `unseen` says that
    some branch of an expression was never reached, `misshapen` that sizes fit only one side.
    """

    status: str  # equal, different, undecided
    witness: str = ""
    good: int = 0
    lost: str = ""
    gained: str = ""
    continued: str = ""
    jump: str = ""
    jumps: set[str] = field(default_factory=set)
    unseen: bool = False
    misshapen: str = ""
    hopeless: bool = False  # the values exist but are beyond what is computed here
    alone: dict[str, list[str]] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Return whether the points decided."""
        return self.status != "undecided"


def distance(ctx: Any, left: Any, right: Any, *, loose: bool = False) -> tuple[Any, Any]:
    """Return the largest difference of two values and their scale; other shapes lie 1 apart.

    `loose` takes a row and a column with the same entries for the same vector.
    """
    if isinstance(left, bool) or isinstance(right, bool):
        return (ctx.mpf(0 if left is right else 1), ctx.mpf(1))
    if isinstance(left, Matrix) or isinstance(right, Matrix):
        return _matrix_distance(ctx, left, right, loose)
    if left == right:
        return ctx.mpf(0), abs(left)
    gap = abs(left - right)
    return (gap, max(abs(left), abs(right))) if ctx.isfinite(gap) else (ctx.mpf(1), ctx.mpf(1))


def _matrix_distance(ctx: Any, left: Any, right: Any, loose: bool) -> tuple[Any, Any]:
    if not (isinstance(left, Matrix) and isinstance(right, Matrix)):
        return ctx.mpf(1), ctx.mpf(1)
    if left.shape != right.shape:
        flipped = left.is_vector and right.is_vector and len(left) == len(right)
        if not (flipped and loose):
            return ctx.mpf(1), ctx.mpf(1)
    pairs = [distance(ctx, a, b) for a, b in zip(left, right, strict=True)]
    return max(gap for gap, _ in pairs), max(scale for _, scale in pairs)


def agreement(
    answer: Node, expected: Node, prober: Prober, *, branches: tuple[int, int] = (1, 1)
) -> Agreement:
    """Compare two expressions at the points of a comparison. Raises BudgetError."""
    switches = Switches((answer, expected))
    prober.seen = switches.seen
    comparison = _Comparison(answer, expected, prober, branches, switches)
    try:
        comparison.run(prober.points())
        found = comparison.found
        needed = ENOUGH if prober.symbols.domains else 1
        scarce = found.good < needed and not found.settled and not found.hopeless
        if scarce and prober.symbols.domains and not prober.symbols.indexed:
            comparison.run(itertools.islice(prober.sampler.more(), MORE), until=needed)
        if not found.settled and found.good >= needed:
            found.unseen = not _all_seen(switches, comparison)
            if not found.settled and not found.unseen:
                _look_closer(comparison)
            if not found.settled:
                _look_at_equations(comparison)
            if not found.settled and not found.unseen:
                found.status = "equal"
        return found
    finally:
        prober.seen = {}


def _all_seen(switches: Switches, comparison: "_Comparison") -> bool:
    """Compare in the branches that no point took; return whether none is left within reach."""
    prober = comparison.prober
    if not switches.unseen():
        return True
    for points in (prober.sampler.far(WIDE), _around_switches(switches, prober)):
        if comparison.found.settled or not switches.within_reach(prober.symbols.domains):
            return True
        for point in points:
            comparison.run(iter((point,)))
            if comparison.found.settled or not switches.unseen():
                return True
    return not switches.within_reach(prober.symbols.domains)


def _look_closer(comparison: "_Comparison") -> None:
    """Compare between the borders of both sides, and once more with many more digits."""
    answer, expected = comparison.sides
    prober = comparison.prober
    ours, theirs = (_borders(side) for side in (answer, expected))
    if ours != theirs and prober.budget.visits > RESERVE:
        comparison.run(_between_borders([*dict.fromkeys((*ours, *theirs))], prober))
    deep = not comparison.slow and any(map(_may_end_late, comparison.sides))
    if deep and not comparison.found.settled and prober.budget.visits > RESERVE:
        comparison.digits = DEEP
        points = prober.sampler.more() if prober.symbols.names else iter((Point({}),))
        comparison.run(itertools.islice(points, 1))


def _look_at_equations(comparison: "_Comparison") -> None:
    """Compare where the equations of a condition hold, alone and several at once.

    An equation that is seldom met, and cannot be solved for a letter, leaves the result open.
    """
    prober, found = comparison.prober, comparison.found
    solved: dict[frozenset[Node], Tie] = {}
    for key, equation in comparison.switches.equations.items():
        one = tie(equation, prober.symbols.domains)
        if one is not None:  # i = j and j = i are one
            solved.setdefault(frozenset({Name(one[0]), one[1]}), one)
        elif comparison.met[key] < OFTEN:
            found.unseen = True
    for one in solved.values():
        answer, expected = (tied(side, *one) for side in comparison.sides)
        if answer == expected or prober.budget.visits < RESERVE:
            continue
        ties = (one, *comparison.ties)
        if frozenset(ties) in comparison.tried or len(comparison.tried) >= MOST_TIES:
            continue
        comparison.tried.add(frozenset(ties))
        switches = Switches((answer, expected))
        prober.seen = switches.seen
        inner = _Comparison(answer, expected, prober, comparison.branches, switches, ties)
        inner.tried = comparison.tried
        inner.run(prober.points())
        if not inner.found.settled and inner.found.good:
            _all_seen(switches, inner)
            left = switches.within_reach(prober.symbols.domains)
            inner.found.unseen = any(not _is_level(node, prober) for node in left)
            _look_at_equations(inner)
        found.unseen |= inner.found.unseen
        if inner.found.status == "different":
            found.status, found.witness = "different", inner.found.witness
        if found.settled:
            return


def _is_level(node: Node, prober: Prober) -> bool:
    """Return whether a switch cannot change, as its sides are equal everywhere."""
    return all(
        prober.value(gap, point, FIRST)[0] in (0, MISSING)
        for gap in differences(node)
        for point in itertools.islice(prober.sampler.more(), 2)
    )


def _may_end_late(side: Node) -> bool:
    """Return whether a tree has a sum, a step, or a long number: it may differ in late digits."""
    return any(
        isinstance(part, Big)
        or (isinstance(part, Unary) and part.sign == "!")
        or (isinstance(part, Call) and part.function in STEPPED)
        or (isinstance(part, Number) and (len(part.text) > LONG or abs(part.value) > LONG))
        for part in side.walk()
    )


def _borders(side: Node) -> list[Node]:
    """Return the expressions that are 0 where a side goes from one branch into another."""
    switches = Switches((side,)).wanted.values()
    bent = [node for node, _ in switches if not isinstance(node, Mul | Divide | Power)]
    bound = bound_names(side)
    gaps = (gap for node in bent for gap in differences(node) if not bound & free_names(gap))
    return [*dict.fromkeys(gaps)]


def _between_borders(gaps: list[Node], prober: Prober) -> Iterator[Point]:
    """Yield points on the borders and between neighbours, where a strip may be too narrow."""
    names = [name for name in prober.symbols.names if runs(prober.symbols.domains[name])]
    for base in itertools.islice(prober.sampler.more(), LINES):
        for name in names[:LINES]:
            on, between = Line(prober, base, name).around_roots(gaps[:MOST_BORDERS])
            for values, special in ((between, False), (on, True)):
                for value in values[:MOST_BORDERS]:
                    at = {**base.values, name: simplest(fraction_of(value), ROOT_DIGITS)}
                    yield replace(base, values=at, special=special)


def _around_switches(switches: Switches, prober: Prober) -> Iterator[Point]:
    """Yield points at and between the zeros that part the branches not yet taken."""
    names = [name for name in prober.symbols.names if runs(prober.symbols.domains[name])]
    bound = set().union(*map(bound_names, switches.nodes))
    gaps = (gap for node, _ in switches.unseen() for gap in differences(node))
    parting = [gap for gap in gaps if not bound & free_names(gap)][:6]
    for base in itertools.islice(prober.sampler.more(), 3):
        for name in names[:4]:
            line = Line(prober, base, name)
            for value in line.telling_values(parting)[:24]:
                values = {**base.values, name: simplest(fraction_of(value), ROOT_DIGITS)}
                yield replace(base, values=values, special=True)


class _Comparison:
    """The comparison of two expressions, point by point."""

    def __init__(
        self,
        answer: Node,
        expected: Node,
        prober: Prober,
        branches: tuple[int, int],
        switches: Switches,
        ties: tuple[Tie, ...] = (),
    ) -> None:
        self.sides = (answer, expected)
        self.prober = prober
        self.branches = branches
        self.switches = switches
        self.met: Counter[int] = Counter()
        self.counting = _counting(self.sides, prober)
        self.ties = ties  # the last one put in comes first
        self.tried: set[frozenset[Tie]] = set()
        self.found = Agreement("undecided")
        numerals = (len(part.text) for side in self.sides for part in side.walk()
                    if isinstance(part, Number))  # fmt: skip
        self.digits = max(FIRST, SPARE + max(numerals, default=0))
        self.slow = any(
            isinstance(part, Big) and _is_slow(part) for side in self.sides for part in side.walk()
        )
        self.hopeless = 0

    def run(self, points: Iterator[Point], until: int | None = None) -> None:
        """Compare at points until they differ, or so many agree."""
        found = self.found
        for point in points:
            if self.slow and found.good > ENOUGH and not self.prober.symbols.indexed:
                return
            point = self._on_the_tie(point)
            if any(point.values[name] > point.size for name in self.counting):
                continue  # no such entry: what is said of it shows no branch
            taken = self.prober.seen
            self.prober.seen = {key: set() for key in taken}
            try:
                verdict, witness = self.at(point)
                self.met.update(self.switches.met(self.prober.seen))
                add_seen(taken, self.prober.seen)
                if verdict in ("different", "lost", "gained") and point.special:
                    verdict = self._beside(point, verdict)
                add_seen(taken, self.prober.seen)  # of a point too hard nothing is known
            except TooLargeError:
                self.hopeless += 1
                if self.hopeless >= HOPELESS and not found.good:
                    found.hopeless = True
                    return
                continue
            finally:
                self.prober.seen = taken
            self._keep(point, verdict, witness)
            if found.settled or (until is not None and found.good >= until):
                return

    def _on_the_tie(self, point: Point) -> Point:
        """Return the point with each letter that is written as another at the value of that."""
        for name, other in self.ties:
            value, _ = self.prober.value(other, point, FIRST)
            if value is not MISSING:
                point = replace(point, values={**point.values, name: fraction_of(value)})
        return point

    def _keep(self, point: Point, verdict: str, witness: str) -> None:
        found = self.found
        if verdict == "different":
            found.status, found.witness = "different", witness
        elif verdict == "same":
            found.good += 1
        elif verdict == "continued":
            found.continued = found.continued or witness
        elif verdict == "jump":
            found.jump = found.jump or witness
            found.jumps.add(where(point))
            if len(found.jumps) >= JUMPS and len(self.prober.symbols.domains) == 1:
                found.status, found.witness = "different", found.jump  # no single point any more
        elif verdict in ("lost", "gained") and point.shaped:
            found.misshapen = found.misshapen or (witness if verdict == "lost" else "")
        elif verdict in ("lost", "gained"):
            before = found.alone.setdefault(verdict, [])
            before.append(witness)
            if self.prober.sampler.beside(point, 0) is not None or len(before) >= LOST:
                setattr(found, verdict, before[0])

    def _beside(self, point: Point, verdict: str) -> str:
        """Return what is so of a special point: the same beside it, or of that point alone."""
        beside = [self.prober.sampler.beside(point, number) for number in range(NEIGHBOURS)]
        if not beside or beside[0] is None:
            return verdict
        verdicts = []
        for near in beside:
            verdicts.append(self.at(near)[0] if near is not None else "neither")
            if verdicts[-1] in (verdict, "different"):
                return verdicts[-1]
        if verdict == "different":
            return "jump" if "same" in verdicts else "different"
        return "neither"

    def at(self, point: Point) -> tuple[str, str]:
        """Return what one point says: same, different, lost, gained, neither; and it in words."""
        values, evaluators, digits = self._values_seen(point)
        left, right = values
        if left is MISSING and right is MISSING:
            return "neither", ""
        if left is MISSING:
            says = f"{where(point)}your answer is not defined"
            return ("continued" if self._goes_on(point, right) else "lost"), says
        if right is MISSING:
            return "gained", f"{where(point)}the expected answer is not defined"
        error = max(e.error for e in evaluators)
        if error:
            if max(e.bits for e in evaluators) * 0.30103 > -math.log10(error) - SPARE_OF_ERROR:
                raise TooLargeError("a part of this is smaller than the error of an integral")
            found = self._roughly(point, left, right, error)
            return self._finely(point) if found[0] == "same" and not self.found.good else found
        return self._again(point, digits, values, max(e.lost for e in evaluators))

    def _goes_on(self, point: Point, expected: Any) -> bool:
        """Return whether the answer is right beyond the reals, or has one for other own names."""
        if self._continues(point, expected) or (expected == 0 and _has_factorial(self.sides[0])):
            return True  # 1/(-1)! is 0, as a binomial coefficient is outside its triangle
        own = sorted((free_names(self.sides[0]) - free_names(self.sides[1])) & {*point.values})
        for other in itertools.islice(self.prober.sampler.more(), OWN * bool(own)):
            values = {**point.values, **{name: other.values[name] for name in own}}
            moved = replace(point, values=values)
            if self.prober.value(self.sides[0], moved, FIRST, self.branches[0])[0] is not MISSING:
                return True
        return False

    def _continues(self, point: Point, expected: Any) -> bool:
        """Return whether complex numbers, or odd roots of negatives, make the answer right here.

        Then no value is lost: `e^(3 ln x)` is the cube of x for negative x too.
        """
        for beyond in ("roots", "complex"):
            value, _ = self.prober.value(
                self.sides[0], point, FIRST, self.branches[0], beyond=beyond
            )
            if value is MISSING:
                continue
            gap, scale = distance(context(FIRST), value, expected, loose=self.prober.loose)
            if gap <= context(FIRST).mpf(10) ** (2 * NOISE - FIRST) * scale:
                return True
        return False

    def _values_seen(self, point: Point) -> tuple[list[Any], list[Evaluator], int]:
        """Return the values with as many digits as it takes for no part to hide another."""
        digits, needed = 0, self.digits
        while needed > digits:
            digits = needed
            values, evaluators = self._values(point, digits)
            needed = SPARE + int(max(e.bits for e in evaluators) * 0.30103)
            if needed > MOST_DIGITS:
                raise TooLargeError("parts of this are too small beside others")
        return values, evaluators, digits

    def _values(self, point: Point, digits: int) -> tuple[list[Any], list[Evaluator]]:
        self.prober.seen = {key: set() for key in self.prober.seen}  # the last digits tell
        pairs = [
            self.prober.value(side, point, digits, branch)
            for side, branch in zip(self.sides, self.branches, strict=True)
        ]
        return [value for value, _ in pairs], [evaluator for _, evaluator in pairs]

    def _finely(self, point: Point) -> tuple[str, str]:
        """Look at the first point at which integrals agree again with many more digits."""
        self.prober.finer = FINER
        try:
            (left, right), evaluators = self._values(point, self.digits + FINER)
        except TooLargeError:
            return "same", ""  # they agree as far as they are computed
        finally:
            self.prober.finer = 0
        error = max(evaluator.error for evaluator in evaluators)
        context(self.digits + FINER)
        return self._roughly(point, left, right, error)

    def _roughly(self, point: Point, left: Any, right: Any, error: float) -> tuple[str, str]:
        """Return what values with an error of integration say, relative to their size."""
        ctx = context(FIRST + FINER)
        gap, scale = distance(ctx, left, right, loose=self.prober.loose)
        if gap <= 100 * error * scale:
            return "same", ""
        if gap > 3000 * error * scale:
            return "different", words(point, left, right)
        return "neither", ""

    def _again(self, point: Point, digits: int, values: list[Any], lost: int) -> tuple[str, str]:
        """Look at a point again with more digits where the values are not plainly the same.

        `lost` is how many bits a logarithm of what is nearly 1 cost.
        """
        gap, scale = distance(context(digits), *values, loose=self.prober.loose)
        if gap <= context(digits).mpf(10) ** (NOISE - digits) * scale:
            return "same", ""
        hidden = False  # in a sum that is taken for 0, being noise beside what it adds up
        for more in (2 * digits, 4 * digits):
            (left, right), evaluators = self._values(point, more)
            if left is MISSING or right is MISSING:
                return "neither", ""
            ctx = context(more)
            now, scale = distance(ctx, left, right, loose=self.prober.loose)
            if now <= ctx.mpf(10) ** (NOISE - more) * ctx.mpf(2) ** lost * scale:
                return "same", ""
            if now <= gap * ctx.mpf(10) ** (-digits // 2):
                hidden, gap, digits = (
                    False,
                    now,
                    more,
                )  # it shrinks as the precision grows: rounding around 0
                continue
            if now > max(evaluator.noise for evaluator in evaluators):
                return "different", words(point, left, right)
            hidden, gap, digits = True, now, more
        if hidden:
            raise TooLargeError("a sum of this is far smaller than what it adds up")
        return "same", ""


def _counting(sides: tuple[Node, Node], prober: Prober) -> set[str]:
    """Return the indices that count the entries of vectors and matrices as they are."""
    domains = prober.symbols.domains
    return {
        index.name
        for side in sides
        for part in side.walk()
        if isinstance(part, Index) and isinstance(part.base, Name)
        and domains.get(part.base.name) in (*VECTORS, *MATRICES)
        for index in part.indices
        if isinstance(index, Name) and domains.get(index.name) == "index"
    }  # fmt: skip


def _has_factorial(node: Node) -> bool:
    return any(isinstance(part, Unary) and part.sign == "!" for part in node.walk())


def _is_slow(node: Big) -> bool:
    return node.kind in ("int", "lim") or node.high == Constant("inf")
