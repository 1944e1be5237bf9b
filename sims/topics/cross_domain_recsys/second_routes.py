"""Regressions and maps again, user by user, by least squares with the ridge as more data."""

from typing import TYPE_CHECKING

from sims.claims import agree, require
from sims.lazy import np
from sims.run import Run
from sims.topics.cross_domain_recsys.figures import Domains, mapping
from sims.topics.cross_domain_recsys.model import (
    COLD,
    ITEMS,
    RANK,
    RIDGE,
    USERS,
    aligned,
    described,
    draw,
    error,
    expected_overlap,
    factorise,
    linear_map,
    no_overlap,
    normal,
    related,
    topic,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


def regressed(
    features: "NDArray[np.float64]", wanted: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    """Return the ridge regression of `wanted` (n, …) on `features` (n, k)."""
    k = features.shape[1]
    rows = np.concatenate([features, RIDGE**0.5 * np.eye(k)])
    zeros = np.zeros((k, *wanted.shape[1:]))
    solution: NDArray[np.float64] = np.linalg.lstsq(
        rows, np.concatenate([wanted, zeros]), rcond=None
    )[0]
    return solution


@topic.second_route
def domains(run: Run) -> None:
    """Build ratings entry by entry; fit each user, and each item, alone; map by least squares."""
    generator = run.generator("route")
    taste = normal(generator, 1, 40, RANK)
    domain = draw(taste, 30, 0.4, generator, 5)
    whole = [[sum(u * v) / RANK**0.5 for v in domain.items[0]] for u in taste[0]]
    agree(domain.truth[0], np.array(whole), says="noiseless ratings")
    rows, columns = factorise(domain, generator)
    seen, ratings = domain.seen[0].numpy() > 0, domain.ratings[0].numpy()
    alone = [regressed(columns[0].numpy()[s], r[s]) for s, r in zip(seen, ratings, strict=True)]
    agree(rows[0], np.array(alone), says="users' factors")
    carried = linear_map(rows, 2 * rows)[0]
    agree(carried, regressed(rows[0].numpy(), 2 * rows[0].numpy()), says="the map")
    predicted = rows @ columns.mT
    off = ((predicted - domain.truth)[0] ** 2).sum() / (domain.truth[0] ** 2).sum()
    agree(error(predicted, truth=domain.truth)[0], off, says="the error")


@topic.second_route
def tastes(run: Run) -> None:
    """Measure the correlation and the size of related tastes."""
    taste, other = (normal(run.generator(name), 1, 50_000, 1) for name in ("taste", "other"))
    found = related(taste, other, 0.6)
    agree((found * taste).mean(), 0.6, says="the correlation", tolerance=0.03)
    agree((found**2).mean(), 1, says="the variance", tolerance=0.03)


@topic.second_route
def overlaps(run: Run) -> None:
    """Count what two users have in common, over every pair of sets of three items."""
    p, sets = 0.3, [[i >> k & 1 for k in range(3)] for i in range(8)]
    chance = [p ** sum(s) * (1 - p) ** (3 - sum(s)) for s in sets]
    pairs = [
        (a * b, np.dot(s, t))
        for a, s in zip(chance, sets, strict=True)
        for b, t in zip(chance, sets, strict=True)
    ]
    agree(expected_overlap(3, p), sum(c * n for c, n in pairs), says="items in common")
    agree(no_overlap(3, p), sum(c for c, n in pairs if n == 0), says="no item in common")


@topic.second_route
def descriptions(run: Run) -> None:
    """Draw the same descriptions; read tastes off them user by user."""
    generator = Run(run.seed, run.device).generator("descriptions")
    taste = normal(generator, 1, USERS, RANK)
    source = draw(taste, ITEMS, 0.2, generator)
    target = draw(taste, ITEMS, 0.05, generator, COLD)
    texts = [
        (d.items + 0.5 * normal(generator, *d.items.shape))[0].numpy() for d in (source, target)
    ]
    seen, ratings = source.seen[0].numpy() > 0, source.ratings[0].numpy()
    told = [regressed(texts[0][s], r[s]) @ texts[1].T for s, r in zip(seen, ratings, strict=True)]
    truth = target.truth[0, COLD:].numpy()
    off = ((np.array(told)[COLD:] - truth) ** 2).sum() / (truth**2).sum()
    agree(described(0.5, 0.05, 1, run.seed, run.device)[0][0], off, says="errors by descriptions")


@topic.second_route
def in_common(run: Run) -> None:
    """Draw pairs of users and count the items that both have rated."""
    found = topic.outputs("sparsity", run, items=50, share=0.1, seeds=2)
    both = run.rng("pairs").binomial(50, 0.1 * 0.1, size=400_000)
    agree(found["overlap"], both.mean(), says="items in common", tolerance=0.02)
    agree(found["no_overlap"], (both == 0).mean(), says="no item in common", tolerance=0.01)


@topic.second_route
def told_apart(run: Run) -> None:
    """Ask of each curve what it stands for: full matrices beat blurred texts, alike tastes map."""
    found = topic.outputs("descriptions", run, blur=2.0, seeds=2)
    told, rated = (errors.mean() for errors in described(2.0, 0.64, 2, run.seed, run.device))
    agree([found["by_descriptions"], found["by_ratings"]], [told, rated], says="mean errors")
    require(rated < 0.2 < told, says="a full matrix does not beat blurred descriptions")
    *_, last = mapping(Domains(share=0.3, overlap=240, seeds=2), run)
    mapped, law = last.outputs, last.series[1]
    left = [1 - correlation * correlation for correlation in law.x]
    agree(law.y, left, says="the least error that a map leaves")
    for name, correlation in (("unrelated", 0.0), ("mapped", 1.0)):
        known = aligned(correlation, 240, 0.3, 0, 2, run.seed, run.device).mean()
        agree(mapped[name], known, says=f"the mean error, {name}")
    require(mapped["mapped"] < 0.5 < mapped["unrelated"], says="a common taste does not map")
    sparse = topic.outputs("sparsity", run, items=50, share=0.3, seeds=2)
    agree(sparse["cold"], 1, says="the error of cold users")
    require(sparse["warm"] < 0.5, says="warm users of a full matrix are not served")
