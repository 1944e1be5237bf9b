"""Squares painted one by one, the checkerboard beside its remedy, and the size of the output."""

from collections.abc import Iterator
from dataclasses import dataclass

from sims.derivation import Step
from sims.lazy import sympy, torch
from sims.run import Run
from sims.simulation import Frame, Grid, parameter
from sims.topics.deconvolution.model import (
    checkerboard,
    overlap,
    phase_weights,
    topic,
    transposed,
    upsampled,
)


@dataclass(frozen=True)
class Painting:
    """A small image of ones paints squares of ones."""

    kernel: int = parameter(3, 1, 7, "k, width of the square each point paints")
    stride: int = parameter(2, 1, 4, "s, distance between the squares")
    cells: int = parameter(6, 2, 8, "points a side of the small image")


@topic.simulation(
    "overlap",
    Painting,
    units={"pixels": "size", "times": "most least"},
    says="Overlap counts as the small image's points paint squares",
)
def painting(parameters: Painting, run: Run) -> Iterator[Frame]:
    """Add one painted square after another."""
    n, k, s = parameters.cells, parameters.kernel, parameters.stride
    period = overlap(k, s)
    for point in range(1, n * n + 1):
        ones = torch.zeros(n * n, dtype=torch.float64)
        ones[:point] = 1
        image = transposed(ones.reshape(1, 1, n, n), torch.ones(k, k, dtype=torch.float64), s)[0, 0]
        marks = [[str(int(v)) if v else "" for v in row] for row in image.tolist()]
        yield Frame(
            progress=point / (n * n),
            grids=(Grid("times painted", image.tolist(), marks),),
            outputs={
                "size": float(image.shape[0]),
                "most": float(period.max()),
                "least": float(period.min()),
            },
            says=f"{point} of {n * n} points painted; interior counts {int(period.min())} to "
            f"{int(period.max())}",
        )


WAYS = {"transposed": "transposed convolution", "resize": "resizing, then a convolution"}


@dataclass(frozen=True)
class Artifacts:
    """Random kernels applied to a constant image."""

    kernel: int = parameter(3, 2, 6, "k")
    stride: int = parameter(2, 2, 4, "s")
    kernels: int = parameter(20, 1, 200, "random kernels averaged over")


@topic.simulation(
    "checkerboard",
    Artifacts,
    units={"of the root mean square": "transposed resize"},
    says="Checkerboard of a transposed convolution beside resizing",
)
def artifacts(parameters: Artifacts, run: Run) -> Iterator[Frame]:
    """Show one output of each, and the mean artifact over more and more kernels."""
    s = parameters.stride
    kernels = phase_weights(run, parameters.kernel, s, False, parameters.kernels, 0)
    images = {method: upsampled(method, kernels, s) for method in WAYS}
    ratios = {method: checkerboard(image, s) for method, image in images.items()}
    for count in range(1, parameters.kernels + 1):
        means = {method: float(ratio[:count].mean()) for method, ratio in ratios.items()}
        yield Frame(
            progress=count / parameters.kernels,
            grids=tuple(
                Grid(WAYS[method], image[count - 1, 4:16, 4:16].tolist())
                for method, image in images.items()
            ),
            outputs=means,
            says=f"artifact over signal: transposed {means['transposed']:.2f}, "
            f"resized {means['resize']:.2g}",
        )


@topic.derivation("size", says="The output size (m - 1)s - 2p + d(k - 1) + 1 of a transposed layer")
def size() -> Iterator[Step]:
    """Invert the size formula of a convolution: its output m is the transposed layer's input."""
    m, n, k, s, p, d = sympy.symbols("m n k s p d", integer=True, positive=True)
    reach = d * (k - 1) + 1
    yield Step(sympy.Eq((n + 2 * p - reach) / s + 1, m), "a convolution takes n to m, s dividing")
    yield Step(
        sympy.Eq(n, (m - 1) * s - 2 * p + reach), "solve for n, the size to restore", "solves"
    )
