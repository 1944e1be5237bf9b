"""Which torch device a fit runs on: the one that was named, else a GPU, else the processor."""

from sims.lazy import torch

GPUS = "cuda", "xpu"
"""Kinds that have double precision; Apple's do not."""


def device_for(named: str) -> str:
    """Return `named`, or with none named a GPU, if it works; "cpu" otherwise."""
    wanted = (named,) if named else GPUS
    return next((device for device in wanted if works(device)), "cpu")


def works(device: str) -> bool:
    """Whether torch computes on a device in double precision here, by trying it out."""
    try:
        one = torch.ones(2, dtype=torch.float64, device=device)
        return bool(one.exp().sum().item() > 1)
    except (RuntimeError, AssertionError, TypeError):  # no such device, no driver, no doubles
        return False
