"""What forward and reverse KL look like: a normal fitted to two modes, and a family's two fits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sims.lazy import mpmath, np, torch
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.mle_kl.model import forward_kl, reverse_kl, smallest, tilted, topic

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Modes:
    """A mixture of two unit normals, and gradient descent on a normal's mean and deviation."""

    distance: float = parameter(6.0, 0.0, 10.0, "distance between the two modes")
    weight: float = parameter(0.6, 0.05, 0.95, "share of the right mode")
    steps: int = parameter(400, 50, 2000, "gradient steps")
    seeds: int = parameter(20, 2, 200, "starting points")


def log_normal(x: "Tensor", mean: "Tensor", deviation: "Tensor") -> "Tensor":
    """Return the log-density at x, shape (points,), of each normal: (normals, points)."""
    z = (x - mean[:, None]) / deviation[:, None]
    return -(z**2) / 2 - deviation[:, None].log() - 0.5 * float(np.log(2 * np.pi))


@topic.simulation(
    "two-modes",
    Modes,
    units={"nats": "forward_kl reverse_kl"},
    says="A normal fitted to two modes by forward and reverse KL",
)
def two_modes(parameters: Modes, run: Run) -> Iterator[Frame]:
    """Descend both divergences from many starts at once, integrating on a grid.

    Forward KL (maximum likelihood) covers both modes with the mixture's moments; reverse KL
    settles on one mode, which one depends on the start.
    """
    options: dict[str, Any] = {"device": run.device, "dtype": torch.float64}
    x = torch.linspace(-14, 14, 561, **options)
    width = float(x[1] - x[0])
    half, right = parameters.distance / 2, parameters.weight
    centres, ones = torch.tensor([-half, half], **options), torch.ones(2, **options)
    shares = torch.tensor([1 - right, right], **options)
    log_p = torch.logsumexp(log_normal(x, centres, ones) + shares.log()[:, None], 0)
    start = torch.randn(parameters.seeds, generator=run.generator("starts"), **options) * (half + 1)
    fits = {name: [start.clone(), torch.zeros_like(start)] for name in ("forward", "reverse")}
    values: dict[str, Tensor] = {}
    for step in range(1, parameters.steps + 1):
        for name, state in fits.items():
            mean, log_deviation = (value.requires_grad_() for value in state)
            log_q = log_normal(x, mean, log_deviation.exp())
            inner = (
                log_p.exp() * (log_p - log_q)
                if name == "forward"
                else log_q.exp() * (log_q - log_p)
            )
            values[name] = inner.sum(-1) * width
            slopes = torch.autograd.grad(values[name].sum(), state)
            # Both divergences have curvature 1/variance in the mean: scale its step by it.
            scales = (log_deviation.detach().exp() ** 2, torch.full_like(mean, 0.5))
            fits[name] = [
                (value - 0.1 * scale * slope.clamp(-5, 5)).detach()
                for value, scale, slope in zip(state, scales, slopes, strict=True)
            ]
        if step % 20 == 0 or step == parameters.steps:
            yield modes_frame(parameters, step, x, log_p, fits, values)


def modes_frame(
    parameters: Modes,
    step: int,
    x: "Tensor",
    log_p: "Tensor",
    fits: "dict[str, list[Tensor]]",
    values: "dict[str, Tensor]",
) -> Frame:
    """Draw the target and the best fit of each divergence."""
    thin = slice(None, None, 5)
    at = x[thin].tolist()
    series = [Series("two modes", at, log_p.exp()[thin].tolist())]
    outputs: dict[str, float] = {}
    for name, (mean, log_deviation) in fits.items():
        best = int(values[name].argmin())
        m, s = mean[best : best + 1], log_deviation[best : best + 1].exp()
        series.append(Series(f"fit by {name} KL", at, log_normal(x, m, s).exp()[0, thin].tolist()))
        outputs |= {
            f"{name}_mean": float(m),
            f"{name}_deviation": float(s),
            f"{name}_kl": float(values[name][best].detach()),
        }
    right = (fits["reverse"][0] > 0).double().mean()
    outputs["reverse_right"] = float(right)
    return Frame(
        progress=step / parameters.steps,
        series=tuple(series),
        outputs=outputs,
        says=f"step {step}: {float(right):.0%} of the reverse fits sit on the right mode",
        x_label="x",
        y_label="density",
    )


def distance(divergence: Callable[..., Any], p: list[Any], t: Any) -> Any:
    """Return a divergence between p and the family's member t."""
    return divergence(p, tilted(t))


@dataclass(frozen=True)
class Frequencies:
    """Observed frequencies of three outcomes; what is left goes to the third."""

    first: float = parameter(0.5, 0.05, 0.9, "frequency of the first outcome")
    second: float = parameter(0.4, 0.05, 0.9, "frequency of the second, as a share of the rest")


@topic.simulation(
    "family",
    Frequencies,
    units={"nats": "forward_kl reverse_kl"},
    says="Both divergences over the family softmax(t, 0, -t)",
)
def family(parameters: Frequencies, run: Run) -> Iterator[Frame]:
    """Draw both divergences over t: their lowest points differ; the forward one is the MLE."""
    rest = 1 - parameters.first
    observed = [parameters.first, rest * parameters.second, rest * (1 - parameters.second)]
    p = [mpmath.mpf(value) for value in observed]
    t = np.linspace(-2, 3, 101)
    series, outputs = [], {}
    for divergence in (forward_kl, reverse_kl):
        name = divergence.__name__.removesuffix("_kl")
        best = smallest(partial(distance, divergence, p), mpmath.mpf(-8), mpmath.mpf(8))
        series.append(
            Series(f"{name} KL", t.tolist(), [float(divergence(p, tilted(x))) for x in t])
        )
        outputs[f"{name}_t"] = float(best)
        outputs[f"{name}_kl"] = float(divergence(p, tilted(best)))
    yield Frame(
        series=tuple(series),
        outputs=outputs,
        says=f"forward KL (the MLE) at t = {outputs['forward_t']:.3f}, "
        f"reverse at t = {outputs['reverse_t']:.3f}",
        x_label="t",
        y_label="divergence in nats",
    )
