"""The claims of the notes on what the layer computes."""

from collections.abc import Callable
from typing import Any

from sims.claims import (
    POINTS,
    Case,
    Evidence,
    Kind,
    Verdict,
    all_proved,
    enumeration,
    every,
    fact,
    identity,
    is_zero,
)
from sims.lazy import sympy, torch
from sims.run import Run
from sims.topics.batch_normalization.model import EPSILON, moments, normalized, topic

topic.documented(
    "7.1",
    "torch.nn.BatchNorm2d in PyTorch",
    "PyTorch documentation: statistics for each channel, over batch, height and width",
)


@topic.proved(
    "7.2",
    says="normalizes the data in each batch to have zero mean",
    rule="the asserted mean of the layer's output is below 1e-10 for 50 image batches; the mean of "
    "(x - m)/sqrt(v + e) is 0 symbolically, for one number beside any others",
    right="in training mode and before gamma and beta; in evaluation mode the running mean is "
    "subtracted, which is another batch's",
    mutant=Case((False, (0, 2, 3)), "so it has in evaluation mode"),
    control=Case((True, (0, 1, 2, 3)), "in training the mean over everything is 0"),
    asserted=Case((True, (0, 2, 3)), "in training each channel of a normalized batch has mean 0"),
    simulation="covariance",
    derivation="pair",
)
def zero_mean(asserted: tuple[bool, tuple[int, ...]], run: Run) -> Evidence:
    """Run PyTorch's layer after three other batches, and average its output."""
    training, axes = asserted
    layer = torch.nn.BatchNorm2d(3, affine=False, dtype=torch.float64, device=run.device)
    images = torch.randn(
        POINTS + 3, 6, 3, 4, 4, generator=run.generator("images"), device=run.device
    ).double()
    images = 3 * images + torch.arange(POINTS + 3, device=run.device)[:, None, None, None, None]
    for batch in images[:3]:
        layer(batch)
    layer.train(training)
    errors = [float(layer(batch).mean(axes).abs().max()) for batch in images[3:]]
    proved = [_mean_vanishes()]
    return identity(proved, errors, f"mean over axes {axes}, training mode {training}")


def _mean_vanishes() -> bool | None:
    """Return whether normalized numbers average to zero: x, and n - 1 others that add up to R."""
    x, others = sympy.symbols("x R", real=True)
    n, scale = sympy.symbols("n s", positive=True)
    mean = (x + others) / n
    return is_zero((x - mean) / scale + (others - (n - 1) * mean) / scale)


topic.fence(
    "7.3",
    "draw: (X, Y) ~ table{(0, 0): 3/8, (1, 1): 3/8, (0, 1): 1/8, (1, 0): 1/8}\n"
    "let: unit(Z) = (Z - E[Z])/Std(Z)",
    says="zero mean and unit covariance",
    expected=Verdict.FAILS,
    rule="covariance of two features that are alike three times in four, each less its mean and "
    "over its deviation, by every outcome",
    right="unit variance of each feature; their correlations stay as they were (whitening would "
    "remove them)",
    asserted=Case("Cov(unit(X), unit(Y)) = 0", "the covariance of two features becomes 0"),
    mutant=Case(
        "Cov(unit(X), unit(Y)) = Corr(X, Y)^2", "it becomes the square of their correlation"
    ),
    control=Case("Cov(unit(X), unit(Y)) = Corr(X, Y)", "it becomes their correlation"),
    simulation="covariance",
)


topic.documented(
    "7.7",
    "it is squased through a linear function with parameters gamma and beta",
    "Ioffe & Szegedy 2015, algorithm 1: y = gamma x + beta",
    Verdict.FAILS,
    "it is scaled and shifted, feature by feature: affine, unbounded, nothing is squashed",
)

Affine = Callable[[Any, Any, Any], Any]


@topic.ran(
    "7.8",
    says="output of batchnorm = gamma * normalized_input + beta",
    kind=Kind.FORMULA,
    rule="equal to PyTorch's layer within 1e-10 for 50 batches; its mean is beta and its variance "
    "gamma^2 v/(v + e), symbolically for n = 2, 3, 4",
    source="Ioffe & Szegedy 2015, algorithm 1",
    asserted=Case(lambda g, x, b: g * x + b, "gamma times the normalized input, plus beta"),
    mutant=Case(lambda g, x, b: g * (x + b), "gamma times (normalized input plus beta)"),
    control=Case(lambda g, x, b: b + x * g, "beta, plus the normalized input times gamma"),
    simulation="covariance",
    derivation="variance",
)
def affine(asserted: Affine, run: Run) -> Evidence:
    """Normalize by hand, apply the asserted map, and compare with the layer."""
    generator = run.generator("batches")

    def normal(*shape: int) -> Any:
        return torch.randn(*shape, generator=generator, device=run.device).double()

    x, gamma, beta = normal(POINTS, 12, 5), normal(5), normal(5)
    layer = torch.nn.BatchNorm1d(5, eps=EPSILON, dtype=torch.float64, device=run.device)
    with torch.no_grad():
        layer.weight.copy_(gamma)
        layer.bias.copy_(beta)
        unit = normalized(x)
        exact = torch.stack([layer(batch) for batch in x])
        errors = (exact - asserted(gamma, unit, beta)).abs().amax((1, 2)).cpu()
    proved = [_moments_follow(asserted, n) for n in (2, 3, 4)]
    return identity(proved, errors, "the asserted map against PyTorch's layer")


def _moments_follow(asserted: Affine, n: int) -> bool | None:
    """Return whether the asserted output of n symbols has mean beta and the known variance."""
    x = list(sympy.symbols(f"x1:{n + 1}", real=True))
    e, g, b = sympy.symbols("e g b", positive=True)
    mean, variance = moments(x)
    outputs = [asserted(g, (value - mean) / sympy.sqrt(variance + e), b) for value in x]
    out_mean, out_variance = moments(outputs)
    wanted = g**2 * variance / (variance + e)
    return all_proved([is_zero(out_mean - b), is_zero(out_variance - wanted)])


topic.fence(
    "7.9",
    "variables: {v: nonnegative, e: positive}",
    says="gamma and beta allow the network to choose how much 'normalization' it wants for every "
    "feature; shift and scale",
    rule="the layer gamma (x - m)/sqrt(v + e) + beta with the asserted gamma, and beta = m",
    right="for the batch whose statistics m and v they match; another batch is shifted otherwise",
    asserted=Case("sqrt(v + e)*(x - m)/sqrt(v + e) + m = x", "they can undo it: y = x"),
    mutant=Case("(v + e)*(x - m)/sqrt(v + e) + m = x", "gamma = v + e undoes it"),
    control=Case("0*(x - m)/sqrt(v + e) + m = m", "gamma = 0 leaves the mean"),
    simulation="covariance",
    derivation="variance",
)


@topic.ran(
    "7.10",
    says="(omission) running statistics",
    kind=Kind.FORMULA,
    rule="running mean and variance after 1 to 20 batches equal PyTorch's to 1e-12",
    source="PyTorch documentation of torch.nn.BatchNorm1d: momentum is the weight of the new value",
    right="the notes leave them out: evaluation uses them instead of the batch's own statistics",
    asserted=Case(
        (lambda old, new: 0.9 * old + 0.1 * new, 1), "0.9 old + 0.1 new, unbiased variance"
    ),
    mutant=Case((lambda old, new: 0.1 * old + 0.9 * new, 1), "0.1 old + 0.9 new"),
    control=Case(
        (lambda old, new: old + 0.1 * (new - old), 1), "a tenth of the way to the new value"
    ),
    simulation="running",
    derivation="running-mean",
)
def running_statistics(asserted: tuple[Callable[[Any, Any], Any], int], run: Run) -> Evidence:
    """Fold 20 batches by hand beside the layer."""
    update, correction = asserted
    layer = torch.nn.BatchNorm1d(4, momentum=0.1, dtype=torch.float64, device=run.device)
    x = torch.randn(20, 10, 4, generator=run.generator("batches"), device=run.device).double()
    x = 2 * x + 5
    mean = torch.zeros(4, dtype=torch.float64, device=run.device)
    variance = torch.ones(4, dtype=torch.float64, device=run.device)
    wrong = 0
    for batch in x:
        layer(batch)
        mean = update(mean, batch.mean(0))
        variance = update(variance, batch.var(0, correction=correction))
        gap = torch.stack([mean - layer.running_mean, variance - layer.running_var])
        wrong += not bool((gap.abs() <= 1e-12).all())
    biased = x[0].var(0, correction=0) * 0.1 + 0.9
    return every(
        [
            enumeration(len(x), wrong, "batches after which the statistics differ"),
            fact(
                bool((biased - (x[0].var(0) * 0.1 + 0.9)).abs().max() > 1e-3),
                "the biased variance would have been told apart",
            ),
        ]
    )
