"""Adapting to a sinusoid, the error of answering nothing, and the gradient through a step."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sims.curves import sampled
from sims.derivation import Step
from sims.lazy import sympy, torch
from sims.rl.environments import sinusoid
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.meta_learning.model import (
    METHODS,
    Network,
    activations,
    adapt,
    errors,
    topic,
    training,
)


@dataclass(frozen=True)
class Adaptation:
    """An initialisation in training, and one new task that it adapts to."""

    method: str = parameter("maml", choices=METHODS, says="how the initialisation is trained")
    iterations: int = parameter(300, 20, 2000, "meta-iterations of 5 tasks each")
    shots: int = parameter(10, 2, 50, "examples of the new task")
    steps: int = parameter(1, 1, 10, "gradient steps on the new task")


@topic.simulation("sinusoid", Adaptation, says="A few examples of a new sinusoid, and a step")
def adaptation(parameters: Adaptation, run: Run) -> Iterator[Frame]:
    """Draw one task before and after adapting, while the initialisation is trained."""
    p = parameters
    task = sinusoid.Sinusoids(
        torch.full((1, 1), 3.0, device=run.device), torch.full((1, 1), 1.0, device=run.device)
    )
    x = torch.linspace(-5, 5, 81, device=run.device)[None, None, :, None]
    shown = task.sample(p.shots, run.generator("shown"))
    for count, net in enumerate(
        training(p.method, 1, p.iterations, p.shots, run.generator("training")), 1
    ):
        if count % max(1, p.iterations // 20) and count < p.iterations:
            continue
        curves = {"the task": task.at(x), "before": activations(net, x)[-1]}
        curves[f"after {p.steps}"] = _predicted(net, shown, x, p.steps)
        found = errors(net, p.steps, run.generator("test"), shots=p.shots).squeeze(1).tolist()
        yield Frame(
            progress=count / p.iterations,
            series=(
                *(Series(name, _plain(x), _plain(y)) for name, y in curves.items()),
                Series("examples", _plain(shown[0]), _plain(shown[1]), "scatter"),
            ),
            outputs={"before": found[0], "after": found[-1]},
            says=f"{count} meta-iterations; error on 100 new tasks: {found[0]:.2f} before, "
            f"{found[-1]:.2f} after {p.steps}",
            x_label="x",
            y_label="y",
        )


def _predicted(net: Network, shown: "tuple[Any, Any]", x: Any, steps: int) -> Any:
    """Return the outputs at `x` after some steps on the examples."""
    for _ in range(steps):
        net = adapt(net, *shown)
    return activations(net, x)[-1]


def _plain(values: Any) -> list[float]:
    """Return a tensor's values as a list."""
    listed: list[float] = values.detach().flatten().cpu().double().tolist()
    return listed


@dataclass(frozen=True)
class Family:
    """The tasks: amplitude and phase are uniform, x lies in [-5, 5]."""

    low: float = parameter(0.1, 0.0, 10.0, "smallest amplitude", step=0.1)
    width: float = parameter(4.9, 0.0, 10.0, "largest less smallest amplitude", step=0.1)
    phase: float = parameter(math.pi, 0.0, 2 * math.pi, "largest phase, in radians", step=0.1)


@topic.simulation("zero", Family, says="How wrong is it to answer 0 to every task?")
def zero(parameters: Family, run: Run) -> Iterator[Frame]:
    """Sample tasks, and hold the mean square so far against the exact value."""
    amplitudes = (parameters.low, parameters.low + parameters.width)
    phases = (0.0, parameters.phase)
    exact = sinusoid.zero_error(amplitudes, phases)
    tasks = sinusoid.draw((1000,), run.generator("tasks"), amplitudes, phases)
    _, y = tasks.sample(20, run.generator("inputs"))
    squares = y.double().square().mean((1, 2)).cpu()
    at = [int(1.25**k) for k in range(11, 31)]
    for part in range(5, len(at) + 1, 5):
        x = [float(n) for n in at[:part]]
        so_far = sampled("sampled", x, [squares[:n] for n in at[:part]])
        yield Frame(
            progress=part / len(at),
            series=(so_far, Series("exact", x, [exact] * part)),
            outputs={"error": exact},
            says=f"{at[part - 1]} tasks: {so_far.y[-1]:.3f}, exactly {exact:.4f}",
            x_label="tasks",
            y_label="mean squared error",
        )


@dataclass(frozen=True)
class OneWeight:
    """f(x) = theta x, a task y = w x, and the loss E[(f - y)²]."""

    theta: float = parameter(2.0, -3.0, 3.0, "initialisation", step=0.1)
    w: float = parameter(1.0, -3.0, 3.0, "slope of the task", step=0.1)
    m: float = parameter(1.0, 0.1, 3.0, "E[x²]", step=0.1)
    alpha: float = parameter(0.1, 0.0, 1.0, "inner rate", step=0.05)


def meta_gradients(theta: float, w: float, m: float, alpha: float) -> tuple[float, float]:
    """Return the gradient of the loss after one step: through the step, and first-order.

    Both by automatic differentiation; the closed form is the derivation `meta-gradient`.
    """
    start = torch.tensor(theta, dtype=torch.float64, requires_grad=True)

    def loss(at: Any) -> Any:
        return m * (at - w) ** 2

    slope = torch.autograd.grad(loss(start), start, create_graph=True)[0]
    stepped = start - alpha * slope
    whole = torch.autograd.grad(loss(stepped), start, retain_graph=True)[0]
    first_order = torch.autograd.grad(loss(stepped), stepped)[0]
    return float(whole), float(first_order)


@topic.simulation("one-weight", OneWeight, says="The gradient through a step, for one weight")
def one_weight(parameters: OneWeight, run: Run) -> Iterator[Frame]:
    """Draw full and first-order meta-gradient over the inner rate."""
    p = parameters
    full, first = meta_gradients(p.theta, p.w, p.m, p.alpha)
    x = [i / 50 for i in range(51)]
    both = [meta_gradients(p.theta, p.w, p.m, a) for a in x]
    yield Frame(
        series=(
            Series("through the step", x, [g for g, _ in both]),
            Series("first-order", x, [g for _, g in both]),
            Series("chosen", [p.alpha, p.alpha], [full, first], "scatter"),
        ),
        outputs={"full": full, "first_order": first},
        says=f"through the step {full:.4f}, first-order {first:.4f}",
        x_label="inner rate",
        y_label="meta-gradient",
    )


@topic.derivation("meta-gradient", says="MAML for one weight: the step's factor counts twice")
def meta_gradient() -> Iterator[Step]:
    """Differentiate the loss after one step of f = theta x on y = w x."""
    theta, w = sympy.symbols("theta w", real=True)
    m, alpha = sympy.symbols("m alpha", positive=True)
    stepped = theta - alpha * 2 * m * (theta - w)
    yield Step(
        sympy.Derivative(m * (stepped - w) ** 2, theta),
        "the loss after a step on the same task, differentiated at the initialisation",
    )
    yield Step(
        2 * m * (stepped - w) * (1 - 2 * alpha * m),
        "chain rule: the first-order gradient, times how the step moves with its start",
    )
    yield Step(
        2 * m * (1 - 2 * alpha * m) ** 2 * (theta - w),
        "the step shrinks the distance to w by the same factor",
    )


@topic.derivation("zero", says="The mean squared error of answering 0 to sinusoids: E[A²]/2")
def zero_predictor() -> Iterator[Step]:
    """Average (A sin(x - phi))² over phases in [0, pi], then over amplitudes in [a, a + c]."""
    a, c = sympy.symbols("a c", positive=True)
    amplitude, phase, x = sympy.symbols("A phi x", real=True)
    over_phases = sympy.Integral(sympy.sin(x - phase) ** 2, (phase, 0, sympy.pi)) / sympy.pi
    over_amplitudes = sympy.Integral(amplitude**2, (amplitude, a, a + c)) / c
    yield Step(over_amplitudes * over_phases, "amplitude and phase are independent")
    yield Step(over_amplitudes / 2, "half a turn of phases makes sin² one half, whatever x is")
    yield Step((a**2 + a * (a + c) + (a + c) ** 2) / 6, "the second moment of a uniform amplitude")
