"""Small exact models of the stages: coding with a model, tabular policies, preferences."""

import math
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sims.lazy import np, scipy, torch
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

topic = Topic("training-stages")

PRE_TRAINING, CONTEXT, POST_TRAINING = 2664.0, 119.0, 5.0
"""Thousands of H800 hours of DeepSeek-V3 (technical report, table 1)."""


# --- Pre-training: a bigram model, and coding with it --------------------------------------------


def bigram(text: str) -> dict[str, dict[str, Fraction]]:
    """Return frequencies of the next character, exact; the start is `""`."""
    counts: dict[str, Counter[str]] = {a: Counter() for a in ["", *sorted(set(text))]}
    for a, b in zip(["", *text], text, strict=False):
        counts[a][b] += 1
    return {a: {b: Fraction(n, sum(c.values())) for b, n in c.items()} for a, c in counts.items()}


def arithmetic_code(text: str, model: dict[str, dict[str, Fraction]]) -> tuple[int, int]:
    """Return (number, bits): the binary fraction number / 2^bits lies in the text's interval."""
    low, width, before = Fraction(0), Fraction(1), ""
    for letter in text:
        below = sum((p for b, p in model[before].items() if b < letter), Fraction(0))
        low, width, before = low + width * below, width * model[before][letter], letter
    bits = int(1 / width).bit_length() + 1
    return math.ceil(low * 2**bits), bits


def arithmetic_decode(
    number: int, bits: int, length: int, model: dict[str, dict[str, Fraction]]
) -> str:
    """Return the text of `length` letters whose interval holds number / 2^bits."""
    at, before, text = Fraction(number, 2**bits), "", ""
    for _ in range(length):
        for letter in sorted(model[before]):
            p = model[before][letter]
            if at < p:
                at, before, text = at / p, letter, text + letter
                break
            at -= p
    return text


def negative_log2(text: str, model: dict[str, dict[str, Fraction]]) -> float:
    """Return -sum log2 p(letter | letter before), in bits."""
    pairs = zip(["", *text], text, strict=False)
    return -sum(math.log2(model[a][b]) for a, b in pairs)


def likeliest(length: int, model: dict[str, dict[str, Fraction]]) -> str:
    """Return what the weights alone give back: the likeliest next letter, again and again."""
    text = ""
    for _ in range(length):
        row = model[text[-1:]]
        text += max(row, key=lambda letter: (row[letter], letter))
    return text


# --- Preferences and rewards ----------------------------------------------------------------------


def kl_regularised_optimum(reference: Any, rewards: Any, beta: float) -> "NDArray[np.float64]":
    """Return argmax of E[r] - beta KL(pi || reference): reference exp(r / beta), normalized."""
    optimum: NDArray[np.float64] = scipy.special.softmax(np.log(reference) + rewards / beta)
    return optimum


LBFGS: dict[str, Any] = {
    "max_iter": 500,
    "tolerance_grad": 1e-14,
    "tolerance_change": 1e-18,
    "history_size": 50,
    "line_search_fn": "strong_wolfe",
}


def dpo_optimum(
    reference: Any, rewards: Any, beta: float, rounds: int = 5
) -> "NDArray[np.float64]":
    """Return the policy that minimises the DPO loss on infinitely many Bradley-Terry pairs.

    The loss is fitted by L-BFGS in float64 on all pairs, weighted by how often each is preferred.
    """
    r = torch.as_tensor(np.asarray(rewards), dtype=torch.float64)
    log_reference = torch.as_tensor(np.log(reference), dtype=torch.float64)
    preferred = torch.sigmoid(r[:, None] - r[None, :])
    logits = torch.zeros(len(r), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([logits], **LBFGS)

    def closure() -> "Tensor":
        optimizer.zero_grad()
        implied = beta * (logits.log_softmax(0) - log_reference)
        gaps = implied[:, None] - implied[None, :]
        loss: Tensor = -(preferred * torch.nn.functional.logsigmoid(gaps)).sum()
        torch.autograd.backward(loss)
        return loss

    minimise: Any = optimizer.step
    for _ in range(rounds):
        minimise(closure)
    probabilities: NDArray[np.float64] = logits.softmax(0).detach().numpy()
    return probabilities


def bradley_terry(wins: Any, steps: int = 2000) -> "NDArray[np.float64]":
    """Return maximum-likelihood log strengths with mean 0 from win counts, by Hunter's MM.

    `wins[..., i, j]` counts how often i beat j (Hunter 2004, equation 3).
    """
    wins = np.asarray(wins, dtype=float)
    games, won = wins + wins.swapaxes(-1, -2), wins.sum(-1)
    strength = np.ones(wins.shape[:-1])
    for _ in range(steps):
        share = games / (strength[..., :, None] + strength[..., None, :])
        strength = won / share.sum(-1)
        strength = strength / np.exp(np.log(strength).mean(-1, keepdims=True))
    logs: NDArray[np.float64] = np.log(strength)
    return logs


def best_length(chance: float, cost: float, most: int = 400) -> int:
    """Return the number of attempts k <= `most` with the best 1 - (1 - chance)^k - cost k."""
    k = np.arange(most + 1)
    return int(np.argmin((1 - chance) ** k + cost * k))
