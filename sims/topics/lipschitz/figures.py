"""A function between its cones, the bound of a deep network, and the constant 1/4."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sims.curves import sampled
from sims.derivation import Step
from sims.lazy import np, sympy, torch
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.lipschitz.model import forward, product_bound, relu_network, topic


@dataclass(frozen=True)
class Cone:
    """f(x) = sin(frequency x) + slope |x|, and a cone of slope K standing on its graph."""

    frequency: float = parameter(3.0, 0.5, 10.0, "frequency of the wave")
    slope: float = parameter(0.5, 0.0, 3.0, "slope of the kink at 0")
    constant: float = parameter(3.5, 0.1, 15.0, "K, the slope of the cone")


@topic.simulation(
    "cone",
    Cone,
    units={"pairs": "violating_pairs"},
    says="A function between its Lipschitz cones: does the graph stay out?",
)
def cone(parameters: Cone, run: Run) -> Iterator[Frame]:
    """Move the double cone's apex along the graph; the graph may never enter it."""
    x = torch.linspace(-3, 3, 241, dtype=torch.float64)
    y = torch.sin(parameters.frequency * x) + parameters.slope * x.abs()
    gaps = (y[:, None] - y[None, :]).abs() - parameters.constant * (x[:, None] - x[None, :]).abs()
    least = parameters.frequency + parameters.slope
    steps = 24
    for step in range(steps + 1):
        way = min(step, 2 * (steps - 8) - step) / (
            steps - 8
        )  # to the right, and back to the middle
        apex = round(way * (len(x) - 1))
        at = round(float(x[apex]), 2) + 0.0  # not -0
        reach = parameters.constant * (x - x[apex]).abs()
        inside = bool((gaps[apex] > 1e-9).any())
        yield Frame(
            progress=step / steps,
            series=(
                Series("f", x.tolist(), y.tolist()),
                Series("upper cone", x.tolist(), (y[apex] + reach).clamp(-4, 8).tolist()),
                Series("lower cone", x.tolist(), (y[apex] - reach).clamp(-4, 8).tolist()),
                Series("apex", [float(x[apex])], [float(y[apex])], "scatter"),
            ),
            outputs={"least_constant": least, "violating_pairs": float((gaps > 1e-9).sum() // 2)},
            says=f"at x = {at:g} the graph {'enters' if inside else 'avoids'} the cone",
            x_label="x",
            y_label="f(x)",
        )


@dataclass(frozen=True)
class Network:
    """Random ReLU networks R^2 to R with He initialisation."""

    width: int = parameter(32, 2, 256, "units in each hidden layer")
    deepest: int = parameter(8, 2, 20, "layers of the deepest network")
    seeds: int = parameter(10, 2, 50, "networks of each depth")


@topic.simulation(
    "network",
    Network,
    units={"times the slope": "looseness"},
    says="How loose is the product of spectral norms with depth?",
)
def network(parameters: Network, run: Run) -> Iterator[Frame]:
    """Compare the bound with the steepest gradient at 500 points: geometric means, by depth."""
    depths: list[float] = []
    bounds: list[list[float]] = []
    slopes: list[list[float]] = []
    for depth in range(2, parameters.deepest + 1):
        depths.append(float(depth))
        bounds.append([])
        slopes.append([])
        for seed in range(parameters.seeds):
            layers = relu_network(Run(run.seed + seed, run.device), parameters.width, depth)
            generator = run.generator(f"{depth} {seed}")
            x = torch.randn(500, 2, generator=generator, device=run.device, dtype=torch.float64)
            x.requires_grad_()
            (gradient,) = torch.autograd.grad(forward(layers, x).sum(), x)
            bounds[-1].append(math.log10(product_bound(layers)))
            slopes[-1].append(math.log10(float(gradient.norm(dim=1).max())))
        # Means of logarithms: the typical network, not the one with the largest bound.
        bound, slope = (10 ** float(np.mean(rows[-1])) for rows in (bounds, slopes))
        yield Frame(
            progress=(depth - 1) / (parameters.deepest - 1),
            series=(
                sampled("log10 of the bound", depths, bounds),
                sampled("log10 of the steepest slope", depths, slopes),
            ),
            outputs={"bound": bound, "steepest": slope, "looseness": bound / slope},
            says=f"{depth} layers, geometric means: bound {bound:.3g}, steepest slope found "
            f"{slope:.3g}",
            x_label="layers",
            y_label="log10 of the constant",
        )


@topic.derivation(
    "sigmoid", says="The logistic function has Lipschitz constant 1/4", domain={"s": (0, 1)}
)
def sigmoid_constant() -> Iterator[Step]:
    """From the slope s (1 - s) to its largest value, by completing the square."""
    s = sympy.Symbol("s", real=True)
    yield Step(s * (1 - s), "the slope of the logistic function, s being its value")
    yield Step(sympy.Rational(1, 4) - (s - sympy.Rational(1, 2)) ** 2, "complete the square")
    half = sympy.Rational(1, 2)
    yield Step(half**2, "a square is not negative; s = 1/2 reaches it", "<=", (s - half) ** 2)
