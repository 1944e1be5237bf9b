"""UCB1: how wide the radius is, how often it fails, how often a worse arm is played; the mean."""

from collections.abc import Iterator

from sims.derivation import Step, as_written
from sims.lazy import sympy
from sims.topics.mcts.model import topic


@topic.derivation("radius", says="UCB1's radius fails with probability at most t^-4")
def radius() -> Iterator[Step]:
    """Put the radius sqrt(2 ln t / s) into Hoeffding's bound for s rewards in [0, 1]."""
    t, s = sympy.symbols("t s", positive=True)
    width = sympy.Symbol("c", positive=True)
    where = {width: sympy.sqrt(2 * sympy.log(t) / s)}
    yield Step(
        sympy.exp(-2 * s * width**2),
        "Hoeffding: the mean of s rewards is off by c or more, to one side",
        where=where,
    )
    yield Step(as_written(lambda: sympy.exp(-4 * sympy.log(t))), "c = sqrt(2 ln t / s)")
    yield Step(t**-4, "exp(-4 ln t)")


@topic.derivation("plays", says="A worse arm needs 8 ln n / gap^2 plays until its radius is small")
def plays() -> Iterator[Step]:
    """Find the number of plays at which twice the radius is the gap to the best arm."""
    s, n, gap = sympy.symbols("s n Delta", positive=True)
    yield Step(
        sympy.Eq(2 * sympy.sqrt(2 * sympy.log(n) / s), gap, evaluate=False),
        "twice the radius is the gap",
    )
    yield Step(
        sympy.Eq(s, 8 * sympy.log(n) / gap**2), "solve for the number of plays", relation="solves"
    )


@topic.derivation("tail", says="All failures of the radius add up to at most pi^2/3 plays")
def tail() -> Iterator[Step]:
    """Add 2 t^-4 over all pairs of sample sizes up to t, and over all times t."""
    t, i, j = sympy.symbols("t i j", integer=True, positive=True)
    each = sympy.Sum(sympy.Sum(2 * t**-4, (i, 1, t)), (j, 1, t))
    yield Step(
        sympy.Sum(each, (t, 1, sympy.oo)), "two radii fail with t^-4 each, for any sample sizes"
    )
    yield Step(sympy.Sum(2 * t**-2, (t, 1, sympy.oo)), "t^2 pairs of sizes")
    yield Step(sympy.pi**2 / 3, "the sum of 1/t^2 is pi^2/6")


@topic.derivation("mean", says="Backing up moves a mean by the error over the new count")
def mean() -> Iterator[Step]:
    """Add one outcome z to a node with n visits and mean m."""
    n = sympy.Symbol("n", positive=True)
    m, z = sympy.symbols("m z", real=True)
    yield Step((n * m + z) / (n + 1), "summed rewards over visits, after one more")
    yield Step(m + (z - m) / (n + 1), "the old mean, moved by the error")
