"""The claims of the notes on what normalizing does, decided by algebra and counting."""

from typing import TYPE_CHECKING, Any

from sims.claims import (
    POINTS,
    Case,
    Evidence,
    EvidenceKind,
    Kind,
    Verdict,
    enumeration,
    every,
    identity,
    is_zero,
    statement,
)
from sims.lazy import sympy, torch
from sims.run import Run
from sims.topics.pointwise_attention.model import pooled, streamed_softmax, topic, weights

if TYPE_CHECKING:
    from torch import Tensor

HSTU = "Zhai et al. 2024"


def symbolic_weights(method: str, s: list[Any]) -> list[Any]:
    """Return the weights of symbolic scores."""
    if method == "softmax":
        return [sympy.exp(x) / sum(map(sympy.exp, s)) for x in s]
    logistic = [1 / (1 + sympy.exp(-x)) for x in s]
    return logistic if method == "sigmoid" else [x * w for x, w in zip(s, logistic, strict=True)]


def derivatives(outputs: "Tensor", inputs: "Tensor") -> "Tensor":
    """Return d output_i / d input_j of each row, shape (rows, outputs, inputs)."""
    rows = [
        torch.autograd.grad(column.sum(), inputs, retain_graph=True)[0]
        for column in outputs.unbind(1)
    ]
    return torch.stack(rows, 1)


@topic.claim(
    "4.1",
    says="restrictive, zero-sum Softmax function",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED_FOR_SIZES,
    scope="n = 2, 3, 4",
    expected=Verdict.AGREES,
    rule="changes of the weights add up to the asserted total and the others' change is the "
    "product of both weights with the asserted sign, over the temperature: symbolically for n = 2, "
    "3, 4 and at 50 points by autograd",
    right="constant-sum, strictly speaking: the weights sum to 1",
    asserted=Case((0, -1, 1), "what one weight gains the others lose"),
    mutant=Case((0, 1, 1), "raising one score can raise another's weight"),
    control=Case((0, -1, 2), "so at temperature 2, where each change is half the product"),
)
def zero_sum(asserted: tuple[int, int, int], run: Run) -> Evidence:
    """Differentiate the weights at a temperature by each score."""
    total, direction, temperature = asserted
    sign = sympy.Rational(direction, temperature)
    proved = []
    for n in (2, 3, 4):
        s = list(sympy.symbols(f"s1:{n + 1}", real=True))
        p = symbolic_weights("softmax", [score / temperature for score in s])
        proved.append(is_zero(sum(sympy.diff(w, s[0]) for w in p) - total))
        proved.append(is_zero(sympy.diff(p[1], s[0]) - sign * p[0] * p[1]))
    scores = torch.randn(POINTS, 6, generator=run.generator("scores"), device=run.device).double()
    scores.requires_grad_()
    weight = (scores / temperature).softmax(-1)
    jacobians = derivatives(weight, scores)
    off = (jacobians - float(sign) * weight[:, :, None] * weight[:, None]).abs().detach()
    off = off * (1 - torch.eye(6, dtype=torch.float64, device=run.device))
    errors = torch.maximum((jacobians.sum(1) - total).abs().amax(1), off.amax((1, 2)))
    return identity(proved, errors.cpu(), "changes of the weights")


@topic.claim(
    "4.2",
    says="independent intensity scoring system for each sequence element",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED_FOR_SIZES,
    scope="three scores",
    expected=Verdict.CONDITIONAL,
    rule="mixed second derivatives of the output by two scores vanish: symbolically for three "
    "scores, and below 1e-10 at 50 points by autograd",
    source=HSTU,
    right="before the LayerNorm that HSTU puts behind the sum; it couples all elements again",
    statement="{}",
    inside=Case("silu", "in the weighted sum itself"),
    outside=Case("silu+norm", "in the layer's output, after LayerNorm"),
    mutant=Case("softmax", "under softmax"),
    control=Case("sigmoid", "with sigmoid weights"),
)
def independence(asserted: str, run: Run) -> Evidence:
    """Differentiate by one score, then by another."""
    name, _, norm = asserted.partition("+")
    s, v = list(sympy.symbols("s1:4", real=True)), [(1, 0), (2, 1), (-1, 3)]
    w = symbolic_weights(name, s)
    out = [sum(a * value[axis] for a, value in zip(w, v, strict=True)) for axis in (0, 1)]
    if norm:
        # LayerNorm of two features: half their difference over its absolute value, smoothed.
        half = (out[0] - out[1]) / 2
        out = [half / sympy.sqrt(half**2 + sympy.Rational(1, 10**5))]
    proved = is_zero(sympy.diff(out[0], s[0], s[1]))
    generator = run.generator("points")
    scores = torch.randn(POINTS, 5, generator=generator, device=run.device).double()
    values = torch.randn(5, 4, generator=generator, device=run.device).double()
    scores.requires_grad_()
    first = pooled(asserted, scores, values, 5)[:, 0]
    (slopes,) = torch.autograd.grad(first.sum(), scores, create_graph=True)
    coupling = derivatives(slopes, scores).abs()
    errors = (coupling * (1 - torch.eye(5, device=run.device))).amax((1, 2)).cpu()
    return identity([proved], errors, f"coupling of the scores under {asserted}")


@topic.claim(
    "4.3",
    says="By removing the global normalization constraint",
    kind=Kind.FORMULA,
    by=EvidenceKind.AGREES,
    scope="50 matrices of scores",
    expected=Verdict.FAILS,
    rule="raising one score changes a weight elsewhere in the asserted scope, in each of 50 "
    "matrices of scores, at every place",
    source=HSTU,
    right="softmax normalizes each query's row by itself; HSTU keeps a factor 1/N and a LayerNorm",
    asserted=Case(("softmax", "other rows"), "softmax couples the rows of all queries"),
    mutant=Case(("silu", "other rows"), "SiLU couples the rows of all queries"),
    control=Case(("softmax", "same row"), "softmax couples the scores of one query"),
)
def scope(asserted: tuple[str, str], run: Run) -> Evidence:
    """Raise a score and look where weights move."""
    method, where = asserted
    scores = torch.randn(
        POINTS, 4, 5, generator=run.generator("scores"), device=run.device
    ).double()
    before = weights(method, scores)
    cases = wrong = 0
    for row in range(4):
        for column in range(5):
            raised = scores.clone()
            raised[:, row, column] += 1
            moved = (weights(method, raised) - before).abs() > 1e-12
            elsewhere = moved.clone()
            elsewhere[:, row, column] = False
            in_row = elsewhere[:, row].flatten(1).any(1)
            elsewhere[:, row] = False
            found = in_row if where == "same row" else elsewhere.flatten(1).any(1)
            cases += POINTS
            wrong += int((~found).sum())
    return enumeration(cases, wrong, f"places from which {method} does not reach the {where}")


@topic.claim(
    "4.5",
    says="This shift enables massive computational efficiency",
    kind=Kind.STRUCTURAL,
    by=EvidenceKind.SIMULATED,
    expected=Verdict.FAILS,
    rule="operations with softmax over operations with SiLU are at least the asserted ratio, for "
    "widths 32 to 256 and an exponential of 5, 10 or 20 operations",
    source=HSTU,
    right="the two matrix products, 4 n^2 d operations, are the same and dominate; HSTU's speed "
    "comes from fused kernels, fewer linear layers and shorter sequences",
    assumptions=(
        "products cost 4 d operations for each pair, softmax an exponential and 4 more, SiLU an "
        "exponential and 3 more",
        "memory traffic left out: one-pass kernels need no extra trip for softmax",
    ),
    asserted=Case(2.0, "softmax costs at least twice as much"),
    mutant=Case(10.0, "softmax costs at least ten times as much"),
    control=Case(1.0, "softmax costs more"),
)
def operations(asserted: float, run: Run) -> Evidence:
    """Count operations for each pair of query and key."""
    ratios = [
        (4 * width + exponential + 4) / (4 * width + exponential + 3)
        for width in (32, 64, 128, 256)
        for exponential in (5, 10, 20)
    ]
    wrong = sum(ratio < asserted for ratio in ratios)
    return every(
        [
            enumeration(len(ratios), wrong, "settings with a smaller ratio"),
            statement(wrong == 0, f"ratios {min(ratios):.4f} to {max(ratios):.4f}", max(ratios)),
        ]
    )


@topic.claim(
    "4.6",
    says="eliminating global synchronization bottlenecks",
    kind=Kind.STRUCTURAL,
    by=EvidenceKind.AGREES,
    scope="50 matrices of scores",
    expected=Verdict.FAILS,
    rule="one pass over tiles with a running maximum and sum equals (or not, as asserted) the full "
    "softmax to 1e-12, for 50 random matrices with the asserted spread of scores",
    source="Milakov & Gimelshein 2018, algorithm 3",
    right="a running (maximum, sum) for each row suffices: no pass over the row comes first",
    asserted=Case((1.0, False), "one pass cannot give softmax: the row must be known first"),
    mutant=Case((1000.0, False), "nor for scores whose exponentials overflow"),
    control=Case((1.0, True), "one pass gives softmax"),
)
def one_pass(asserted: tuple[float, bool], run: Run) -> Evidence:
    """Stream the keys through in tiles of 3 and compare."""
    spread, equal = asserted
    wrong = 0
    for seed in range(POINTS):
        generator = run.generator(f"matrix {seed}")
        scores = spread * torch.randn(4, 17, generator=generator, device=run.device).double()
        values = torch.randn(17, 3, generator=generator, device=run.device).double()
        gap = (streamed_softmax(scores, values, 3) - scores.softmax(-1) @ values).abs().max()
        wrong += bool(gap < 1e-12) != equal
    return enumeration(POINTS, wrong, "matrices that contradict it")


topic.documented(
    "4.7",
    says="scaling of trillion-parameter generative recommenders",
    verdict=Verdict.HOLDS,
    source=HSTU + " report 1.5 trillion parameters; that the attention caused it is not shown",
    kind=Kind.NUMERIC,
)
topic.documented(
    "4.8",
    says="It is used in HSTUs",
    verdict=Verdict.HOLDS,
    source=HSTU + ": Hierarchical Sequential Transduction Units",
)
topic.documented(
    "4.9",
    says="hardware-friendly, parallelizable intensity-matching problem",
    verdict=Verdict.QUIZ,
    source="a characterisation",
)
topic.documented(
    "4.10",
    says="rather than a traditional, competitive classification task",
    verdict=Verdict.FAILS,
    source=HSTU + ": retrieval is trained by next-item classification with sampled softmax",
    right="softmax leaves the attention, not the training loss",
)
