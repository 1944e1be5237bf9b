"""Training curves, the covariance that normalizing leaves alone, and the moments of the output."""

from collections.abc import Iterator
from dataclasses import dataclass

from sims.derivation import Step, as_written
from sims.lazy import sympy, torch
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.batch_normalization.model import RATES, moments, normalized, topic, trained

KINDS = {
    "none": "no normalization",
    "bn": "batch normalization",
    "noisy": "with shift injected after it",
}
BAND = "middle 80 % of the networks"


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
    for index, kind in enumerate(KINDS):
        result = trained(kind, p.depth, 0, p.seeds, p.steps, run.seed, run.device)
        accuracy = result.accuracy[:, column].double().cpu()
        x = [float(step + 1) for step in range(p.steps)]
        band = accuracy.quantile(torch.tensor([0.1, 0.9], dtype=torch.float64), dim=0)
        mean = accuracy.mean(0).tolist()
        low, high = band.tolist()
        series = (*series, Series(KINDS[kind], x, mean, low=low, high=high, band=BAND))
        outputs[kind] = float(accuracy[:, -1].mean())
        yield Frame(
            progress=(index + 1) / 3,
            series=series,
            outputs=dict(outputs),
            says=", ".join(f"{KINDS[name]} {value:.0%}" for name, value in outputs.items()),
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


@dataclass(frozen=True)
class Averages:
    """Batches that all have one mean and one variance; the averages start at 0 and 1."""

    momentum: float = parameter(0.1, 0.01, 1.0, "weight of the new value")
    mean: float = parameter(5.0, -10.0, 10.0, "mean of every batch")
    variance: float = parameter(4.0, 0.1, 10.0, "unbiased variance of every batch")
    batches: int = parameter(20, 1, 100, "batches")


@topic.simulation("running", Averages, says="Running mean and variance as batches pass")
def running(parameters: Averages, run: Run) -> Iterator[Frame]:
    """Send one channel through the layer, batch by batch."""
    p = parameters
    layer = torch.nn.BatchNorm1d(1, momentum=p.momentum, device=run.device, dtype=torch.float64)
    half = (p.variance / 2) ** 0.5  # two samples half apart from their mean have this variance
    batch = torch.tensor([[p.mean - half], [p.mean + half]], device=run.device).double()
    means, variances = [0.0], [1.0]
    for count in range(1, p.batches + 1):
        layer(batch)
        kept = layer.state_dict()
        means.append(float(kept["running_mean"]))
        variances.append(float(kept["running_var"]))
        x = [float(k) for k in range(count + 1)]
        yield Frame(
            progress=count / p.batches,
            series=(
                Series("running mean", x, list(means)),
                Series("running variance", x, list(variances)),
                Series("mean of a batch", [0.0, x[-1]], [p.mean] * 2),
                Series("variance of a batch", [0.0, x[-1]], [p.variance] * 2),
            ),
            outputs={"mean": means[-1], "variance": variances[-1]},
            says=f"after {count} batches: mean {means[-1]:.3f}, variance {variances[-1]:.3f}",
            x_label="batches",
            y_label="running value",
        )


@topic.derivation(
    "running-mean",
    says="The running mean after t batches of mean m: m (1 - (1 - a)^t)",
    instances={"t": (1, 2, 5)},
)
def running_mean() -> Iterator[Step]:
    """Add up what each batch leaves, for a momentum a = 1 - k; the average starts at 0."""
    m, k = sympy.symbols("m k", positive=True)
    t, i = sympy.symbols("t i", integer=True, positive=True)
    yield Step(
        sympy.Sum((1 - k) * m * k ** (t - i), (i, 1, t)),
        "batch i counts with a = 1 - k, and shrinks by k with each batch after it",
    )
    yield Step(as_written(lambda: (1 - k) * m * ((1 - k**t) / (1 - k))), "sum the geometric series")
    yield Step(m * (1 - k**t), "the distance to m shrinks by k with each batch")


@topic.derivation("pair", says="Two numbers become -1 and 1, as epsilon vanishes")
def pair() -> Iterator[Step]:
    """Normalize x and x + 2 g."""
    x = sympy.Symbol("x", real=True)
    g = sympy.Symbol("g", positive=True)
    mean, variance = moments([x, x + 2 * g])
    m, v = sympy.symbols("m v", positive=True)
    yield Step(
        sympy.Matrix([(x - m) / sympy.sqrt(v), (x + 2 * g - m) / sympy.sqrt(v)]),
        "x and x + 2g, each less the mean, over the deviation",
        where={m: mean, v: variance},
    )
    yield Step(
        as_written(lambda: sympy.Matrix([-g / sympy.sqrt(g**2), g / sympy.sqrt(g**2)])),
        "they lie g below and g above the mean, and the variance is g^2",
    )
    yield Step(sympy.Matrix([-1, 1]), "one deviation each way, whatever the numbers")


@topic.derivation(
    "variance",
    says="The normalized batch has variance v/(v + e), a little below 1",
    sizes="for three numbers",
)
def variance_of_output() -> Iterator[Step]:
    """For a batch of three, from the definition of the variance to v/(v + e)."""
    e = sympy.Symbol("e", positive=True)
    x = list(sympy.symbols("x1:4", real=True))
    mean, variance = moments(x)
    m, v = sympy.symbols("m v", positive=True)
    names = {m: mean, v: variance}
    yield Step(
        as_written(lambda: sum(((value - m) / sympy.sqrt(v + e)) ** 2 for value in x) / 3),
        "the mean square of the output, whose mean is 0",
        where=names,
    )
    yield Step(
        as_written(lambda: sum((value - m) ** 2 for value in x) / 3 / (v + e)),
        "the common factor 1/(v + e) comes out",
        where=names,
    )
    yield Step(v / (v + e), "what is left is the variance v of the input", where=names)
