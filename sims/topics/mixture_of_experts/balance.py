"""The claims of the notes on training: efficiency, idle experts, and the auxiliary loss."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, experiment, fact
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.mixture_of_experts.loads import balance
from sims.topics.mixture_of_experts.model import topic
from sims.topics.mixture_of_experts.training import Plan, run_network, trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRAINED = (
    "8 experts of 12 hidden units, top-1, gate times output; Adam, 200 steps of 128 tokens",
    "targets are linear maps, one for each of the 8 clusters of inputs, with some noise",
)

Table = list[list[Fraction]]
"""A router's probabilities: one row a token, one column an expert."""


def shares_of(table: Table) -> tuple[list[Fraction], list[Fraction]]:
    """Return the share of tokens sent to each expert (top-1, first of ties) and mean weights."""
    experts = range(len(table[0]))
    chosen = [row.index(max(row)) for row in table]
    tokens = len(table)
    shares = [Fraction(chosen.count(e), tokens) for e in experts]
    return shares, [sum((row[e] for row in table), Fraction(0)) / tokens for e in experts]


def lazy_router(experts: int, used: int, more: Fraction) -> Table:
    """Return a router that sends nothing to all but `used` experts, one token to each of these.

    A token's probability is spread evenly over its own expert and all unused ones, its own a
    little ahead by `more`.
    """
    even = Fraction(1, experts - used + 1)
    table = []
    for own in range(used):
        row = [Fraction(0)] * used + [even] * (experts - used)
        row[own] = even
        if used < experts:
            row = [p - more / (experts - used) if e >= used else p for e, p in enumerate(row)]
            row[own] += more
        table.append(row)
    return table


@cache
def lazy_losses(experts: int) -> tuple[dict[int, Fraction], int]:
    """Return the loss by number of experts used, and how many routers do not use that many."""
    losses, strange = {}, 0
    for used in range(1, experts + 1):
        shares, means = shares_of(lazy_router(experts, used, Fraction(1, 10**9)))
        losses[used] = balance(shares, means)
        strange += sum(share > 0 for share in shares) != used or sum(means) != 1
    return losses, strange


@topic.all_cases(
    "26.17",
    says="this loss ensures that all experts receive a roughly equal number of training examples",
    kind=Kind.FORMULA,
    expected=Verdict.FAILS,
    rule="N sum f_i P_i, in exact fractions, is at least the asserted bound for routers that use K "
    "of N experts, K = 1 to N, N = 4, 8, 16 and 64; it is 1 for the even router",
    source="Fedus et al. 2022, equation 4; its remark that the loss is least at the uniform "
    "distribution needs f and P to be ordered alike",
    right="it encourages that: 1 is a bound when f and P are ordered alike (Chebyshev's sum "
    "inequality), but a router that gives half of the experts no token reaches 4/(N + 2)",
    asserted=Case(lambda n: Fraction(1), "no router has a lower loss than an even one"),
    mutant=Case(lambda n: Fraction(1, 2), "no router gets below half of an even one's loss"),
    control=Case(lambda n: Fraction(4, n + 2), "none of these gets below 4/(N + 2)"),
    simulation="training",
    derivation="balance",
)
def auxiliary_loss(asserted: Callable[[int], Fraction], run: Run) -> Evidence:
    """Build the routers and take their loss."""
    cases = wrong = odd = 0
    least: list[str] = []
    for n in (4, 8, 16, 64):
        losses, strange = lazy_losses(n)
        cases += n
        odd += strange
        wrong += sum(loss < asserted(n) for loss in losses.values())
        odd += losses[n] != 1
        odd += abs(losses[n // 2] - Fraction(4, n + 2)) > Fraction(1, 10**8)
        least.append(f"N = {n}: {float(min(losses.values())):.3f}")
    return every(
        [
            enumeration(cases, wrong, f"routers below the bound ({', '.join(least)})"),
            enumeration(cases, odd, "routers that are not what they should be"),
        ]
    )


CLUSTERS = 8
Rivals = tuple[str, str, float]
"""(one network, another, factor)."""


@topic.simulated(
    "26.6",
    says="better training efficiency",
    rule="test error after the same number of steps at the same cost a token: log of the first "
    "network's over the second's, less log of the factor, above 0; 10 paired seeds, two rounds; "
    "the batched network equals running token by token",
    right="at equal computation a token, on a task that falls into parts; a dense network with as "
    "many numbers as all experts errs less than 1.5 times as much after as many steps, at 5.5 "
    "times the cost: 1,152 multiplications a token against 208, the router's included",
    assumptions=(*TRAINED, "the dense network is as wide as router and one expert together cost"),
    mutant=Case(
        ("wide", "mixture", 1.5),
        "so does a dense network with as many numbers as all experts, at 5.5 times the cost",
    ),
    control=Case(("dense", "oracle", 1.5), "it errs 1.5 times as much as experts told the cluster"),
    asserted=Case(
        ("dense", "mixture", 1.5),
        "a dense network of equal cost a token errs 1.5 times as much after as many steps",
    ),
    simulation="training",
)
def efficiency(asserted: Rivals, run: Run) -> Evidence:
    """Train both networks on the same tasks."""
    one, other, factor = asserted

    def log_error(kind: str, count: int, offset: int) -> "NDArray[np.float64]":
        state = trained(Plan(kind, CLUSTERS), offset, count, run.seed, run.device)
        logs: NDArray[np.float64] = np.log(state.error)
        return logs

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        gap: NDArray[np.float64] = log_error(one, count, offset) - log_error(other, count, offset)
        return gap - float(np.log(factor))

    says = f"log of errors {one} / {other}, less log {factor:g}"
    return every([experiment(sample, margin=0.0, first=10, says=says), _token_by_token(run)])


def _token_by_token(run: Run) -> Evidence:
    """Check the batched network against single tokens, each through its best expert alone."""
    generator = run.generator("tokens")
    shapes = ((2, 3, 4), (2, 4, 3, 5), (2, 4, 1, 5), (2, 4, 5, 2), (2, 15, 3))
    *weights, x = (torch.randn(*s, generator=generator, device=run.device) for s in shapes)
    out, chosen, _ = run_network(weights, x, None)
    told, _, _ = run_network(weights, x, torch.ones_like(chosen))
    wrong = 0
    for seed, index in product(range(2), range(15)):
        router, first, bias, second = (weight[seed] for weight in weights)
        token = x[seed, index]
        chances = (token @ router).softmax(0)
        best = int(chances.argmax())
        hidden = [(token @ a + b[0]).relu() for a, b in zip(first, bias, strict=True)]
        alone = [h @ c for h, c in zip(hidden, second, strict=True)]
        wrong += int(chosen[seed, index]) != best
        wrong += not torch.allclose(out[seed, index], chances[best] * alone[best], atol=1e-5)
        wrong += not torch.allclose(told[seed, index], alone[1], atol=1e-5)
    return enumeration(90, wrong, "tokens off the batched network")


@topic.simulated(
    "26.26",
    says="some experts might be overused while others sit idle",
    rule="after training on 8 equally frequent clusters the busiest expert has more than the "
    "asserted multiple of its fair share and the idlest less than the other; 10 seeds, two rounds; "
    "the shares of the 8 experts add up to 1",
    source="Shazeer et al. 2017, section 4: without a loss for it, a few experts get all tokens",
    right="in training without a balancing loss; with one the loads are far more even",
    assumptions=TRAINED,
    mutant=Case(
        (Plan(balancing=1.0), 2.0, 0.25), "so it is with a balancing loss of coefficient 1"
    ),
    control=Case((Plan("oracle", clusters=2), 2.0, 0.25), "2 clusters leave 6 of 8 experts idle"),
    asserted=Case(
        (Plan(), 2.0, 0.25),
        "trained without a balancing loss, one expert has over twice its share and one under "
        "a quarter",
    ),
    simulation="training",
    derivation="unused",
)
def idle_experts(asserted: tuple[Plan, float, float], run: Run) -> Evidence:
    """Look at the loads of a trained layer."""
    plan, over, under = asserted

    def loads(count: int, offset: int) -> "NDArray[np.float64]":
        return 8 * trained(plan, offset, count, run.seed, run.device).shares

    busiest = experiment(
        lambda count, offset: loads(count, offset).max(-1) - over,
        margin=0.0,
        first=10,
        says=f"busiest load over its fair share, less {over:g}",
    )
    idlest = experiment(
        lambda count, offset: under - loads(count, offset).min(-1),
        margin=0.0,
        first=10,
        says=f"{under:g} less the idlest load over its fair share",
    )
    first = loads(10, 0)
    whole = first.shape == (10, 8) and bool(np.allclose(first.sum(-1), 8))
    return every([busiest, idlest, fact(whole, "the shares of 8 experts add up to 1")])
