"""Pooling again, item by item in plain Python."""

import math

from sims.claims import agree
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.pointwise_attention.model import (
    BLUR,
    LENGTH,
    NEUTRAL,
    RELEVANCE,
    deviations,
    directions,
    histories,
    pooled,
    recovered,
    streamed_softmax,
    topic,
    weights,
)


@topic.second_route
def items(run: Run) -> None:
    """Weigh each item by itself, or by its share; then by LayerNorm's mean and deviation."""
    scores = torch.randn(
        2, 5, dtype=torch.float64, device=run.device, generator=run.generator("scores")
    )
    values = torch.randn(
        2, 5, 3, dtype=torch.float64, device=run.device, generator=run.generator("values")
    )

    def weight(method: str, row: list[float]) -> list[float]:
        if method == "softmax":
            return [math.exp(s) / sum(map(math.exp, row)) for s in row]
        sigmoid = [1 / (1 + math.exp(-s)) for s in row]
        return (
            sigmoid if method == "sigmoid" else [s * g for s, g in zip(row, sigmoid, strict=True)]
        )

    for method in ("softmax", "silu", "sigmoid"):
        known = [weight(method, row) for row in scores.tolist()]
        agree(weights(method, scores), known, says=f"{method}'s weights")
        sums = [
            [sum(w * v[k] for w, v in zip(row, vs, strict=True)) for k in range(3)]
            for row, vs in zip(known, values.tolist(), strict=True)
        ]
        length = 1 if method == "softmax" else 4
        out = [[x / length for x in row] for row in sums]
        agree(pooled(method, scores, values, 4), out, says=f"{method}'s sum")
        means = [sum(row) / 3 for row in out]
        spreads = [
            math.sqrt(sum((x - m) ** 2 for x in row) / 3) for row, m in zip(out, means, strict=True)
        ]
        normed = [[(x - m) / s for x in row] for row, m, s in zip(out, means, spreads, strict=True)]
        found = pooled(f"{method}+norm", scores, values, 4)
        agree(found, normed, says=f"{method} behind LayerNorm", tolerance=1e-6)
    streamed = streamed_softmax(scores, values[0], 2)
    agree(streamed, scores.softmax(1) @ values[0], says="softmax in one pass")


@topic.second_route
def repeated(run: Run) -> None:
    """Add up the weights of three copies and of all neutral items, history by history."""
    found = topic.outputs("copies", run, most=3, seeds=4)
    values = directions(run, "histories", 4, 1 + NEUTRAL, 32).tolist()
    blurs = (BLUR * deviations(run, "histories", 4, NEUTRAL)).tolist()
    for method in ("softmax", "silu"):
        signals = []
        for copies in (1, 3):
            total = 0.0
            for (relevant, *neutral), blur in zip(values, blurs, strict=True):
                scores = [RELEVANCE] * copies + blur
                rows = [relevant] * copies + neutral
                whole = sum(map(math.exp, scores))
                weighed = [
                    math.exp(s) / whole if method == "softmax" else s / (1 + math.exp(-s)) / LENGTH
                    for s in scores
                ]
                for weight, row in zip(weighed, rows, strict=True):
                    total += weight * sum(a * b for a, b in zip(row, relevant, strict=True))
            signals.append(total)
        agree(found[method], signals[1] / signals[0], says=f"three copies under {method}")


@topic.second_route
def readouts(run: Run) -> None:
    """Regress counts less their means on outputs less theirs, and score the other half of users."""
    counts, scores, values = (t.cpu().numpy() for t in histories(2, run, "readout", users=40))
    shares = []
    for own, score, value in zip(counts, scores, values, strict=True):
        out = ((score / (1 + np.exp(-score)))[..., None] * value).sum(1)
        slopes = np.linalg.pinv(out[:20] - out[:20].mean(0)) @ (own[:20] - own[:20].mean(0))
        missed = own[20:] - out[20:] @ slopes
        shares.append(1 - missed.var(0).sum() / own[20:].var(0).sum())
    agree(recovered("silu", 2, run, "readout", users=40), shares, says="what a readout explains")


@topic.second_route
def distracted(run: Run) -> None:
    """Add up target and distractors, draw by draw, and take the cosine with the target."""
    found = topic.outputs("noise", run, most=20, seeds=3)
    values = directions(run, "draws 20", 3, 21, 64).cpu().numpy()
    scores = deviations(run, "draws 20", 3, 21).cpu().numpy()
    scores[:, 0] = 5.0
    for method in ("softmax", "silu"):
        weighed = np.exp(scores) if method == "softmax" else scores / (1 + np.exp(-scores))
        sums = np.einsum("sn,snd->sd", weighed, values)
        along = (sums * values[:, 0]).sum(1) / np.linalg.norm(sums, axis=1)
        agree(found[method], along.mean(), says=f"the cosine under {method}")
