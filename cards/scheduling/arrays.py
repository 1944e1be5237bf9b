"""Where a fit's arithmetic is done: numpy's arrays here, or torch's tensors on a GPU.

Both libraries have the same names for what `gradient.py` asks of them, so that its lines run on
either. On a processor that is numpy: a log is many short steps, and torch spends two to three
times as long on them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
"""An array of numpy's or a tensor of torch's; a number of either kind too."""
GPUS = ("cuda", "xpu")
"""Kinds that have double precision; Apple's do not."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """A library of arrays, the torch device they are on, and how many reviews go together.

    On a processor it pays when what the way back needs fits the cache; a GPU wants few long steps.
    """

    library: Any
    device: Any
    together: int

    def put(self, values: Any) -> Any:
        """Return a numpy array where this arithmetic is done."""
        return values if self.device is None else self.library.as_tensor(values, device=self.device)

    def zeros(self, count: int) -> Any:
        """Return (count,) zeros in double precision."""
        return self.put(np.zeros(count))


NUMPY = Arrays(np, None, 100_000)


def tensors(device: str) -> Arrays:
    """Return torch's tensors on a device. It must have double precision."""
    import torch

    return Arrays(torch, torch.device(device), 4_000_000)


def best_for(device: str) -> Arrays:
    """Return torch's tensors for a GPU with double precision, numpy for any other device."""
    return tensors(device) if device.partition(":")[0] in GPUS else NUMPY
