"""What a simulation or a claim is given while it runs: a seed, a device, a way to report."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.lazy import np, torch

if TYPE_CHECKING:
    import numpy
    import torch as torch_types


def _silent(fraction: float, says: str) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class Run:
    """One run: all its randomness comes from `seed`.

    `report(fraction, says)` is called with a fraction in [0, 1]; the worker turns it into a
    progress message. A run is cancelled by killing its process, so there is nothing to poll.
    """

    seed: int = 0
    device: str = "cpu"
    report: Callable[[float, str], None] = _silent

    def progress(self, fraction: float, says: str = "") -> None:
        """Tell whoever watches how far the run is, `fraction` in [0, 1]."""
        self.report(min(1.0, max(0.0, fraction)), says)

    def _stream_seed(self, stream: str) -> int:
        """Return a 63-bit seed for a named stream, independent of Python's hash randomisation."""
        return (self.seed * 0x9E3779B97F4A7C15 + zlib.crc32(stream.encode())) % (1 << 63)

    def generator(self, stream: str = "") -> "torch_types.Generator":
        """Return a torch generator on the run's device; equal streams give equal draws."""
        generator = torch.Generator(device=self.device)
        generator.manual_seed(self._stream_seed(stream))
        return generator

    def rng(self, stream: str = "") -> "numpy.random.Generator":
        """Return a numpy generator; equal streams give equal draws."""
        return np.random.default_rng(self._stream_seed(stream))
