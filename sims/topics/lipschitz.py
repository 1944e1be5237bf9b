"""Lipschitz continuity: |f(x) - f(y)| <= K |x - y|, a bound on how fast a function can move.

Sources: Rademacher 1919 (differentiable almost everywhere); Picard-Lindelöf (unique solutions);
Virmaux & Scaman 2018, "Lipschitz regularity of deep neural networks", sections 2 and 3 (the
product of spectral norms bounds a network's constant, loosely).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.claim import Case
from sims.decide import enumeration, every, is_zero, statement
from sims.derivation import Step
from sims.evidence import Evidence, Kind, Level, Verdict
from sims.lazy import np, scipy, sympy, torch
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("lipschitz")

# --- Model -----------------------------------------------------------------------------------


def activation(name: str, x: Any) -> Any:
    """Return an activation function at the sympy expression ``x``."""
    logistic = 1 / (1 + sympy.exp(-x))
    if name == "gelu":
        return x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2
    return {"sigmoid": logistic, "tanh": sympy.tanh(x), "silu": x * logistic}[name]


def steepest(name: str) -> tuple[float, float]:
    """Return (sup |f'|, where it is reached) of a smooth activation, by solving f'' = 0."""
    x = sympy.Symbol("x", real=True)
    slope = sympy.lambdify(x, sympy.diff(activation(name, x), x), ["scipy", "numpy"])
    bend = sympy.lambdify(x, sympy.diff(activation(name, x), x, 2), ["scipy", "numpy"])
    grid = np.linspace(-10.01, 10, 4001)
    values = bend(grid)
    roots = [
        scipy.optimize.brentq(bend, a, b, xtol=1e-14)
        for a, b, left, right in zip(grid[:-1], grid[1:], values[:-1], values[1:], strict=True)
        if left * right < 0
    ]
    at = max(roots, key=lambda root: abs(slope(root)))
    return abs(float(slope(at))), float(at)


def secants(f: "Callable[[Tensor], Tensor]", low: float, high: float, run: Run) -> "Tensor":
    """Return |f(x) - f(y)| / |x - y| for 20,000 seeded pairs in [low, high]."""
    draw = torch.rand(2, 20_000, generator=run.generator("pairs"), device=run.device).double()
    x, y = low + (high - low) * draw
    y[::2] = (x + (y - x) * 1e-3)[::2]
    apart = (x - y).abs() > 1e-7
    ratios: Tensor = (f(x) - f(y)).abs() / (x - y).abs()
    return ratios[apart]


def relu_network(run: Run, width: int = 32, depth: int = 3) -> "list[tuple[Tensor, Tensor]]":
    """Return the (weight, bias) layers of a random ReLU network from R^2 to R, float64."""
    sizes = [2, *[width] * (depth - 1), 1]
    generator = run.generator("network")

    def normal(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator, device=run.device, dtype=torch.float64)

    return [(normal(b, a) * (2 / a) ** 0.5, normal(b)) for a, b in pairwise(sizes)]


def forward(layers: "list[tuple[Tensor, Tensor]]", x: "Tensor", bent: bool = True) -> "Tensor":
    """Return the network's values, shape (points,), at ``x``, shape (points, 2)."""
    for index, (weight, bias) in enumerate(layers):
        x = x @ weight.T + bias
        if bent and index < len(layers) - 1:
            x = x.relu()
    return x.squeeze(-1)


def product_bound(layers: "list[tuple[Tensor, Tensor]]") -> float:
    """Return the product of the layers' spectral norms, an upper bound on the constant."""
    return float(np.prod([float(torch.linalg.matrix_norm(w, ord=2)) for w, _ in layers]))


# --- Claims ----------------------------------------------------------------------------------


@topic.claim(
    "22.1",
    says="often used in deep learning and differential equations",
    kind=Kind.FORMULA,
    level=Level.IDENTITY,
    expected=Verdict.HOLDS,
    rule="where the right side is Lipschitz at 0 the start value fixes the solution: y' = f(y), "
    "y(0) = 0 has two solutions exactly when the secant slope of f at 0 is unbounded",
    source="Picard-Lindelöf theorem; Peano's example y' = 2 sqrt|y|",
    asserted=Case({"y": True, "2*sqrt|y|": False}, "y is Lipschitz at 0, 2 sqrt|y| is not"),
    mutant=Case({"y": True, "2*sqrt|y|": True}, "the square root is Lipschitz at 0"),
    control=Case({"y": True, "sin y": True}, "y and sin y are Lipschitz at 0"),
)
def unique_solutions(asserted: dict[str, bool], run: Run) -> Evidence:
    """Take the limit of f(h)/h, and substitute y = 0 and y = t^2 into the equation."""
    h, t = sympy.symbols("h t", positive=True)
    sides = {"y": h, "2*sqrt|y|": 2 * sympy.sqrt(h), "sin y": sympy.sin(h)}
    wrong = 0
    for name, bounded in asserted.items():
        secant = sympy.limit(sides[name] / h, h, 0, "+")
        second = is_zero(sympy.diff(t**2, t) - sides[name].subs(h, t**2))
        wrong += (secant.is_finite is True) != bounded
        wrong += bool(second) == bounded
    return enumeration(2 * len(asserted), wrong, "Lipschitz at 0, and one solution only")


@topic.claim(
    "22.2",
    says="a simple way to bound the function values",
    kind=Kind.FORMULA,
    level=Level.IDENTITY,
    expected=Verdict.CONDITIONAL,
    rule="the bound on |f(x)| follows from the constant and what is known: attained by "
    "f(x) = f(0) + K x, refuted by a function with the same constant and a larger offset",
    right="it bounds differences; values are bounded only with one known value and a bounded "
    "domain: |f(x)| <= |f(x0)| + K |x - x0|",
    inside=Case(lambda known, k, x: abs(known) + k * abs(x), "with f(0) known: |f(0)| + K|x|"),
    outside=Case(lambda known, k, x: k * abs(x), "from K alone: |f(x)| <= K|x|"),
    mutant=Case(lambda known, k, x: abs(known) + k * x**2, "|f(x)| <= |f(0)| + K x^2"),
    control=Case(lambda known, k, x: abs(known) + 2 * k * abs(x), "|f(0)| + 2K|x|"),
)
def value_bound(asserted: Callable[[Any, Any, Any], Any], run: Run) -> Evidence:
    """Hold the bound against f(0) + K x and f(0) + K sin x, on an exact rational grid."""
    cases = violations = 0
    for known in range(-3, 4):
        for k in range(1, 4):
            for x in [sympy.Rational(i, 4) for i in range(-12, 13)]:
                for value in (known + k * x, known + k * sympy.sin(x)):
                    cases += 1
                    violations += bool(abs(value) > asserted(known, k, x))
    return enumeration(cases, violations, "values beyond the bound")


CONSTANTS = {"sigmoid": 0.25, "tanh": 1.0, "gelu": 1.12890, "silu": 1.09984}


@topic.claim(
    "22.3",
    says="|f(x) - f(y)| <= K |x - y|",
    kind=Kind.FORMULA,
    level=Level.IDENTITY,
    expected=Verdict.HOLDS,
    rule="each constant equals sup |f'| (root of f'') to 1e-5, and is the least that no secant "
    "of 20,000 seeded pairs exceeds by more than 1e-9",
    asserted=Case(CONSTANTS, "sigmoid 1/4, tanh 1, GELU 1.1289, SiLU 1.0998"),
    mutant=Case({"sigmoid": 1.0}, "the constant of the sigmoid is 1"),
    control=Case({"sigmoid": 0.25}, "the constant of the sigmoid is 1/4"),
)
def activation_constants(asserted: dict[str, float], run: Run) -> Evidence:
    """Find the steepest slope by calculus and the steepest secant by sampling."""
    functions: dict[str, Callable[[Tensor], Tensor]] = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "gelu": torch.nn.functional.gelu,
        "silu": torch.nn.functional.silu,
    }
    parts = []
    x, points = sympy.Symbol("x", real=True), torch.linspace(-5, 5, 101).double()
    for name, constant in asserted.items():
        slope, at = steepest(name)
        sampled = float(secants(functions[name], -6, 6, run).max())
        ours = sympy.lambdify(x, activation(name, x), ["scipy", "numpy"])(points.numpy())
        same = np.abs(ours - functions[name](points).numpy()).max() < 1e-6
        tight = bool(same) and abs(slope - constant) <= 1e-5
        parts.append(
            statement(
                tight and sampled <= constant + 1e-5,
                f"{name}: steepest slope {slope:.5f} at {at:.4f}, steepest secant {sampled:.5f}, "
                f"asserted {constant:g}",
                slope,
            )
        )
    return every(parts)


@topic.claim(
    "22.4",
    says="is the bound on the slope AKA derivative of the function in the specified domain",
    kind=Kind.FORMULA,
    level=Level.IDENTITY,
    expected=Verdict.CONDITIONAL,
    rule="sup of |f'| where it exists equals the least Lipschitz constant by exhaustive secants, "
    "for each function of the list",
    right="on an interval, for functions that are absolutely continuous; the Cantor function has "
    "slope 0 almost everywhere, and on a domain with a gap a step has slope 0 too",
    inside=Case(("x^2", "sin 2x", "|x|"), "x^2, sin 2x and |x| on [-1, 1]"),
    outside=Case(("step over a gap",), "a step on [-1, -0.1] together with [0.1, 1]"),
    mutant=Case(("cantor",), "the Cantor function on [0, 1]"),
    control=Case(("2x",), "2x on [-1, 1]"),
)
def slope_bound(asserted: tuple[str, ...], run: Run) -> Evidence:
    """Compare the largest slope on short steps inside the domain with the largest secant."""
    parts = []
    for name in asserted:
        x, y, joined = _sampled(name)
        slopes = np.abs(np.diff(y) / np.diff(x))[joined]
        pairs = np.abs(y[:, None] - y[None, :])
        apart = np.abs(x[:, None] - x[None, :])
        secant = float((pairs[apart > 0] / apart[apart > 0]).max())
        # The Cantor function is constant on all but a set of measure zero: its slope is the
        # median, not the maximum, of its difference quotients.
        slope = float(np.median(slopes)) if name == "cantor" else float(slopes.max())
        parts.append(
            statement(
                abs(slope - secant) <= 1e-2 * max(1.0, secant),
                f"{name}: slope at most {slope:.4g}, secants up to {secant:.4g}",
                slope,
            )
        )
    return every(parts)


def _sampled(name: str) -> tuple[Any, Any, Any]:
    """Return points, values, and which neighbouring pairs lie in one piece of the domain."""
    if name == "cantor":
        x = np.linspace(0, 1, 1 + 3**6)
        return x, np.array([_cantor(int(i)) for i in range(x.size)]), np.ones(x.size - 1, bool)
    x = np.linspace(-1, 1, 801)
    if name == "step over a gap":
        x = x[np.abs(x) >= 0.1]
    functions = {
        "x^2": x**2,
        "sin 2x": np.sin(2 * x),
        "|x|": np.abs(x),
        "2x": 2 * x,
        "step over a gap": np.sign(x),
    }
    return x, functions[name], np.diff(x) < 0.1


def _cantor(numerator: int, digits: int = 6) -> float:
    """Return the Cantor function at numerator / 3^digits."""
    value, scale = 0.0, 0.5
    for place in reversed(range(digits)):
        digit = numerator // 3**place % 3 if numerator < 3**digits else 2
        value += scale * (digit > 0)
        if digit == 1:
            break
        scale /= 2
    return value if numerator < 3**digits else 1.0


@topic.claim(
    "22.5",
    says="safe way to talk about differentiability of the function",
    kind=Kind.FORMULA,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="for a random ReLU network the share of points whose one-sided slopes differ shrinks in "
    "proportion to the step (within a factor 1.5 from 1e-2 to 1e-4), yet is not zero",
    right="Rademacher: differentiable almost everywhere, not everywhere",
    source="Rademacher 1919",
    assumptions=("a random ReLU network R^2 to R, three layers of width 32, along one direction",),
    inside=Case(("relu", "almost everywhere"), "differentiable almost everywhere"),
    outside=Case(("relu", "everywhere"), "differentiable everywhere"),
    mutant=Case(("relu", "nowhere"), "the kinks have positive measure"),
    control=Case(("linear", "everywhere"), "without the ReLUs, differentiable everywhere"),
)
def kinks(asserted: tuple[str, str], run: Run) -> Evidence:
    """Count points where the left and right difference quotients disagree, at shrinking steps."""
    kind, where = asserted
    shares = kink_shares(kind == "relu", run.seed, run.device)
    vanishing = all(10 / 1.5 < a / max(b, 1e-12) < 15 for a, b in pairwise(shares))
    truth = {
        "almost everywhere": vanishing or max(shares) == 0,
        "everywhere": max(shares) == 0,
        "nowhere": min(shares) > 0 and not vanishing,
    }[where]
    shown = ", ".join(f"{share:.2%}" for share in shares)
    return statement(truth, f"points with a kink within 1e-2, 1e-3, 1e-4: {shown}", shares[-1])


@cache
def kink_shares(bent: bool, seed: int, device: str) -> tuple[float, ...]:
    """Return the share of 50,000 points in [-2, 2]^2 with a kink within 1e-2, 1e-3 and 1e-4."""
    run = Run(seed, device)
    layers = relu_network(run)
    x = 4 * torch.rand(50_000, 2, generator=run.generator("at"), device=device).double() - 2
    step = torch.tensor([1.0, 0.0], dtype=torch.float64, device=device)
    middle = forward(layers, x, bent)
    shares = []
    for h in (1e-2, 1e-3, 1e-4):
        right = (forward(layers, x + h * step, bent) - middle) / h
        left = (middle - forward(layers, x - h * step, bent)) / h
        shares.append(float(((right - left).abs() > 1e-6).double().mean()))
    return tuple(shares)


topic.documented(
    "22.6",
    says="Refer to the wiki page for a more generalized defination",
    verdict=Verdict.QUIZ,
    source="the general definition is for metric spaces: d(f(x), f(y)) <= K d(x, y)",
)


# --- Figure ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cone:
    """f(x) = sin(frequency x) + slope |x|, and a cone of slope K standing on its graph."""

    frequency: float = parameter(3.0, 0.5, 10.0, "frequency of the wave")
    slope: float = parameter(0.5, 0.0, 3.0, "slope of the kink at 0")
    constant: float = parameter(3.5, 0.1, 15.0, "K, the slope of the cone")


@topic.simulation(
    "cone", Cone, says="A function between its Lipschitz cones: does the graph stay out?"
)
def cone(parameters: Cone, run: Run) -> Iterator[Frame]:
    """Move the double cone's apex along the graph; the graph may never enter it."""
    x = torch.linspace(-3, 3, 241, dtype=torch.float64)
    y = torch.sin(parameters.frequency * x) + parameters.slope * x.abs()
    gaps = (y[:, None] - y[None, :]).abs() - parameters.constant * (x[:, None] - x[None, :]).abs()
    least = parameters.frequency + parameters.slope
    steps = 24
    for step in range(steps + 1):
        apex = step * (len(x) - 1) // steps
        reach = parameters.constant * (x - x[apex]).abs()
        inside = bool((gaps[apex] > 1e-9).any())
        yield Frame(
            progress=step / steps,
            series=(
                Series("f", x.tolist(), y.tolist()),
                Series("upper cone", x.tolist(), (y[apex] + reach).clamp(-4, 8).tolist()),
                Series("lower cone", x.tolist(), (y[apex] - reach).clamp(-4, 8).tolist()),
            ),
            outputs={"least_constant": least, "violating_pairs": float((gaps > 1e-9).sum() // 2)},
            says=f"at x = {x[apex]:.2f} the graph {'enters' if inside else 'avoids'} the cone",
            x_label="x",
            y_label="f(x)",
        )


@dataclass(frozen=True)
class Network:
    """Random ReLU networks R^2 to R with He initialisation."""

    width: int = parameter(32, 2, 256, "units in each hidden layer")
    deepest: int = parameter(8, 2, 20, "layers of the deepest network")
    seeds: int = parameter(10, 2, 50, "networks of each depth")


@topic.simulation("network", Network, says="How loose is the product of spectral norms with depth?")
def network(parameters: Network, run: Run) -> Iterator[Frame]:
    """Compare the bound with the steepest gradient at 500 points, depth by depth."""
    depths, bounds, slopes = [], [], []
    for depth in range(2, parameters.deepest + 1):
        bound = slope = 0.0
        for seed in range(parameters.seeds):
            layers = relu_network(Run(run.seed + seed, run.device), parameters.width, depth)
            generator = run.generator(f"{depth} {seed}")
            x = torch.randn(500, 2, generator=generator, device=run.device, dtype=torch.float64)
            x.requires_grad_()
            (gradient,) = torch.autograd.grad(forward(layers, x).sum(), x)
            bound += product_bound(layers) / parameters.seeds
            slope += float(gradient.norm(dim=1).max()) / parameters.seeds
        depths.append(float(depth))
        bounds.append(bound)
        slopes.append(slope)
        yield Frame(
            progress=(depth - 1) / (parameters.deepest - 1),
            series=(
                Series("log10 of the bound", depths, np.log10(bounds).tolist()),
                Series("log10 of the steepest slope", depths, np.log10(slopes).tolist()),
            ),
            outputs={"bound": bound, "steepest": slope, "looseness": bound / slope},
            says=f"{depth} layers: bound {bound:.3g}, steepest slope found {slope:.3g}",
            x_label="layers",
            y_label="log10",
        )


# --- Derivation ------------------------------------------------------------------------------


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
