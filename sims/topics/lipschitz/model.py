"""Steepest slopes, secants, random ReLU networks, and functions with kinks, steps or neither."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.lazy import np, scipy, sympy, torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

topic = Topic("lipschitz")


def activation(name: str, x: Any) -> Any:
    """Return an activation function at the sympy expression `x`."""
    logistic = 1 / (1 + sympy.exp(-x))
    if name == "gelu":
        return x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2
    return {"sigmoid": logistic, "tanh": sympy.tanh(x), "silu": x * logistic}[name]


GRID = (-10.01, 10, 4001)
"""Where roots of second derivatives are looked for: from, to, points."""
INTERVAL = (-1, 1, 801)
"""Where functions are sampled that may have no derivative."""
SQUARE = (-2, 2)
"""Where a network's inputs lie, in both directions."""


def steepest(name: str) -> tuple[float, float]:
    """Return (sup |f'|, where it is reached) of a smooth activation, by solving f'' = 0."""
    x = sympy.Symbol("x", real=True)
    slope = sympy.lambdify(x, sympy.diff(activation(name, x), x), ["scipy", "numpy"])
    bend = sympy.lambdify(x, sympy.diff(activation(name, x), x, 2), ["scipy", "numpy"])
    grid = np.linspace(*GRID)
    roots = [
        scipy.optimize.brentq(bend, a, b, xtol=1e-14)
        for (a, left), (b, right) in pairwise(zip(grid, bend(grid), strict=True))
        if left * right < 0
    ]
    at = max(roots, key=lambda root: abs(slope(root)))
    return abs(float(slope(at))), float(at)


def secants(
    f: "Callable[[Tensor], Tensor]", low: float, high: float, run: Run, pairs: int = 10_000
) -> "Tensor":
    """Return |f(x) - f(y)| / |x - y| for seeded pairs in [low, high], and as many close ones."""
    x, far = torch.empty((2, pairs), dtype=torch.float64, device=run.device).uniform_(
        low, high, generator=run.generator("pairs")
    )
    close = torch.lerp(x, far, 1e-3)
    return torch.cat([(f(x) - f(y)).abs() / (x - y).abs() for y in (far, close)])


def relu_network(run: Run, width: int = 32, depth: int = 3) -> "list[tuple[Tensor, Tensor]]":
    """Return the (weight, bias) layers of a random ReLU network from R^2 to R, float64."""
    sizes = [2, *[width] * (depth - 1), 1]
    generator = run.generator("network")
    layers = []
    for inputs, outputs in pairwise(sizes):
        numbers: dict[str, Any] = {"device": run.device, "dtype": torch.float64}
        weight = torch.nn.init.kaiming_normal_(
            torch.empty(outputs, inputs, **numbers), nonlinearity="relu", generator=generator
        )
        layers.append((weight, torch.randn(outputs, generator=generator, **numbers)))
    return layers


def forward(layers: "list[tuple[Tensor, Tensor]]", x: "Tensor", bent: bool = True) -> "Tensor":
    """Return the network's values, shape (points,), at `x`, shape (points, 2)."""
    *hidden, (weight, bias) = layers
    for inner, offset in hidden:
        x = torch.nn.functional.linear(x, inner, offset)
        x = x.relu() if bent else x
    return torch.nn.functional.linear(x, weight, bias)[:, 0]


def product_bound(layers: "list[tuple[Tensor, Tensor]]") -> float:
    """Return the product of the layers' spectral norms, an upper bound on the constant."""
    return float(np.prod([float(torch.linalg.matrix_norm(w, ord=2)) for w, _ in layers]))


def steepest_secant(x: Any, y: Any) -> float:
    """Return the largest |slope| between any two of the points (x, y)."""
    apart, rise = (np.abs(np.subtract.outer(values, values)) for values in (x, y))
    return float((rise[apart > 0] / apart[apart > 0]).max())


def sampled(name: str) -> tuple[Any, Any, Any]:
    """Return points, values, and which neighbouring pairs lie in one piece of the domain."""
    x = np.linspace(0, 1, 3**6 + 1) if name == "cantor" else np.linspace(*INTERVAL)
    if name == "step over a gap":
        x = x[np.abs(x) > 0.1 - 1e-9]  # the rounded ends of the gap belong to the domain
    functions = {
        "x^2": x**2,
        "sin 2x": np.sin(2 * x),
        "|x|": np.abs(x),
        "2x": 2 * x,
        "step over a gap": np.sign(x),
        "cantor": cantor(),
    }
    return x, functions[name], np.diff(x) < 0.1


def cantor(digits: int = 6) -> "NDArray[np.float64]":
    """Return the Cantor function at the multiples of 3^-digits in [0, 1].

    Its thirds are itself at half the height, constant, and itself again.
    """
    y = np.array([0.0, 1.0])
    for _ in range(digits):
        y = np.concatenate([y / 2, np.full(y.size - 2, 0.5), (1 + y) / 2])
    return y


def cantor_by_digits(k: int, digits: int = 6) -> float:
    """Return the Cantor function at k 3^-digits in [0, 1] by its definition.

    Ternary digits after the first 1 are dropped, each 2 becomes a 1, and this is read in binary.
    """
    value = 0.0
    for place in range(digits + 1):
        digit = k // 3 ** (digits - place) % 3
        value += (digit > 0) / 2**place
        if digit == 1:
            break
    return value


POINTS = 50_000


@cache
def kink_shares(bent: bool, seed: int, device: str) -> tuple[float, ...]:
    """Return the share of 50,000 points in [-2, 2]^2 with a kink within 1e-2, 1e-3 and 1e-4."""
    run = Run(seed, device)
    layers = relu_network(run)
    x = torch.empty(POINTS, 2, dtype=torch.float64, device=device)
    x = x.uniform_(*SQUARE, generator=run.generator("at"))
    step = torch.tensor([1.0, 0.0], dtype=torch.float64, device=device)
    middle = forward(layers, x, bent)
    shares = []
    for h in (1e-2, 1e-3, 1e-4):
        right = (forward(layers, x + h * step, bent) - middle) / h
        left = (middle - forward(layers, x - h * step, bent)) / h
        shares.append(float(((right - left).abs() > 1e-6).double().mean()))
    return tuple(shares)
