"""The claims of the notes on what normalizing does, decided by algebra and counting."""

import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from sims.claims import (
    POINTS,
    Case,
    Evidence,
    Kind,
    Verdict,
    enumeration,
    experiment,
    identity,
    is_zero,
)
from sims.lazy import np, sympy, torch
from sims.run import Run
from sims.topics.pointwise_attention.model import pooled, streamed_softmax, topic, weights

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

HSTU = "Zhai et al. 2024"


def symbolic_weights(method: str, s: list[Any]) -> list[Any]:
    """Return the weights of symbolic scores."""
    if method == "softmax":
        return [sympy.exp(x) / sum(map(sympy.exp, s)) for x in s]
    logistic = [1 / (1 + sympy.exp(-x)) for x in s]
    return logistic if method == "sigmoid" else [x * w for x, w in zip(s, logistic, strict=True)]


def two_and_the_rest(method: str, temperature: int = 1) -> tuple[Any, tuple[Any, Any, Any]]:
    """Return the first score, and the weights of it, of another one and of all others together.

    The others, however many, enter softmax through the sum R of their exponentials alone.
    """
    s, t = sympy.symbols("s t", real=True)
    rest = sympy.Symbol("R", positive=True)
    if method != "softmax":
        return s, (*symbolic_weights(method, [s, t]), rest)
    first, second = sympy.exp(s / temperature), sympy.exp(t / temperature)
    total = first + second + rest
    return s, (first / total, second / total, rest / total)


def derivatives(outputs: "Tensor", inputs: "Tensor") -> "Tensor":
    """Return d output_i / d input_j of each row, shape (rows, outputs, inputs)."""
    rows = [
        torch.autograd.grad(column.sum(), inputs, retain_graph=True)[0]
        for column in outputs.unbind(1)
    ]
    return torch.stack(rows, 1)


@topic.proved(
    "4.1",
    says="restrictive, zero-sum Softmax function",
    rule="changes of the weights add up to 0, and another weight's change is the asserted "
    "function of both weights and of their number, over the temperature: symbolically for "
    "two scores beside any number of others, and at 50 points by autograd",
    right="constant-sum, strictly speaking: the weights sum to 1",
    asserted=Case(
        (lambda p, q, n: -p * q, 1), "what one weight gains the others lose, each in proportion"
    ),
    mutant=Case(
        (lambda p, q, n: -p * (1 - p) / (n - 1), 1), "the others lose it in equal parts, all alike"
    ),
    control=Case(
        (lambda p, q, n: -p * q, 2), "so at temperature 2, where each change is half the product"
    ),
    simulation="copies",
    derivation="copies",
)
def zero_sum(asserted: tuple[Callable[[Any, Any, Any], Any], int], run: Run) -> Evidence:
    """Differentiate the weights at a temperature by each score."""
    lost, temperature = asserted
    n = sympy.Symbol("n", positive=True)
    s, (first, second, rest) = two_and_the_rest("softmax", temperature)
    changes = [sympy.diff(weight, s) for weight in (first, second, rest)]
    proved = [is_zero(sum(changes)), is_zero(changes[1] - lost(first, second, n) / temperature)]
    scores = torch.randn(POINTS, 6, generator=run.generator("scores"), device=run.device).double()
    scores.requires_grad_()
    weight = (scores / temperature).softmax(-1)
    jacobians = derivatives(weight, scores)  # weight i by score j: j is raised, i loses
    raised, losing = weight[:, None].expand_as(jacobians), weight[:, :, None].expand_as(jacobians)
    off = (jacobians - lost(raised, losing, 6) / temperature).abs().detach()
    off = off * (1 - torch.eye(6, dtype=torch.float64, device=run.device))
    errors = torch.maximum(jacobians.sum(1).abs().amax(1), off.amax((1, 2))).detach()
    return identity(proved, errors.cpu(), "changes of the weights")


@topic.proved(
    "4.2",
    says="independent intensity scoring system for each sequence element",
    rule="mixed second derivatives of the output by two scores vanish: symbolically for two scores "
    "beside any number of others, and below 1e-10 at 50 points by autograd",
    source=HSTU,
    right="so it is in the sum; HSTU's LayerNorm behind it couples all elements again, and softmax "
    "does so at once",
    mutant=Case("silu+norm", "so it does in the output of HSTU's layer, behind its LayerNorm"),
    control=Case("sigmoid", "so it does with sigmoid weights"),
    asserted=Case("silu", "in the weighted sum each element counts by its own score alone"),
    assumptions=("LayerNorm over two features in the symbolic part",),
    simulation="copies",
)
def independence(asserted: str, run: Run) -> Evidence:
    """Differentiate by one score, then by another."""
    name, _, norm = asserted.partition("+")
    s, w = two_and_the_rest(name)
    t = sympy.Symbol("t", real=True)
    features = [sympy.symbols(f"{v}1:4", real=True) for v in "xy"]  # two, of three values each
    out = [sum(a * b for a, b in zip(w, feature, strict=True)) for feature in features]
    if norm:
        # LayerNorm of two features: half their difference over its absolute value, smoothed.
        half = (out[0] - out[1]) / 2
        out = [half / sympy.sqrt(half**2 + sympy.Rational(1, 10**5))]
    proved = is_zero(sympy.diff(out[0], s, t))
    generator = run.generator("points")
    scores = torch.randn(POINTS, 5, generator=generator, device=run.device).double()
    values = torch.randn(5, 4, generator=generator, device=run.device).double()
    scores.requires_grad_()
    first = pooled(asserted, scores, values, 5)[:, 0]
    (slopes,) = torch.autograd.grad(first.sum(), scores, create_graph=True)
    coupling = derivatives(slopes, scores).abs()
    errors = (coupling * (1 - torch.eye(5, device=run.device))).amax((1, 2)).cpu()
    return identity([proved], errors, f"coupling of the scores under {asserted}")


@topic.agrees(
    "4.3",
    says="By removing the global normalization constraint",
    scope="50 matrices of scores",
    expected=Verdict.FAILS,
    rule="raising one score changes a weight elsewhere in the asserted scope, in each of 50 "
    "matrices of scores, at every place",
    source=HSTU,
    right="softmax normalizes each query's row by itself; HSTU keeps a factor 1/N and a LayerNorm",
    asserted=Case(("softmax", "other rows"), "softmax couples the rows of all queries"),
    mutant=Case(("silu", "other rows"), "SiLU couples the rows of all queries"),
    control=Case(("softmax", "same row"), "softmax couples the scores of one query"),
    simulation="copies",
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


LENGTH, WIDTH, HEADS, TIMED = 512, 64, 4, 9
"""Tokens, width of a head, heads, and how often each kind of attention is timed in a round."""


@topic.ran(
    "4.5",
    says="This shift enables massive computational efficiency",
    expected=Verdict.FAILS,
    rule="time of softmax attention over that of SiLU attention on the same 512 tokens, medians "
    "of 9 taken in turn: the ratio less the asserted one, 20 rounds, two looks; 'massive' is twice "
    "as fast at least",
    source=HSTU,
    right="the two matrix products are the same and dominate; HSTU's speed comes from fused "
    "kernels, fewer linear layers and shorter sequences",
    assumptions=(
        "torch's own kernels on this machine, in float32, the weights in memory",
        "not tested: kernels that fuse all of it, on a GPU",
    ),
    asserted=Case(2.0, "attention with softmax takes at least twice as long"),
    mutant=Case(1.5, "attention with softmax takes half as long again at least"),
    control=Case(0.3, "attention with softmax takes at least three tenths of the time"),
    simulation="copies",
    derivation="streaming",
)
def efficiency(asserted: float, run: Run) -> Evidence:
    """Time both kinds of attention in turn."""

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        return np.array([time_ratio(offset + i, run) for i in range(count)]) - asserted

    return experiment(sample, margin=0.0, says=f"time of softmax over SiLU, less {asserted:g}")


@cache
def time_ratio(round_number: int, run: Run) -> float:
    """Return the median time of softmax attention over that of SiLU attention."""
    generator = run.generator(f"timed {round_number}")
    shape = (3, HEADS, LENGTH, WIDTH)
    queries, keys, values = torch.randn(shape, generator=generator, device=run.device)
    times: dict[str, list[float]] = {"softmax": [], "silu": []}
    for _ in range(TIMED):
        for method, taken in times.items():
            started = time.perf_counter()
            out = weights(method, queries @ keys.mT / WIDTH**0.5) @ values
            out.sum().item()
            taken.append(time.perf_counter() - started)
    return float(np.median(times["softmax"]) / np.median(times["silu"]))


@topic.agrees(
    "4.6",
    says="eliminating global synchronization bottlenecks",
    kind=Kind.STRUCTURAL,
    scope="50 matrices of scores",
    expected=Verdict.FAILS,
    rule="one pass over tiles with a running maximum and sum equals (or not, as asserted) the full "
    "softmax to 1e-12, for 50 random matrices with the asserted spread of scores",
    source="Milakov & Gimelshein 2018, algorithm 3",
    right="a running (maximum, sum) for each row suffices: no pass over the row comes first",
    asserted=Case((1.0, False), "one pass cannot give softmax: the row must be known first"),
    mutant=Case((1000.0, False), "nor for scores whose exponentials overflow"),
    control=Case((1.0, True), "one pass gives softmax"),
    simulation="copies",
    derivation="streaming",
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
    "scaling of trillion-parameter generative recommenders",
    HSTU + " report 1.5 trillion parameters; that the attention caused it is not shown",
    kind=Kind.NUMERIC,
)
topic.documented(
    "4.8", "It is used in HSTUs", HSTU + ": Hierarchical Sequential Transduction Units"
)
topic.documented(
    "4.9",
    "hardware-friendly, parallelizable intensity-matching problem",
    "a characterisation",
    Verdict.QUIZ,
)
topic.documented(
    "4.10",
    "rather than a traditional, competitive classification task",
    HSTU + ": retrieval is trained by next-item classification with sampled softmax",
    Verdict.FAILS,
    "softmax leaves the attention, not the training loss",
)
