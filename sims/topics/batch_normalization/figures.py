"""Training curves, the covariance that normalizing leaves alone, and the moments of the output."""

from collections.abc import Iterator
from dataclasses import dataclass

from sims.derivation import Step
from sims.lazy import sympy, torch
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.batch_normalization.model import RATES, moments, normalized, topic, trained


@dataclass(frozen=True)
class Training:
    """Networks of a given depth with and without the layer."""

    depth: int = parameter(8, 1, 12, "hidden layers")
    rate: float = parameter(0.3, choices=RATES, says="learning rate")
    steps: int = parameter(100, 10, 200, "steps of gradient descent")
    seeds: int = parameter(8, 2, 20, "networks of each kind")


@topic.simulation(
    "training", Training, says="Accuracy while training, with and without normalization"
)
def training_curves(parameters: Training, run: Run) -> Iterator[Frame]:
    """Draw the mean accuracy of each kind, with the middle 80 % of seeds."""
    p = parameters
    column = RATES.index(p.rate)
    series: tuple[Series, ...] = ()
    outputs: dict[str, float] = {}
    for index, kind in enumerate(("none", "bn", "noisy")):
        result = trained(kind, p.depth, 0, p.seeds, p.steps, run.seed, run.device)
        accuracy = result.accuracy[:, column].double().cpu()
        x = [float(step + 1) for step in range(p.steps)]
        band = accuracy.quantile(torch.tensor([0.1, 0.9], dtype=torch.float64), dim=0)
        mean = accuracy.mean(0).tolist()
        series = (*series, Series(kind, x, mean, low=band[0].tolist(), high=band[1].tolist()))
        outputs[kind] = float(accuracy[:, -1].mean())
        yield Frame(
            progress=(index + 1) / 3,
            series=series,
            outputs=dict(outputs),
            says=", ".join(f"{name} {value:.0%}" for name, value in outputs.items()),
            x_label="step",
            y_label="accuracy",
        )


@dataclass(frozen=True)
class Features:
    """Two correlated features of a batch."""

    correlation: float = parameter(0.8, -0.99, 0.99, "correlation of the two features")
    batch: int = parameter(200, 10, 1000, "samples in the batch")


@topic.simulation("covariance", Features, says="Two features before and after: correlation stays")
def covariance(parameters: Features, run: Run) -> Iterator[Frame]:
    """Scatter the batch before and after normalizing, as samples are added."""
    r = parameters.correlation
    generator = run.generator("features")
    z = torch.randn(parameters.batch, 2, generator=generator, device=run.device).double()
    before = torch.stack(
        [2 + 1.5 * z[:, 0], -1 + 0.5 * (r * z[:, 0] + (1 - r * r) ** 0.5 * z[:, 1])], 1
    )
    for part in range(1, 11):
        count = max(3, parameters.batch * part // 10)
        after = normalized(before[:count])
        measured = torch.corrcoef(before[:count].T)[0, 1]
        inner = (after[:, 0] * after[:, 1]).mean()
        yield Frame(
            progress=part / 10,
            series=(
                Series("before", before[:count, 0].tolist(), before[:count, 1].tolist(), "scatter"),
                Series("after", after[:, 0].tolist(), after[:, 1].tolist(), "scatter"),
            ),
            outputs={
                "covariance": float(inner),
                "correlation": float(measured),
                "variance": float(after.square().mean()),
            },
            says=f"{count} samples: covariance after {float(inner):.3f}, "
            f"correlation before {float(measured):.3f}",
            x_label="first feature",
            y_label="second feature",
        )


@topic.derivation("variance", says="The normalized batch has variance v/(v + e), a little below 1")
def variance_of_output() -> Iterator[Step]:
    """For a batch of three, from the definition of the variance to v/(v + e)."""
    e = sympy.Symbol("e", positive=True)
    x = list(sympy.symbols("x1:4", real=True))
    mean, variance = moments(x)
    outputs = [(value - mean) / sympy.sqrt(variance + e) for value in x]
    yield Step(
        sympy.Add(*[output**2 for output in outputs]) / 3,
        "the mean square of the output, whose mean is 0",
    )
    yield Step(
        sympy.Add(*[(value - mean) ** 2 for value in x]) / 3 / (variance + e),
        "the common factor 1/(v + e) comes out",
    )
    yield Step(variance / (variance + e), "what is left is the variance v of the input")
