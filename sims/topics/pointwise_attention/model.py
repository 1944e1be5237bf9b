"""Two ways to weight values by scores, and what each makes of copies and of noise."""

from typing import TYPE_CHECKING

from sims.lazy import torch
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


def pooled(method: str, scores: "Tensor", values: "Tensor", length: int) -> "Tensor":
    """Return the weighted sum of values (..., n, d), over ``length`` for pointwise weights.

    ``+norm`` at the end of ``method`` puts HSTU's LayerNorm behind it.
    """
    name, _, norm = method.partition("+")
    out = (weights(name, scores).unsqueeze(-1) * values).sum(-2)
    out = out if name == "softmax" else out / length
    return torch.nn.functional.layer_norm(out, out.shape[-1:], eps=1e-12) if norm else out


def intensity(method: str, copies: int, seeds: int, run: Run, stream: str) -> "Tensor":
    """Return the projection on a relevant item's value after ``copies`` of it, shape (seeds,).

    20 neutral items of score near 0 fill the history; the relevant item scores 2; width 32.
    """
    generator = run.generator(stream)

    def normal(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator, device=run.device, dtype=torch.float64)

    relevant = torch.nn.functional.normalize(normal(seeds, 1, 32), dim=-1)
    neutral = torch.nn.functional.normalize(normal(seeds, 20, 32), dim=-1)
    noise = 0.1 * normal(seeds, 20)
    scores = torch.cat([noise.new_full((seeds, copies), 2.0), noise], 1)
    values = torch.cat([relevant.expand(-1, copies, -1), neutral], 1)
    out = pooled(method, scores, values, 36)
    return (out * relevant[:, 0]).sum(-1)


def faithfulness(method: str, distractors: int, seeds: int, run: Run, stream: str) -> "Tensor":
    """Return the cosine between output and target among random distractors, shape (seeds,).

    The target scores 5, the distractors N(0, 1); values are random directions of width 64.
    """
    generator = run.generator(stream)

    def normal(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator, device=run.device, dtype=torch.float64)

    values = torch.nn.functional.normalize(normal(seeds, distractors + 1, 64), dim=-1)
    scores = normal(seeds, distractors + 1)
    scores[:, 0] = 5.0
    out = pooled(method, scores, values, distractors + 1)
    return torch.nn.functional.cosine_similarity(out, values[:, 0], dim=-1)


def streamed_softmax(scores: "Tensor", values: "Tensor", tile: int) -> "Tensor":
    """Return softmax attention in one pass over tiles, keeping a maximum and a sum for each row.

    ``scores`` has shape (rows, n), ``values`` (n, d). Milakov & Gimelshein 2018, algorithm 3.
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


def recovered(method: str, seeds: int, run: Run, stream: str, users: int = 300) -> "Tensor":
    """Return how much of the interests' counts a linear readout finds, R^2, shape (seeds,).

    Each user has four interests with 0 to 9 items each; the readout is fitted on half the users
    and scored on the rest.
    """
    generator = run.generator(stream)

    def normal(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator, device=run.device, dtype=torch.float64)

    counts = torch.randint(
        0, 10, (seeds, users, 4), generator=generator, device=run.device
    ).double()
    counts[..., 0] += 1
    slots = torch.arange(40, device=run.device)
    interest = slots // 10
    present = slots % 10 < counts[..., interest]
    directions = torch.nn.functional.normalize(normal(seeds, 4, 16), dim=-1)
    values = directions[:, None, interest] + 0.05 * normal(seeds, users, 40, 16)
    scores = (1 + 0.2 * normal(seeds, users, 40)).masked_fill(~present, -30.0)
    out = pooled(method, scores, values, 40)
    features = torch.cat([out, torch.ones_like(out[..., :1])], -1)
    half = users // 2
    readout = torch.linalg.lstsq(features[:, :half], counts[:, :half]).solution
    residual = counts[:, half:] - features[:, half:] @ readout
    spread = counts[:, half:] - counts[:, half:].mean(1, keepdim=True)
    score: Tensor = 1 - residual.square().sum((1, 2)) / spread.square().sum((1, 2))
    return score
