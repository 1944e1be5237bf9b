"""Domains of users and items, factorisation, and maps between domains, batched over seeds."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sims.claims import require
from sims.lazy import np, torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Generator, Size, Tensor

topic = Topic("cross-domain-recsys")

USERS, COLD, ITEMS, RANK, NOISE, RIDGE, SWEEPS = 300, 60, 200, 8, 0.3, 1.0, 15
SETTING = (
    f"{USERS} users, {COLD} of them without a rating; tastes and items N(0, 1) of rank {RANK}, "
    f"noise {NOISE}; ratings missing at random",
    f"alternating least squares, {SWEEPS} sweeps, rank {RANK}, ridge {RIDGE:g}",
)


def density(interactions: int, users: int, items: int) -> float:
    """Return the share of cells of a matrix of users by items that are filled."""
    return interactions / (users * items)


def expected_overlap(items: int, share: float) -> float:
    """Return how many items two users both rated, in expectation, at a density of `share`."""
    return items * share**2


def no_overlap(items: int, share: float) -> float:
    """Return the chance that two users rated no item in common."""
    return (1 - share**2) ** items


def normal(generator: "Generator", *shape: int) -> "Tensor":
    """Return standard normal numbers in float64 on the generator's device."""
    return torch.randn(*shape, generator=generator, device=generator.device, dtype=torch.float64)


@dataclass(frozen=True)
class Domain:
    """Items' factors (seeds, items, RANK), noiseless and observed ratings, and which are seen.

    The last three have shape (seeds, users, items); unseen ratings are 0.
    """

    items: "Tensor"
    truth: "Tensor"
    ratings: "Tensor"
    seen: "Tensor"


def draw(
    taste: "Tensor", items: int, share: float, generator: "Generator", cold: int = 0
) -> Domain:
    """Return a domain in which the first `cold` users rated nothing, others a `share`."""
    return rated(taste, *drawn(taste.shape, items, share, generator, cold))


def drawn(
    shape: "Size", items: int, share: float, generator: "Generator", cold: int = 0
) -> "tuple[Tensor, Tensor, Tensor]":
    """Return items' factors, what is seen, and the noise, for tastes of a `shape`."""
    seeds, users, rank = shape
    factors = normal(generator, seeds, items, rank)
    shares = torch.full((seeds, users, items), share, dtype=factors.dtype, device=factors.device)
    seen = torch.bernoulli(shares, generator=generator)
    seen[:, :cold] = 0
    return factors, seen, NOISE * normal(generator, *seen.shape)


def rated(taste: "Tensor", factors: "Tensor", seen: "Tensor", noise: "Tensor") -> Domain:
    """Return the domain of users with a `taste`; its noise stays where nothing is seen."""
    truth = taste @ factors.mT / taste.shape[-1] ** 0.5
    return Domain(factors, truth, (truth + noise) * seen, seen)


def related(taste: "Tensor", other: "Tensor", correlation: float) -> "Tensor":
    """Return tastes that have a `correlation` with `taste` and the same variance.

    `other` must be independent of it.
    """
    return correlation * taste + math.sqrt(1 - correlation**2) * other


def ridge_rows(fixed: "Tensor", ratings: "Tensor", seen: "Tensor") -> "Tensor":
    """Return each row's ridge regression of its seen ratings on `fixed`: (seeds, rows, rank)."""
    seeds, columns, rank = fixed.shape
    outer = (fixed[..., :, None] * fixed[..., None, :]).reshape(seeds, columns, rank**2)
    gram = (seen @ outer).reshape(seeds, -1, rank, rank)
    gram.diagonal(dim1=-2, dim2=-1).add_(RIDGE)
    halves = torch.linalg.cholesky(gram)
    solved: Tensor = torch.cholesky_solve((ratings @ fixed)[..., None], halves)
    return solved[..., 0]


def factorise(domain: Domain, generator: "Generator") -> "tuple[Tensor, Tensor]":
    """Return users' and items' factors by alternating least squares."""
    seeds, items, rank = domain.items.shape
    columns = 0.1 * normal(generator, seeds, items, rank)
    for _ in range(SWEEPS):
        rows = ridge_rows(columns, domain.ratings, domain.seen)
        columns = ridge_rows(rows, domain.ratings.mT, domain.seen.mT)
    return ridge_rows(columns, domain.ratings, domain.seen), columns


def linear_map(source: "Tensor", target: "Tensor") -> "Tensor":
    """Return the matrix that carries users' source factors to target factors, by ridge."""
    gram = source.mT @ source
    gram = gram + RIDGE * torch.eye(gram.shape[-1], dtype=gram.dtype, device=gram.device)
    solved: Tensor = torch.linalg.solve(gram, source.mT @ target)
    return solved


def error(predicted: "Tensor", *, truth: "Tensor") -> "NDArray[np.float64]":
    """Return squared error over the truth's own mean square, by seed: 1 for predicting 0."""
    wrong, size = (x.square().mean((1, 2)) for x in (predicted - truth, truth))
    ratio: NDArray[np.float64] = (wrong / size).cpu().numpy()
    return ratio


@dataclass(frozen=True)
class Sparse:
    """One domain's outcome by seed: errors of warm and cold users, and what pairs of users share.

    `apart` is the share of pairs of warm users without an item in common, `common` the mean
    number of such items.
    """

    warm: "NDArray[np.float64]"
    cold: "NDArray[np.float64]"
    apart: "NDArray[np.float64]"
    common: "NDArray[np.float64]"


@lru_cache(maxsize=64)
def sparse(items: int, share: float, first: int, count: int, seed: int, device: str) -> Sparse:
    """Factorise `count` domains of `items` items at a density of `share`."""
    generator = Run(seed, device).generator(f"domain {first}")
    domain = draw(normal(generator, count, USERS, RANK), items, share, generator, COLD)
    rows, columns = factorise(domain, generator)
    predicted = rows @ columns.mT
    warm = domain.seen[:, COLD:]
    pairs = (warm[:, ::2] * warm[:, 1::2]).sum(-1)
    return Sparse(
        error(predicted[:, COLD:], truth=domain.truth[:, COLD:]),
        error(predicted[:, :COLD], truth=domain.truth[:, :COLD]),
        (pairs == 0).double().mean(-1).cpu().numpy(),
        pairs.mean(-1).cpu().numpy(),
    )


@lru_cache(maxsize=64)
def aligned(
    correlation: float, overlap: int, share: float, first: int, count: int, seed: int, device: str
) -> "NDArray[np.float64]":
    """Return cold users' errors after mapping source factors to target factors.

    The map is fitted on `overlap` users who rated in both domains; the items have nothing in
    common.
    """
    tastes, source, drawn_target, state = _pair(share, first, count, seed, device)
    domain = rated(related(*tastes, correlation), *drawn_target)
    generator = Run(seed, device).generator(f"domains {first}")
    generator.set_state(state)
    target, columns = factorise(domain, generator)
    fitted = slice(COLD, COLD + overlap)
    require(domain.seen[:, fitted].any(-1), says="a map is fitted on users without ratings")
    mapped = source[:, :COLD] @ linear_map(source[:, fitted], target[:, fitted])
    return error(mapped @ columns.mT, truth=domain.truth[:, :COLD])


@lru_cache(maxsize=2)
def _pair(
    share: float, first: int, count: int, seed: int, device: str
) -> "tuple[tuple[Tensor, Tensor], Tensor, tuple[Tensor, Tensor, Tensor], Tensor]":
    """Return what `count` pairs of domains have at every correlation of their tastes.

    Two independent tastes; the source's factors of users; the target's items, what is seen of them
    and the noise; and the state of the generator after these draws.
    """
    generator = Run(seed, device).generator(f"domains {first}")
    taste, other = (normal(generator, count, USERS, RANK) for _ in range(2))
    source = factorise(draw(taste, ITEMS, share, generator), generator)[0]
    target = drawn(taste.shape, ITEMS, share, generator, COLD)
    return (taste, other), source, target, generator.get_state()


@lru_cache(maxsize=64)
def described(
    blur: float, share: float, count: int, seed: int, device: str
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return warm users' target errors: by items' descriptions, and by factorising the target.

    A description is an item's factor with noise of standard deviation `blur`; tastes are read
    off the source's descriptions, so no target rating is used. A proxy, not a language model.
    """
    generator = Run(seed, device).generator("descriptions")
    taste = normal(generator, count, USERS, RANK)
    source = draw(taste, ITEMS, 0.2, generator)
    target = draw(taste, ITEMS, share, generator, COLD)
    texts = [d.items + blur * normal(generator, *d.items.shape) for d in (source, target)]
    profile = ridge_rows(texts[0], source.ratings, source.seen)
    rows, columns = factorise(target, generator)
    warm = target.truth[:, COLD:]
    told, rated = profile @ texts[1].mT, rows @ columns.mT
    return error(told[:, COLD:], truth=warm), error(rated[:, COLD:], truth=warm)
