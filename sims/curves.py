"""Many runs as one curve with an interval, as the pictures draw them."""

from typing import TYPE_CHECKING

from sims.simulation import Series

if TYPE_CHECKING:
    from torch import Tensor


INTERVAL = "95 % interval of the mean"
"""The band of :func:`mean_curve`: it shrinks as runs are added, unlike the other bands."""


def mean_curve(name: str, x: list[float], values: "Tensor") -> Series:
    """Return the mean over runs with 1.96 standard errors; ``values`` is (runs, len(x))."""
    values = values.double()
    mean, half = values.mean(0), 1.96 * values.std(0) / len(values) ** 0.5
    low, high = (mean - half).tolist(), (mean + half).tolist()
    return Series(name, list(x), mean.tolist(), low=low, high=high, band=INTERVAL)


def median_curve(name: str, x: list[float], values: "Tensor") -> Series:
    """Return the median over runs with the middle half; ``values`` is (runs, len(x))."""
    low, middle, high = (values.quantile(q, dim=0).tolist() for q in (0.25, 0.5, 0.75))
    return Series(name, list(x), middle, low=low, high=high, band="middle half of the runs")
