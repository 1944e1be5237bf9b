"""Two ways to weight values by scores, and what each makes of copies and of noise."""

import math
from typing import TYPE_CHECKING

from sims.lazy import np, torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("pointwise-attention")


def weights(method: str, scores: "Tensor") -> "Tensor":
    """Return attention weights for scores (..., n): softmax sums to 1, SiLU and sigmoid do not."""
    if method == "softmax":
        return scores.softmax(-1)
    return torch.sigmoid(scores) if method == "sigmoid" else torch.nn.functional.silu(scores)


def pooled(method: str, scores: "Tensor", values: "Tensor", length: int = 1) -> "Tensor":
    """Return the weighted sum of values (..., n, d), over `length` for pointwise weights.

    Leave the length out where what follows does not depend on the output's scale.

    `+norm` at the end of `method` puts HSTU's LayerNorm behind it.
    """
    name, _, norm = method.partition("+")
    out = (weights(name, scores).unsqueeze(-1) * values).sum(-2)
    out = out if name == "softmax" else out / length
    return torch.nn.functional.layer_norm(out, out.shape[-1:], eps=1e-12) if norm else out


def directions(run: Run, stream: str, seeds: int, count: int, width: int) -> "Tensor":
    """Return random unit vectors, shape (seeds, count, width)."""
    shape, generator = (seeds, count, width), run.generator(f"{stream} directions")
    drawn = torch.randn(shape, generator=generator, device=run.device, dtype=torch.float64)
    return torch.nn.functional.normalize(drawn, dim=-1)


def deviations(run: Run, stream: str, *shape: int) -> "Tensor":
    """Return standard normal numbers."""
    generator = run.generator(f"{stream} deviations")
    return torch.randn(shape, generator=generator, device=run.device, dtype=torch.float64)


NEUTRAL, RELEVANCE, LENGTH, BLUR = 20, 2.0, 36, 0.1


def intensity(
    method: str, copies: int, seeds: int, run: Run, stream: str, width: int = 32
) -> "Tensor":
    """Return the projection on a relevant item's value after `copies` of it, shape (seeds,).

    20 neutral items of score near 0 fill the history; the relevant item scores 2.
    """
    relevant, *neutral = directions(run, stream, seeds, 1 + NEUTRAL, width).unbind(1)
    noise = BLUR * deviations(run, stream, seeds, NEUTRAL)
    scores = torch.cat([noise.new_full((seeds, copies), RELEVANCE), noise], 1)
    values = torch.stack([*[relevant] * copies, *neutral], 1)
    return (pooled(method, scores, values, LENGTH) * relevant).sum(1)


def expected_intensity(method: str, copies: int) -> float:
    """Return the expected intensity over neutral directions, for softmax and SiLU.

    Neutral items score 0 here; their spread changes softmax's normalizer by half a percent.
    """
    if method == "silu":
        return copies * RELEVANCE / (1 + math.exp(-RELEVANCE)) / LENGTH
    share = copies * math.exp(RELEVANCE)
    return share / (share + NEUTRAL)


TARGET = 5.0


def faithfulness(
    method: str, distractors: int, seeds: int, run: Run, stream: str, width: int = 64
) -> "Tensor":
    """Return the cosine between output and target among random distractors, shape (seeds,).

    The target scores 5, the distractors N(0, 1); values are random directions.
    """
    values = directions(run, stream, seeds, 1 + distractors, width)
    scores = deviations(run, stream, seeds, 1 + distractors)
    scores[:, 0] = TARGET
    out = pooled(method, scores, values)
    return torch.nn.functional.cosine_similarity(out, values[:, 0], dim=1)


def expected_faithfulness(method: str, distractors: int) -> float:
    """Return the cosine if values are orthogonal and sums over distractors their expectation.

    For softmax weights E exp(2z) = e^2; for SiLU E silu(z)^2 comes from quadrature.
    """
    at, chances = np.polynomial.hermite_e.hermegauss(80)
    scores = torch.from_numpy(np.append(at, TARGET))
    squares = (weights("silu", scores) if method == "silu" else scores.exp()).square().numpy()
    noise = distractors * squares[:-1] @ chances / chances.sum()
    return float((squares[-1] / (squares[-1] + noise)) ** 0.5)


def streamed_softmax(scores: "Tensor", values: "Tensor", tile: int) -> "Tensor":
    """Return softmax attention in one pass over tiles, keeping a maximum and a sum for each row.

    `scores` has shape (rows, n), `values` (n, d). Milakov & Gimelshein 2018, algorithm 3.
    """
    top = scores.new_full((len(scores), 1), -torch.inf)
    total = scores.new_zeros(len(scores), 1)
    out = scores.new_zeros(len(scores), values.shape[1])
    for start in range(0, scores.shape[1], tile):
        part = scores[:, start : start + tile]
        higher = torch.maximum(top, part.amax(1, keepdim=True))
        fade, fresh = (top - higher).exp(), (part - higher).exp()
        total = total * fade + fresh.sum(1, keepdim=True)
        out = out * fade + fresh @ values[start : start + tile]
        top = higher
    return out / total


INTERESTS, MOST = 4, 10


def histories(
    seeds: int, run: Run, stream: str, users: int = 300, width: int = 16
) -> "tuple[Tensor, Tensor, Tensor]":
    """Return counts (seeds, users, 4), scores (seeds, users, 40) and values (..., 40, width).

    Each user has 1 to 10 items of each of four interests: scores near 1, values near the interest's
    direction. The places left of each ten score -30, which leaves them no weight.
    """
    shape, generator = (seeds, users, INTERESTS, 1), run.generator(stream)
    counts = torch.randint(1, MOST + 1, shape, generator=generator, device=run.device)
    absent = torch.arange(MOST, device=run.device) >= counts
    own = directions(run, stream, seeds, INTERESTS, width)[:, None, :, None]
    values = own + 0.05 * deviations(run, f"{stream} values", *absent.shape, width)
    scores = 1.0 + 0.2 * deviations(run, f"{stream} scores", *absent.shape)
    scores = scores.masked_fill(absent, -30.0)
    return counts.squeeze(3).double(), scores.flatten(2), values.flatten(2, 3)


def recovered(method: str, seeds: int, run: Run, stream: str, users: int = 300) -> "Tensor":
    """Return the share of the counts' variance that a linear readout explains, shape (seeds,).

    The readout is fitted on half the users and scored on the rest.
    """
    counts, scores, values = histories(seeds, run, stream, users)
    out = pooled(method, scores, values)
    features = torch.cat([out, torch.ones_like(out[..., :1])], -1)
    (fitted, held), (known, asked) = features.chunk(2, 1), counts.chunk(2, 1)
    residual = asked - held @ torch.linalg.lstsq(fitted, known).solution
    share: Tensor = 1 - residual.var(1).sum(1) / asked.var(1).sum(1)
    return share
