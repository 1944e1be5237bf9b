"""Many runs as one curve with an interval, as the pictures draw them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sims.lazy import scipy, torch
from sims.simulation import Series

if TYPE_CHECKING:
    from torch import Tensor


INTERVAL = "95 % interval of the mean"
"""The band of `mean_curve`: it shrinks as runs are added, unlike the other bands."""


def _errors(runs: int) -> float:
    """Return the half width of `INTERVAL` in standard errors, by Student's t."""
    return float(scipy.special.stdtrit(runs - 1, 0.975))


def mean_curve(name: str, x: list[float], values: "Tensor") -> Series:
    """Return the mean over runs with its interval; `values` is (runs, len(x))."""
    values = values.double()
    mean = values.mean(0)
    half = _errors(len(values)) * values.std(0) / len(values) ** 0.5
    low, high = (mean - half).tolist(), (mean + half).tolist()
    return Series(name, list(x), mean.tolist(), low=low, high=high, band=INTERVAL)


def sampled(name: str, x: list[float], samples: Sequence[Any], style: str = "line") -> Series:
    """Return the mean at each point with its interval; `samples` holds one row a point.

    Rows are arrays or tensors of at least two numbers, which need not be equally many.
    """
    rows = [torch.as_tensor(row).double().flatten().cpu() for row in samples]
    mean = [float(row.mean()) for row in rows]
    half = [_errors(len(row)) * float(row.std()) / len(row) ** 0.5 for row in rows]
    low, high = ([m + sign * h for m, h in zip(mean, half, strict=True)] for sign in (-1, 1))
    return Series(name, list(x), mean, style, low, high, INTERVAL)


def median_curve(name: str, x: list[float], values: "Tensor") -> Series:
    """Return the median over runs with the middle half; `values` is (runs, len(x))."""
    low, middle, high = (values.quantile(q, dim=0).tolist() for q in (0.25, 0.5, 0.75))
    return Series(name, list(x), middle, low=low, high=high, band="middle half of the runs")
