"""The claims of the notes on Lipschitz continuity."""

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, fact, is_zero, proof
from sims.lazy import np, sympy, torch
from sims.run import Run
from sims.topics.lipschitz.model import (
    activation,
    cantor_by_digits,
    kink_shares,
    relu_network,
    sampled,
    secants,
    steepest,
    steepest_secant,
    topic,
)

if TYPE_CHECKING:
    from torch import Tensor


@topic.proved(
    "22.1",
    says="often used in deep learning and differential equations",
    rule="where the right side is Lipschitz the start value fixes the solution: where |f'| is at "
    "most 1 everywhere, the squared distance of two solutions times exp(-2 t) never grows, "
    "symbolically, so that it stays 0; where the secant slope of f at 0 is unbounded, t^2 is a "
    "second solution of y' = f(y), y(0) = 0",
    assumptions=("that deep learning uses the constant, as for spectral norms, is not tested",),
    source="Picard-Lindelöf theorem; Peano's example y' = 2 sqrt|y|",
    asserted=Case(
        {"y": True, "2*sqrt|y|": False},
        "y' = y has one solution, as y is Lipschitz at 0; y' = 2 sqrt|y| is not, and has two",
    ),
    mutant=Case(
        {"y": True, "2*sqrt|y|": True}, "to be continuous is enough: y' = 2 sqrt|y| has one, too"
    ),
    control=Case({"y": True, "sin y": True}, "y' = y and y' = sin y have one solution each"),
    simulation="cone",
)
def unique_solutions(asserted: dict[str, bool], run: Run) -> Evidence:
    """Bound f' and follow two solutions, or substitute y = t^2 into the equation."""
    h, t = sympy.symbols("h t", positive=True)
    y = sympy.Symbol("y", real=True)
    sides = {"y": h, "2*sqrt|y|": 2 * sympy.sqrt(h), "sin y": sympy.sin(h)}
    slopes = {"y": sympy.Integer(1), "sin y": sympy.cos(y)}
    parts: list[bool | None] = []
    for name, bounded in asserted.items():
        secant = sympy.limit(sides[name] / h, h, 0, "+")
        second = is_zero(sympy.diff(t**2, t) - sides[name].subs(h, t**2))
        wanted = [(secant.is_finite, bounded), (second, not bounded)]
        if name in slopes:
            wanted.append((_one_solution(slopes[name]), bounded))
        parts += [None if known is None else known == truth for known, truth in wanted]
    return proof(parts, "Lipschitz at 0, and one solution only")


def _one_solution(slope: Any) -> bool | None:
    """Return whether |f'| <= 1, and w^2 exp(-2 t) never grows, w the distance of two solutions.

    Their right sides differ by w at most, so that w' = (1 - q) w with q from 0 to 2.
    """
    q, w = sympy.Symbol("q", nonnegative=True), sympy.Symbol("w", real=True)
    growth = sympy.expand(2 * w * (1 - q) * w - 2 * w**2)
    known: bool | None = growth.is_nonpositive and sympy.trigsimp(1 - slope**2).is_nonnegative
    return known


@topic.agrees(
    "22.2",
    says="a simple way to bound the function values",
    expected=Verdict.CONDITIONAL,
    rule="the bound on |f(x)| follows from the constant and what is known: attained by "
    "f(x) = f(0) + K x, refuted by a function with the same constant and a larger offset",
    right="it bounds differences; values are bounded only with one known value and a bounded "
    "domain: |f(x)| <= |f(x0)| + K |x - x0|",
    statement="a bound on |f(x)| follows from the constant K {}",
    inside=Case(lambda known, k, x: abs(known) + k * abs(x), "together with f(0): |f(0)| + K|x|"),
    outside=Case(lambda known, k, x: k * abs(x), "alone: K|x|"),
    mutant=Case(lambda known, k, x: abs(known) + k * x**2, "|f(x)| <= |f(0)| + K x^2"),
    control=Case(lambda known, k, x: abs(known) + 2 * k * abs(x), "|f(0)| + 2K|x|"),
    scope="7 offsets, 3 constants and 25 points",
    simulation="cone",
)
def value_bound(asserted: Callable[[Any, Any, Any], Any], run: Run) -> Evidence:
    """Hold the bound against f(0) + K x and f(0) + K sin x, on an exact rational grid."""
    cases = violations = 0
    for known in range(-3, 4):
        for k in range(1, 4):
            for x in [sympy.Rational(i, 4) for i in range(-12, 13)]:
                for value in (known + k * x, known + k * sympy.sin(x)):
                    cases += 1
                    violations += not abs(value) <= asserted(known, k, x)
    return enumeration(cases, violations, "values beyond the bound")


CONSTANTS = {"sigmoid": 0.25, "tanh": 1.0, "gelu": 1.12890, "silu": 1.09984}


@topic.all_cases(
    "22.3",
    says="|f(x) - f(y)| <= K |x - y|",
    kind=Kind.FORMULA,
    rule="each constant equals sup |f'| (root of f'') to 1e-5, and is the least that no secant "
    "of 20,000 seeded pairs exceeds by more than that, though one comes within 1e-4",
    asserted=Case(CONSTANTS, "sigmoid 1/4, tanh 1, GELU 1.1289, SiLU 1.0998"),
    mutant=Case({"sigmoid": 1.0}, "the constant of the sigmoid is 1"),
    control=Case({"sigmoid": 0.25}, "the constant of the sigmoid is 1/4"),
    simulation="cone",
    derivation="sigmoid",
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
            fact(
                tight and constant - 1e-4 <= sampled <= constant + 1e-5,
                f"{name}: steepest slope {slope:.5f} at {at:.4f}, steepest secant {sampled:.5f}, "
                f"asserted {constant:g}",
                slope,
            )
        )
    return every(parts)


LEAST = {"x^2": 2, "sin 2x": 2, "|x|": 1, "2x": 2, "step over a gap": 10, "cantor": 1.5**6}
"""Known least constants of the sampled functions, of Cantor's on multiples of 3^-6."""


@topic.agrees(
    "22.4",
    says="is the bound on the slope AKA derivative of the function in the specified domain",
    scope="four functions",
    expected=Verdict.CONDITIONAL,
    rule="sup of |f'| where it exists equals the least Lipschitz constant by exhaustive secants, "
    "for each function of the list; all secants meet the known constants to 0.005, and the Cantor "
    "function is that of the ternary digits",
    right="on an interval, for functions that are absolutely continuous; the Cantor function has "
    "slope 0 almost everywhere, and on a domain with a gap a step has slope 0 too",
    statement="the largest slope is the least Lipschitz constant of {}",
    inside=Case(("x^2", "sin 2x", "|x|"), "x^2, sin 2x and |x| on the interval [-1, 1]"),
    outside=Case(
        ("step over a gap",), "a step on [-1, -0.1] together with [0.1, 1], a domain with a gap"
    ),
    mutant=Case(("cantor",), "the Cantor function on [0, 1]"),
    control=Case(("2x",), "2x on [-1, 1]"),
    simulation="cone",
    derivation="sigmoid",
)
def slope_bound(asserted: tuple[str, ...], run: Run) -> Evidence:
    """Compare the largest slope on short steps inside the domain with the largest secant."""
    parts = []
    for name in asserted:
        x, y, joined = sampled(name)
        slopes = np.abs(np.diff(y) / np.diff(x))[joined]
        secant = steepest_secant(x, y)
        # The Cantor function is constant on all but a set of measure zero: its slope is the
        # median, not the maximum, of its difference quotients.
        slope = float(np.median(slopes)) if name == "cantor" else float(slopes.max())
        parts.append(
            fact(
                abs(slope - secant) <= 1e-2 * max(1.0, secant),
                f"{name}: slope at most {slope:.4g}, secants up to {secant:.4g}",
                slope,
            )
        )
    # On the grid secants miss at most half a step, 1/800, times the bend, which is at most 4.
    off = sum(
        not abs(steepest_secant(*sampled(name)[:2]) - k) <= 0.005 for name, k in LEAST.items()
    )
    x, y, _ = sampled("cantor")
    unlike = sum(
        cantor_by_digits(round(at * 3**6)) != value for at, value in zip(x, y, strict=True)
    )
    return every(
        [
            *parts,
            enumeration(len(LEAST), off, "functions with another least constant"),
            enumeration(3**6 + 1, unlike, "Cantor values unlike the digits'"),
        ]
    )


@topic.simulated(
    "22.5",
    says="safe way to talk about differentiability of the function",
    kind=Kind.FORMULA,
    rule="for a random ReLU network the share of points whose one-sided slopes differ shrinks in "
    "proportion to the step (within a factor 1.5 from 1e-2 to 1e-4), yet is not zero",
    right="Rademacher: differentiable almost everywhere, not everywhere",
    source="Rademacher 1919",
    assumptions=("a random ReLU network R^2 to R, three layers of width 32, along one direction",),
    mutant=Case(("relu", "everywhere"), "it is differentiable everywhere"),
    control=Case(("linear", "everywhere"), "without the ReLUs it is differentiable everywhere"),
    asserted=Case(
        ("relu", "almost everywhere"), "a Lipschitz network is differentiable almost everywhere"
    ),
    simulation="network",
    derivation="sigmoid",
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
    counted = fact(truth, f"points with a kink within 1e-2, 1e-3, 1e-4: {shown}", shares[-1])
    layers = relu_network(run)
    sizes = [tuple(weight.shape) for weight, _ in layers]
    scale = float(layers[1][0].square().mean()) * 32 / 2
    made = sizes == [(32, 2), (32, 32), (1, 32)] and abs(scale - 1) < 0.2
    return every([counted, fact(made, f"the network's layers are {sizes}")])


topic.documented(
    "22.6",
    "Refer to the wiki page for a more generalized defination",
    "the general definition is for metric spaces: d(f(x), f(y)) <= K d(x, y)",
    Verdict.QUIZ,
)
