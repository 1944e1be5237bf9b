"""A live picture of a claim, made from the claim itself: frames as simulations stream them.

Both sides over the domain of one letter with the gap of an inequality, the running mean of a
random claim with its band against the value asserted, the trajectory of a recurrence, the values of
a process over sweeps, a chain's law over steps; else both sides at the points that are tried. Runs
in the worker.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from sims.claims import special  # noqa: F401 - it lets the evaluator know its functions
from sims.claims.draws import read_laws
from sims.claims.estimates import SAMPLERS, Draws, estimated
from sims.claims.evaluator import ClaimEvaluator
from sims.claims.language import read
from sims.claims.markov import Chain, Process, backup, choices
from sims.claims.reading import Reading, conjuncts, open_names
from sims.claims.simulate import Sums
from sims.claims.statement import ClaimError, Statement
from sims.claims.trial import Trial
from sims.claims.trial_points import TrialPoints
from sims.claims.values import nice
from sims.lazy import torch
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Call, Divide, Logic, Node, Relation, rational
from sims.simulation import Frame, Series

PIXELS = 121
"""Points of a curve."""
SWEEPS = 30
BATCH = 2_000
BATCHES = 24
Message = dict[str, Any]


@dataclass
class Settings:
    """What a person may change: values of letters, and the seed."""

    values: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0


def picture_task(arguments: Message, send: Callable[[Message], None]) -> Message:
    """Draw a claim: `statement`, `settings` (letter → number) and `seed`.

    Sends `{"controls": [...]}` once, then `{"frame": …}` as `sims.simulation.Frame`
    gives it; returns the last frame and the controls. A claim that cannot be drawn gives
    `{"error": why}`.
    """
    statement = Statement.from_dict(arguments["statement"])
    settings = Settings(arguments.get("settings") or {}, int(arguments.get("seed") or 0))
    last: Message = {}
    controls: list[Message] = []
    try:
        reading = read(statement)
        controls = controls_of(reading, settings)
        send({"controls": controls})
        for frame in frames(reading, settings):
            last = frame.to_dict()
            send({"frame": last})
    except ClaimError as error:
        return {"error": error.message, "controls": controls}
    except (MathsError, UndefinedError, BudgetError, RecursionError, ArithmeticError) as error:
        return {"error": f"this claim has no picture: {error}", "controls": controls}
    return {"frame": last, "controls": controls}


def controls_of(reading: Reading, settings: Settings) -> list[Message]:
    """Return the letters that can be set, as the controls of a simulation are described."""
    found = []
    for name in _letters(reading):
        value = settings.values.get(name, _default(reading, name))
        domain = reading.domains[name]
        kind = "int" if domain.is_integer else "float"
        found.append(
            {"name": name, "type": kind, "default": value, "low": None, "high": None,
             "choices": (), "step": None, "says": domain.words}
        )  # fmt: skip
    return found


def _letters(reading: Reading) -> list[str]:
    skip = {"name", "boolean", "complex"}
    return [
        name
        for name, domain in reading.domains.items()
        if not domain.is_array and not domain.is_function and domain.kind not in skip
    ]


def _default(reading: Reading, name: str) -> float:
    usual = nice(reading.domains[name], (), reading.ends.get(name))
    chosen = next((v for v in usual if v not in (0, 1)), usual[0] if usual else Fraction(1))
    return float(chosen)


def frames(reading: Reading, settings: Settings) -> Iterator[Frame]:
    """Yield the frames of the picture that fits a claim."""
    if reading.draws:
        yield from _running(reading, settings)
        return
    chain = next((o for o in reading.objects.values() if isinstance(o, Chain)), None)
    process = next((o for o in reading.objects.values() if isinstance(o, Process)), None)
    if reading.recurrences:
        yield from _trajectory(reading, settings)
    elif process is not None:
        yield from _sweeps(process, reading)
    elif chain is not None:
        yield from _steps(chain, reading, settings)
    else:
        yield from _sides(reading, settings)


def _relation(reading: Reading) -> Relation:
    """Return the relation that is drawn: the first, or what an implication concludes."""
    node: Node = conjuncts(reading.goal)[0]
    while isinstance(node, Logic):
        node = node.operands[-1]
    if not isinstance(node, Relation) or len(node.operands) != 2:
        raise MathsError("only relations of two sides are drawn")
    return node


def _values(reading: Reading, settings: Settings) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in _letters(reading):
        given = settings.values.get(name, _default(reading, name))
        values[name] = Fraction(given).limit_denominator(10**6)
    return values


# Both sides over the domain of one letter.


def _sides(reading: Reading, settings: Settings) -> Iterator[Frame]:
    relation = _relation(reading)
    growing = {"lim", "bigO", "bigTheta", "bigOmega", "smallo"}
    for part in reading.goal.walk():
        if isinstance(part, Call) and part.function in growing:
            yield from _growing(part, reading, settings)
            return
    names = [n for n in _letters(reading) if n in open_names(relation)]
    arrays = [n for n, d in reading.domains.items() if d.is_array and n in open_names(relation)]
    if arrays or not names:
        yield from _points(reading, relation)
        return
    name = names[0]
    values = _values(reading, settings)
    xs = _axis(reading, name)
    left, right = Curve(text(relation.operands[0])), Curve(text(relation.operands[1]))
    gap = Curve("gap")
    for count, x in enumerate(xs, 1):
        evaluator = ClaimEvaluator({**values, name: x}, Budget(1.0, 200_000), digits=20)
        sides = [_real(evaluator, side) for side in relation.operands]
        left.add(x, sides[0])
        right.add(x, sides[1])
        if None not in sides:
            gap.add(
                x, sides[1] - sides[0] if sides[0] is not None and sides[1] is not None else None
            )
        if count % 24 == 0 or count == len(xs):
            inequality = relation.signs[0] not in ("=", "≈")
            series = [left.series, right.series, *([gap.series] if inequality else [])]
            yield Frame(count / len(xs), tuple(series), x_label=name, says=_at(values, name))


@dataclass
class Curve:
    """A curve as it grows; what is not defined is left out."""

    name: str
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)

    def add(self, x: Any, y: float | None) -> None:
        """Add a point."""
        if y is not None and math.isfinite(y):
            self.x.append(float(x))
            self.y.append(y)

    @property
    def series(self) -> Series:
        """The curve as it is drawn."""
        return Series(self.name[:40], list(self.x), list(self.y))


def _real(evaluator: ClaimEvaluator, node: Node) -> float | None:
    try:
        value = evaluator.value(node)
    except (UndefinedError, MathsError, BudgetError):
        return None
    if isinstance(value, Matrix):
        value = sum(abs(float(entry)) for entry in value)
    return float(value) if not hasattr(value, "_mpc_") else None


def _axis(reading: Reading, name: str) -> list[Fraction]:
    """Return the values along the axis of a letter."""
    domain, ends = reading.domains[name], reading.ends.get(name)
    low, high = Fraction(-4), Fraction(4)
    if ends is not None and not ends.items:
        low = ends.low if ends.low is not None else (ends.high or Fraction(0)) - 8
        high = ends.high if ends.high is not None else low + 8
    elif domain.kind == "probability":
        low, high = Fraction(0), Fraction(1)
    elif domain.kind in ("positive", "nonnegative", "quantity"):
        low, high = Fraction(0), Fraction(6)
    elif domain.kind == "negative":
        low, high = Fraction(-6), Fraction(0)
    if domain.is_integer:
        start = max(int(low), 1 if domain.kind in ("size", "index", "prime") else int(low))
        return [Fraction(k) for k in range(start, start + 40)]
    step = (high - low) / (PIXELS - 1)
    return [low + step * k for k in range(PIXELS)]


def _at(values: Mapping[str, Any], but: str) -> str:
    parts = [f"{name} = {float(value):g}" for name, value in values.items() if name != but]
    return f"at {', '.join(parts)}" if parts else ""


def _points(reading: Reading, relation: Relation) -> Iterator[Frame]:
    """Yield both sides at the points that are tried."""
    trial = Trial(reading, Budget(4.0, 2_000_000))
    left, right = Curve(text(relation.operands[0])), Curve(text(relation.operands[1]))
    count = 0
    for point in TrialPoints(trial).tried(60, 30):
        if not trial.satisfied(point):
            continue
        count += 1
        evaluator = trial.evaluator(point, 20)
        left.add(count, _real(evaluator, relation.operands[0]))
        right.add(count, _real(evaluator, relation.operands[1]))
        if count % 15 == 0:
            yield Frame(count / 90, (_dots(left), _dots(right)), x_label="points that were tried")
    yield Frame(1.0, (_dots(left), _dots(right)), x_label="points that were tried")


def _dots(curve: Curve) -> Series:
    return Series(curve.name[:40], list(curve.x), list(curve.y), "scatter")


def _growing(part: Call, reading: Reading, settings: Settings) -> Iterator[Frame]:
    """Yield an expression on the way to its limit, or a quotient of two growths."""
    values = _values(reading, settings)
    if part.function == "lim":
        body, running = part.arguments[0], getattr(part.arguments[1], "name", "n")
    else:
        body = Divide(part.arguments[0], part.arguments[1])
        running = getattr(part.arguments[2], "name", "n")
    curve = Curve(text(body))
    steps = [
        Fraction(k) for k in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512)
    ]
    for count, n in enumerate(steps, 1):
        objects = reading.objects
        evaluator = ClaimEvaluator({**values, running: n}, Budget(1.0, 400_000), objects=objects)
        curve.add(n, _real(evaluator, body))
        if count % 4 == 0 or count == len(steps):
            yield Frame(count / len(steps), (curve.series,), x_label=running)


# Random variables: the running mean with its band.


def _running(reading: Reading, settings: Settings) -> Iterator[Frame]:
    relation = _relation(reading)
    laws = read_laws(reading)
    if any(not law.table and law.family not in SAMPLERS for law in laws):
        raise ClaimError("this is said of every such law: there is no single one to draw from")
    values = {name: float(value) for name, value in _values(reading, settings).items()}
    generator = torch.Generator().manual_seed(settings.seed)
    total = Sums()
    means = [Curve(text(side)) for side in relation.operands]
    low: list[float] = []
    high: list[float] = []
    for batch in range(1, BATCHES + 1):
        draws = Draws(laws, values, BATCH, generator, "cpu")
        total.add([estimated(side, draws, reading) for side in relation.operands], BATCH)
        _, _, _, error = total.interval(1.96)
        for k, curve in enumerate(means):
            curve.add(total.count, total.mean(k))
        low.append(total.mean(0) - 1.96 * error)
        high.append(total.mean(0) + 1.96 * error)
        band = means[0].series
        if len(low) == len(band.x):
            band = replace(band, low=list(low), high=list(high), band="95 % of the difference")
        outputs = {"left": total.mean(0), "right": total.mean(1), "error": error}
        yield Frame(
            batch / BATCHES, (band, means[1].series), outputs=outputs, x_label="draws",
            says=_at(values, ""),
        )  # fmt: skip


# Recurrences, processes and chains.


def _trajectory(reading: Reading, settings: Settings) -> Iterator[Frame]:
    recurrence = next(iter(reading.recurrences.values()))
    values = _values(reading, settings)
    curve = Curve(recurrence.name)
    start = min(recurrence.starts, default=0)
    for count in range(60):
        at = Fraction(start + count)
        evaluator = ClaimEvaluator(values, Budget(1.0, 400_000), objects=reading.objects)
        node = Call(recurrence.name, (rational(at),))
        curve.add(at, _real(evaluator, node))
        if count % 12 == 11:
            yield Frame((count + 1) / 60, (curve.series,), x_label=recurrence.variable or "n")


def _sweeps(process: Process, reading: Reading) -> Iterator[Frame]:
    """Yield the values of a process over sweeps of value iteration."""
    g = 0.9
    for part in reading.goal.walk():
        if isinstance(part, Call) and part.function in ("optimal", "value", "bellman"):
            place = 1 if part.function == "optimal" else 2
            evaluator = ClaimEvaluator({}, Budget(1.0))
            g = _real(evaluator, part.arguments[place]) or g
    values = [0.0] * len(process.states)
    curves = [Curve(state) for state in process.states]
    for sweep in range(SWEEPS + 1):
        for curve, value in zip(curves, values, strict=True):
            curve.add(sweep, value)
        if sweep % 6 == 0:
            yield Frame(sweep / SWEEPS, tuple(c.series for c in curves), x_label="sweeps")
        values = [
            max(float(backup(process, s, a, values, g)) for a in choices(process, s))
            if choices(process, s)
            else 0.0
            for s in process.states
        ]


def _steps(chain: Chain, reading: Reading, settings: Settings) -> Iterator[Frame]:
    """Yield the law of a chain over its steps, from its first state."""
    evaluator = ClaimEvaluator(_values(reading, settings), Budget(1.0, 400_000))
    moves = {
        (s, t): _real(evaluator, p) or 0.0 for s, row in chain.moves.items() for t, p in row.items()
    }
    law = {state: float(k == 0) for k, state in enumerate(chain.states)}
    curves = {state: Curve(state) for state in chain.states}
    for step in range(SWEEPS + 1):
        for state, curve in curves.items():
            curve.add(step, law[state])
        if step % 6 == 0:
            yield Frame(step / SWEEPS, tuple(c.series for c in curves.values()), x_label="steps")
        law = {t: sum(law[s] * moves.get((s, t), 0.0) for s in chain.states) for t in chain.states}
