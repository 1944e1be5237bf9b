"""Transposed convolutions, what they paint, and how much of a checkerboard is in the result."""

from itertools import product
from typing import TYPE_CHECKING, Any

from sims.lazy import torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("deconvolution")


def whole(run: Run, stream: str, *shape: int) -> "Tensor":
    """Return seeded whole numbers from -4 to 4 as float64, so that sums are exact."""
    generator = run.generator(stream)
    return torch.randint(-4, 5, shape, generator=generator, device=run.device).double()


def transposed(x: "Tensor", kernel: "Tensor", stride: int, dilation: int = 1) -> "Tensor":
    """Return the transposed convolution of images (n, 1, h, w) with a kernel (k, k)."""
    return torch.nn.functional.conv_transpose2d(
        x, kernel[None, None], stride=stride, dilation=dilation
    )


def spread(x: "Tensor", zeros: int, margin: int) -> "Tensor":
    """Return images with `zeros` zeros between neighbours and a margin of zeros around."""
    n, c, h, w = x.shape
    step = zeros + 1
    wide = x.new_zeros(n, c, (h - 1) * step + 1, (w - 1) * step + 1)
    wide[:, :, ::step, ::step] = x
    padded: Tensor = torch.nn.functional.pad(wide, [margin] * 4)
    return padded


def overlap(k: int, s: int, cells: int = 8) -> "Tensor":
    """Return how many inputs paint each output pixel, over one period of the interior, (s, s)."""
    ones = torch.ones(1, 1, cells, cells, dtype=torch.float64)
    counts = transposed(ones, torch.ones(k, k, dtype=torch.float64), s)[0, 0]
    start = -(-(k - 1) // s) * s
    return counts[start : start + s, start : start + s]


def phase_weights(run: Run, k: int, s: int, balanced: bool, seeds: int, offset: int) -> "Tensor":
    """Return random kernels N(0, 1/k^2), shape (seeds, k, k).

    `balanced` shifts the weights so that those which meet at each output phase sum to 1.
    """
    generator = run.generator(f"weights {offset}")
    kernels = torch.randn(seeds, k, k, generator=generator, device=run.device).double() / k
    if balanced:
        for i, j in product(range(s), repeat=2):
            phase = kernels[:, i::s, j::s]
            kernels[:, i::s, j::s] = phase - phase.mean((1, 2), keepdim=True) + 1 / phase[0].numel()
    return kernels


def checkerboard(images: "Tensor", s: int) -> "Tensor":
    """Return the spread between the s x s phases of each image over its root mean square, (n,).

    Only the interior counts; a constant image gives 0.
    """
    inner = images[:, 2 * s : -2 * s, 2 * s : -2 * s]
    h, w = inner.shape[1] // s * s, inner.shape[2] // s * s
    tiles = inner[:, :h, :w].reshape(-1, h // s, s, w // s, s)
    spread_of_phases: Tensor = tiles.mean((1, 3)).flatten(1).std(1, correction=0)
    return spread_of_phases / inner.square().mean((1, 2)).sqrt()


def upsampled(method: str, kernels: "Tensor", s: int, cells: int = 10) -> "Tensor":
    """Return constant images after an upsampling layer with each kernel, shape (seeds, h, w).

    `method` is `transposed`, `resize` (nearest, then a convolution) or `shuffle`, which
    uses s^2 of the kernels for each image.
    """
    functional = torch.nn.functional
    ones = torch.ones(1, len(kernels), cells, cells, dtype=kernels.dtype, device=kernels.device)
    if method == "transposed":
        return functional.conv_transpose2d(ones, kernels[:, None], stride=s, groups=len(kernels))[0]
    if method == "resize":
        large = ones.repeat_interleave(s, 2).repeat_interleave(s, 3)
        return functional.conv2d(large, kernels[:, None], groups=len(kernels))[0]
    # Pixel shuffle: s^2 independent convolutions of one image, one for each output phase.
    maps = functional.conv2d(ones, kernels[:, None], groups=len(kernels))
    return functional.pixel_shuffle(maps, s)[0]


def gather(x: list[Any], w: list[Any], s: int) -> list[Any]:
    """Return a 1-D convolution without padding, as written in the definition."""
    return [
        sum(w[j] * x[i * s + j] for j in range(len(w))) for i in range((len(x) - len(w)) // s + 1)
    ]


def scatter(u: list[Any], w: list[Any], s: int, size: int) -> list[Any]:
    """Return its transposed convolution: each input paints the kernel, scaled by its value."""
    out: list[Any] = [0] * size
    for i, value in enumerate(u):
        for j, weight in enumerate(w):
            out[i * s + j] += value * weight
    return out
