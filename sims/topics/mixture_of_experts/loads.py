"""How tokens spread over experts: capacity, overflow, buffers, packing, warps, locality.

Routing here is drawn, not learned: a batch is a tensor of choices, shape (seeds, tokens, …).
"""

import math
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from sims.lazy import np, scipy, torch
from sims.run import Run

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

WARP = 32


def routings(tokens: int, experts: int, active: int) -> "list[tuple[tuple[int, ...], ...]]":
    """Return every way in which `tokens` tokens can choose `active` of the experts each."""
    return list(product(combinations(range(experts), active), repeat=tokens))


def balance(shares: Any, means: Any) -> Any:
    """Return Switch's auxiliary loss without its coefficient: N times the sum of f_i P_i.

    `shares` are the shares of tokens sent to each expert, `means` the mean probabilities that
    the router gives it; experts come first, so fractions and tensors (experts, …) both work.
    """
    return len(shares) * sum(f * p for f, p in zip(shares, means, strict=True))


# --- Capacity ----------------------------------------------------------------------------------


def room(tokens: int, experts: int, factor: float) -> int:
    """Return an expert's capacity: its fair share of the tokens times `factor`, rounded up."""
    return math.ceil(factor * tokens / experts)


def drop_rate(tokens: int, experts: int, factor: float) -> float:
    """Return the expected share of tokens over capacity, uniform top-1: exact, by binomials."""
    limit = room(tokens, experts, factor)
    loads = np.arange(limit + 1, tokens + 1)
    chances = scipy.stats.binom.pmf(loads, tokens, 1 / experts)
    return float(experts / tokens * ((loads - limit) * chances).sum())


def preferences(
    seeds: int, tokens: int, experts: int, choices: int, run: Run, stream: str
) -> "Tensor":
    """Return each token's `choices` favourite experts, best first, uniformly drawn."""
    scores = torch.rand(seeds, tokens, experts, generator=run.generator(stream), device=run.device)
    return scores.topk(choices, dim=-1).indices


ROUTED = 64
"""Numbers of a token's vector that the router reads."""


def routed(seeds: int, tokens: int, experts: int, choices: int, run: Run, stream: str) -> "Tensor":
    """Return each token's `choices` favourite experts by a linear router, best first.

    Tokens are N(0, 1) vectors of 64 numbers, the router has a unit vector for each expert, so
    experts are alike, or liked, more than others, as at the start of training.
    """
    generator = run.generator(stream)
    router = torch.randn(seeds, ROUTED, experts, generator=generator, device=run.device)
    vectors = torch.randn(seeds, tokens, ROUTED, generator=generator, device=run.device)
    scores: Tensor = vectors @ (router / router.norm(dim=1, keepdim=True))
    return scores.topk(choices, dim=-1).indices


def place(preferences: "Tensor", experts: int, limit: int) -> "Tensor":
    """Return which choice each token got, 0 its first, -1 none: shape (seeds, tokens).

    In each round the tokens without a place try their next choice; earlier tokens go first.
    """
    seeds, tokens, choices = preferences.shape
    got = torch.full((seeds, tokens), -1, device=preferences.device)
    used = torch.zeros(seeds, 1, experts, dtype=torch.int64, device=preferences.device)
    for turn in range(choices):
        asks = torch.nn.functional.one_hot(preferences[..., turn], experts)
        asks = asks * (got < 0)[..., None]
        places = (used + asks.cumsum(1)) * asks
        fits = ((places > 0) & (places <= limit)).any(-1)
        got = torch.where(fits, turn, got)
        used = used + (asks * fits[..., None]).sum(1, keepdim=True)
    return got


# --- Queues and batches ------------------------------------------------------------------------


def arrivals(
    seeds: int, steps: int, tokens: int, experts: int, off: float, run: Run, stream: str
) -> "NDArray[np.int64]":
    """Return tokens for each expert and step, shape (seeds, steps, experts).

    With `off` > 0 each expert is switched off for a step with that probability (at most all
    but one); its tokens go to the others.
    """
    rng = run.rng(stream)
    on = rng.random((seeds, steps, experts)) >= off
    on[..., 0] |= ~on.any(-1)
    return rng.multinomial(tokens, on / on.sum(-1, keepdims=True))


def serve(
    arrived: "NDArray[np.int64]", limit: int, buffer: int
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return each seed's share of tokens dropped and mean latency, in fair shares of work.

    A step computes `limit` rows an expert; up to `buffer` more tokens an expert wait for the
    next step, the rest is dropped. `arrived` has shape (seeds, steps, experts).
    """
    seeds, steps, experts = arrived.shape
    waiting = np.zeros((seeds, experts), dtype=np.int64)
    dropped, waited = np.zeros(seeds), np.zeros(seeds)
    for step in range(steps):
        left = np.maximum(waiting + arrived[:, step] - limit, 0)
        waiting = np.minimum(left, buffer)
        dropped += (left - waiting).sum(-1)
        waited += waiting.sum(-1)
    total = arrived.sum((1, 2))
    fair = total / (steps * experts)
    return dropped / total, (1 + waited / (total - dropped)) * limit / fair


def sequences(
    seeds: int, count: int, tokens: int, experts: int, run: Run, stream: str
) -> "NDArray[np.int64]":
    """Return tokens for each expert of `count` sequences, each with a taste of its own."""
    rng = run.rng(stream)
    tastes = rng.dirichlet(np.full(experts, 0.5), size=(seeds, count))
    return rng.multinomial(tokens, tastes)


def pack(loads: "NDArray[np.int64]", batches: int, order: str) -> "NDArray[np.int64]":
    """Return the loads of batches of equally many sequences, shape (seeds, batches, experts).

    `arrival` fills batch after batch; `alike` first sorts sequences by their busiest expert;
    `packed` puts each sequence where the busiest expert stays least busy.
    """
    seeds, count, experts = loads.shape
    size = count // batches
    if order == "packed":
        return _packed(loads, batches, size)
    if order == "alike":
        ranks = loads.argmax(-1).argsort(-1)
        loads = np.take_along_axis(loads, ranks[..., None], axis=1)
    packed: NDArray[np.int64] = loads.reshape(seeds, batches, size, experts).sum(2)
    return packed


def _packed(loads: "NDArray[np.int64]", batches: int, size: int) -> "NDArray[np.int64]":
    """Pack greedily, all seeds at once."""
    seeds, count, experts = loads.shape
    made = np.zeros((seeds, batches, experts), dtype=np.int64)
    filled = np.zeros((seeds, batches), dtype=np.int64)
    every = np.arange(seeds)
    for index in range(count):
        after = (made + loads[:, index, None]).max(-1).astype(float)
        best = np.where(filled < size, after, np.inf).argmin(-1)
        made[every, best] += loads[:, index]
        filled[every, best] += 1
    return made


def imbalance(loads: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """Return the busiest expert's load over the mean load, over the last axis."""
    ratio: NDArray[np.float64] = loads.max(-1) / loads.mean(-1)
    return ratio


def load_moments(tokens: int, share: float, batches: int) -> tuple[float, float]:
    """Return mean and standard deviation of an expert's load from `batches` batches together.

    Exact: the distribution of one batch is convolved with itself.
    """
    one = scipy.stats.binom.pmf(np.arange(tokens + 1), tokens, share)
    chances = one
    for _ in range(batches - 1):
        chances = np.convolve(chances, one)
    loads = np.arange(len(chances))
    mean = float(loads @ chances)
    return mean, math.sqrt(float((loads - mean) ** 2 @ chances))


# --- Hardware ----------------------------------------------------------------------------------


def skewed_loads(tokens: int, experts: int, skew: float) -> list[int]:
    """Return loads in proportion to rank to the power of -`skew`; largest remainders round."""
    weights = [(rank + 1) ** -skew for rank in range(experts)]
    exact = [tokens * w / sum(weights) for w in weights]
    loads = [math.floor(x) for x in exact]
    by_rest = sorted(range(experts), key=lambda i: loads[i] - exact[i])
    for index in by_rest[: tokens - sum(loads)]:
        loads[index] += 1
    return loads


def padded(tokens: "Tensor", chosen: "Tensor", weights: "Tensor") -> "tuple[Tensor, Tensor]":
    """Return the batched product of tokens by their experts' matrices, and each token's row of it.

    `tokens` is (T, d), `chosen` (T,) and `weights` (E, d, h). Every expert gets as many rows
    as the busiest one needs; the product is (E, rows, h), and a token's row is a pair of indices.
    """
    taken = torch.nn.functional.one_hot(chosen, len(weights))
    place = (taken.cumsum(0) * taken).sum(1) - 1
    held = tokens.new_zeros(len(weights), int(taken.sum(0).max()), tokens.shape[1])
    held[chosen, place] = tokens
    return torch.bmm(held, weights), torch.stack([chosen, place])


def mixed_warps(chosen: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Return how many warps of 32 neighbouring tokens meet two experts, by seed.

    `chosen` are experts, shape (seeds, tokens), with tokens a multiple of 32.
    """
    warps = chosen.reshape(len(chosen), -1, WARP)
    mixed: NDArray[np.int64] = (warps.min(-1) != warps.max(-1)).sum(-1)
    return mixed


def local_share(experts: int, devices: int, bonus: float) -> float:
    """Return the share of tokens that stay at home, for Gumbel scores and a bonus for home.

    The best of scores with Gumbel noise is distributed as a softmax (Luce 1959), so this is exact.
    """
    home = experts / devices * math.exp(bonus)
    return home / (home + experts - experts / devices)


def local_routing(
    seeds: int, tokens: int, experts: int, devices: int, bonus: float, run: Run, stream: str
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return each seed's share of tokens that leave their device, and the mean score given up.

    Scores are Gumbel; experts 0 … experts/devices - 1 are at home and get `bonus` on top.
    """
    scores = run.rng(stream).gumbel(size=(seeds, tokens, experts))
    home = np.arange(experts) < experts // devices
    chosen = (scores + bonus * home).argmax(-1)
    kept = np.take_along_axis(scores, chosen[..., None], axis=-1)[..., 0]
    leaves: NDArray[np.float64] = (~home[chosen]).mean(-1)
    lost: NDArray[np.float64] = (scores.max(-1) - kept).mean(-1)
    return leaves, lost
