"""The claims of the notes on A3C."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sims.claim import Case
from sims.decide import POINTS, enumeration, every, identity, is_zero, statement
from sims.evidence import Evidence, Kind, Level, Verdict
from sims.lazy import np, sympy
from sims.run import Run
from sims.statistics import experiment
from sims.topics.a3c.model import (
    angles,
    asynchronous_bandit,
    autocorrelation,
    merged,
    n_step_advantage,
    topic,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAPER = "Mnih et al. 2016"
STEPS = 600

topic.documented(
    "18.1",
    says="Asynchronous Actor-Critic Agents (A3C)",
    verdict=Verdict.FAILS,
    source=PAPER,
    right="Asynchronous Advantage Actor-Critic: the third A is the advantage",
)
topic.documented(
    "18.2",
    says="Asychronous Advantage Actor-Critic",
    verdict=Verdict.HOLDS,
    source=PAPER,
)


@topic.claim(
    "18.3",
    says="has multiple worker agents interacting with the environment providing a more diverse "
    "experience",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="autocorrelation at lag 1 of the experience in order of arrival: the asserted share of a "
    "single worker's, less the merged stream's, is positive; 20 paired seeds, two rounds",
    source=PAPER + ", section 4",
    right="it takes environments of their own; asynchrony as such is not special to A3C",
    assumptions=("cart and pole under random pushes; the pole's angle is the experience",),
    asserted=Case((8, True, 0.5), "8 workers with environments of their own: less than half"),
    mutant=Case((8, False, 0.5), "8 workers that share one environment: less than half"),
    control=Case((2, True, 0.9), "2 workers with environments of their own: less"),
)
def diversity(asserted: tuple[int, bool, float], run: Run) -> Evidence:
    """Merge the workers' streams. Workers in one environment see its stream in turn."""
    workers, own, share = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        streams = angles(count, 8, STEPS, run, f"streams {offset}")
        gaps = []
        for seed, of_seed in enumerate(streams):
            rng = run.rng(f"arrivals {offset + seed}")
            arrived = merged(of_seed[: workers if own else 1], "exponential", rng)
            gaps.append(share * autocorrelation(of_seed[0]) - autocorrelation(arrived))
        return np.array(gaps)

    return experiment(sample, margin=0.0, says=f"{share:g} of the correlation, less the merged")


Advantage = Callable[[Any, Any, Any], Any]


@topic.claim(
    "18.4",
    says="Advantage: like in PG methods",
    kind=Kind.FORMULA,
    level=Level.IDENTITY,
    expected=Verdict.HOLDS,
    rule="equal to the discounted sum of temporal-difference errors: symbolically for n = 1 to 4, "
    "and below 1e-10 at 50 points with n = 5",
    source=PAPER + ", section 4",
    asserted=Case(n_step_advantage, "sum gamma^i r_i + gamma^n V_n - V_0"),
    mutant=Case(
        lambda r, v, g: n_step_advantage(r, v, g) + 2 * v[0], "with + V_0 in place of - V_0"
    ),
    control=Case(
        lambda r, v, g: sum(g**i * x for i, x in enumerate(r)) - (v[0] - g ** len(r) * v[-1]),
        "the rewards less the fall of the value",
    ),
)
def advantage(asserted: Advantage, run: Run) -> Evidence:
    """Add up r + gamma V' - V along the way."""

    def errors_summed(r: Any, v: Any, g: Any) -> Any:
        return sum(g**i * (r[i] + g * v[i + 1] - v[i]) for i in range(len(r)))

    g = sympy.Symbol("gamma", positive=True)
    proved = []
    for n in range(1, 5):
        r, v = sympy.symbols(f"r0:{n}", real=True), sympy.symbols(f"v0:{n + 1}", real=True)
        proved.append(is_zero(asserted(r, v, g) - errors_summed(r, v, g)))
    rng = run.rng("points")
    errors = [
        float(asserted(r, v, 0.9) - errors_summed(r, v, 0.9))
        for r, v in ((rng.normal(size=5), rng.normal(size=6)) for _ in range(POINTS))
    ]
    return identity(all(proved), errors, "n-step advantage")


topic.documented(
    "18.5",
    says="Actor-Critic: same as Actor Critic",
    verdict=Verdict.CONDITIONAL,
    source=PAPER + ", section 4: the critic is V(s) and shares most parameters with the actor",
    right="the idea is the same; the notes' critic takes an action and is another network",
)


@topic.claim(
    "18.6",
    says="The workers independently work by learning from the environment and update the global "
    "network",
    kind=Kind.STRUCTURAL,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="the shared logits equal the asserted sum of the workers' updates, bit for bit, and the "
    "better arm comes out above 90 %, for 1, 2, 4 and 8 workers and 10 seeds each",
    assumptions=("a two-armed bandit, exponential times, steps from logits as last read",),
    asserted=Case(lambda updates: sum(updates), "the sum of all workers' updates"),
    mutant=Case(lambda updates: updates[0], "the first worker's updates alone"),
    control=Case(lambda updates: sum(updates[::-1]), "the same sum in another order"),
)
def global_network(asserted: Callable[[list[Any]], Any], run: Run) -> Evidence:
    """Trace the shared logits and what each worker added."""
    cases = wrong = learned = 0
    for workers in (1, 2, 4, 8):
        for seed in range(10):
            shared, updates = asynchronous_bandit(
                workers, 800 // workers, run.rng(f"bandit {workers} {seed}")
            )
            cases += 1
            wrong += not np.array_equal(shared, asserted(updates))
            learned += bool(np.exp(shared[1]) / np.exp(shared).sum() > 0.9)
    return every(
        [
            enumeration(cases, wrong, "runs whose network is another sum"),
            statement(learned == cases, f"{learned} of {cases} runs prefer the better arm"),
        ]
    )
