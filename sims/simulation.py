"""Simulations: seeded, parametrised computations that stream frames and end in named outputs."""

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sims.errors import InputError
from sims.run import Run


@dataclass(frozen=True)
class Series:
    """One curve, scatter or row of bars; `low` and `high` draw an interval around `y`."""

    name: str
    x: list[float]
    y: list[float]
    style: str = "line"
    """`line`, `scatter` or `bar`."""
    low: list[float] | None = None
    high: list[float] | None = None
    band: str = ""
    """What lies between `low` and `high`, for the legend."""

    def __post_init__(self) -> None:
        """Refuse a band that nobody explains, or that is upside down."""
        if (self.low is None or self.high is None) != (not self.band):
            raise ValueError(f"say what the band of {self.name} is, with its two ends")
        ends = zip(self.low or (), self.high or (), strict=True)
        if any(low > high + 1e-9 * (1 + abs(high)) for low, high in ends):
            raise ValueError(f"the band of {self.name} is upside down")


@dataclass(frozen=True)
class Grid:
    """A matrix drawn as coloured cells, row 0 at the top; `marks` puts a short text in each."""

    name: str
    values: list[list[float]]
    marks: list[list[str]] | None = None


@dataclass(frozen=True)
class Frame:
    """One moment of a simulation: what to draw, how far it is, and the outputs known so far."""

    progress: float = 1.0
    series: tuple[Series, ...] = ()
    grids: tuple[Grid, ...] = ()
    outputs: Mapping[str, float] = field(default_factory=dict)
    says: str = ""
    x_label: str = ""
    y_label: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the frame as JSON-able data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Frame":
        """Return the frame of `to_dict`."""
        series = tuple(Series(**one) for one in data["series"])
        grids = tuple(Grid(**one) for one in data["grids"])
        return cls(**{**data, "series": series, "grids": grids})


def parameter(
    default: Any,
    low: float | None = None,
    high: float | None = None,
    says: str = "",
    *,
    choices: tuple[Any, ...] = (),
    step: float | None = None,
) -> Any:
    """Declare a field of a frozen parameter dataclass with its range or choices and its help."""
    metadata = {"low": low, "high": high, "says": says, "choices": choices, "step": step}
    return field(default=default, metadata=metadata)


LONGEST_SHOWN = 40
"""Characters of a wrong value that its sentence repeats."""

Model = Callable[[Any, Run], Iterator[Frame]]


@dataclass(frozen=True)
class Simulation:
    """A named simulation: `model(parameters, run)` yields frames, the last with every output."""

    name: str
    topic: str
    says: str
    parameters: type
    model: Model
    units: Mapping[str, str] = field(default_factory=dict)
    """The unit of each output that has one; the others are pure numbers."""

    def controls(self) -> list[dict[str, Any]]:
        """Return each parameter as {name, type, default, low, high, choices, step, says}."""
        return [
            {"name": f.name, "type": type(f.default).__name__, "default": f.default, **f.metadata}
            for f in dataclasses.fields(self.parameters)
        ]

    def read(self, settings: Mapping[str, Any]) -> Any:
        """Return parameters from `settings` (text or values), checked against their ranges.

        Raises InputError with a sentence for an unknown name, a wrong type or a value out of range.
        """
        values: dict[str, Any] = {}
        known = {f.name: f for f in dataclasses.fields(self.parameters)}
        for name, given in settings.items():
            if name not in known:
                raise InputError(
                    f"{self.name} has no parameter {_short(name)!r}; it has {', '.join(known)}"
                )
            values[name] = _read_value(known[name], given)
        return self.parameters(**values)

    def outputs(self, run: Run, **settings: Any) -> Mapping[str, float]:
        """Return the outputs in which a run with `settings` ends."""
        *_, last = self.model(self.read(settings), run)
        return last.outputs

    def shown(self, outputs: Mapping[str, float]) -> dict[str, str]:
        """Return each output as a person reads it: in sensible digits, with its error and unit.

        An output that is another's standard error, by its name, stands beside that one.
        """
        shown = {}
        for name, value in outputs.items():
            if name.removesuffix(ERROR) in outputs and name.endswith(ERROR):
                continue
            error = outputs.get(f"{name}{ERROR}", 0.0)
            text = in_digits(value, error) + (f" ± {error:.2g}" if error else "")
            shown[name] = f"{text} {self.units.get(name, '')}".rstrip()
        return shown

    def run(self, parameters: Any, run: Run) -> Iterator[Frame]:
        """Yield the frames of one run; each also moves the run's progress."""
        for frame in self.model(parameters, run):
            run.progress(frame.progress, frame.says)
            yield frame


def _read_value(known: "dataclasses.Field[Any]", given: Any) -> Any:
    """Return one parameter's value, converted to the type of its default and checked."""
    wanted: Callable[[Any], Any] = type(known.default)
    try:
        if wanted is bool:
            value: Any = str(given).lower() in ("1", "true", "yes", "on")
        else:
            value = wanted(given)
    except (TypeError, ValueError) as error:
        kind = {int: "a whole number", float: "a number"}.get(type(known.default), "another value")
        instead = f", not {_short(given)}" if str(given).strip() else ""
        raise InputError(f"{known.name} needs {kind}{instead}") from error
    choices = known.metadata.get("choices") or ()
    if choices and value not in choices:
        raise InputError(f"{known.name} must be one of {', '.join(map(str, choices))}")
    low, high = known.metadata.get("low"), known.metadata.get("high")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{known.name} must be finite")
        if (low is not None and value < low) or (high is not None and value > high):
            raise InputError(f"{known.name} must lie between {low} and {high}, not {_short(given)}")
    return value


def _short(given: Any) -> str:
    """Return what was given, or its beginning."""
    text = str(given)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


ERROR = "_standard_error"
"""What the name of an output's standard error ends in."""


def in_digits(value: float, error: float = 0.0) -> str:
    """Return a number in four figures, or in those that its standard error leaves.

    All figures before the point are kept. Very small and very large numbers have an exponent.
    """
    if not math.isfinite(value) or value == 0 or not 1e-4 <= abs(value) < 1e9:
        return f"{value:.3g}".replace("-", "−", 1) if abs(value) >= 1 else f"{value:.3g}"
    places = (
        1 - math.floor(math.log10(error)) if error > 0 else 3 - math.floor(math.log10(abs(value)))
    )
    text = f"{value:,.{max(0, places)}f}"
    if not error and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def digest(outputs: Mapping[str, float]) -> str:
    """Return a short digest of named outputs: two runs on one machine must agree on it."""
    text = json.dumps({k: repr(float(v)) for k, v in outputs.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
