"""The six statements of the notes, each decided by enumeration or by two routes."""

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sims.claims import (
    Case,
    Evidence,
    Kind,
    Verdict,
    enumeration,
    every,
    identity,
    is_zero,
    proof,
    require,
)
from sims.lazy import sympy, torch
from sims.rl import dynamic_programming as dp
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run
from sims.topics.policy_value_iteration import textbook
from sims.topics.policy_value_iteration.model import (
    EXACT,
    GAMMA,
    backup,
    best_of_all,
    expectation,
    maximum,
    problems,
    random_policies,
    topic,
    worst_gap,
)


@lru_cache(maxsize=4)
def _check_textbook(seed: int, device: str) -> None:
    """Raise ArithmeticError unless batched values and policies are those of the textbook's code."""
    mdps = problems(Run(seed, device), 10)
    sweeps = dp.value_sweeps(mdps, GAMMA)
    fifth = [next(sweeps) for _ in range(6)][-1]
    best = dp.policy_iteration(mdps, GAMMA).policy.argmax(-1)
    for number in range(10):
        chances, rewards = mdps.P[number].tolist(), mdps.R[number].tolist()
        outcomes = [
            [
                [(p, after, r) for after, (p, r) in enumerate(zip(*row, strict=True))]
                for row in zip(*pair, strict=True)
            ]
            for pair in zip(chances, rewards, strict=True)
        ]
        v = textbook.value_iteration(outcomes, GAMMA, 5)
        same = max(abs(a - b) for a, b in zip(v, fifth[number].tolist(), strict=True)) <= 1e-12
        same &= textbook.policy_iteration(outcomes, GAMMA, 100) == best[number].tolist()
        require(same, says="value or policy iteration is not the textbook's")


# --- Why it works: for any number of states, actions and successors ----------------------------


def _discount() -> Any:
    """Return a discount between 0 and 1, as an expression whose sign sympy sees."""
    return 1 / (1 + sympy.Symbol("h", positive=True))


def _no_worse() -> list[bool | None]:
    """Return the proofs that greedy actions make no state worse.

    Their values v' differ from the old ones v by what the first step gains, and by gamma times the
    mean difference after it. Where v' - v is least, m, that mean is m and something more; so
    m (1 - gamma) is a gain and something more, and m is not below 0.
    """
    gamma = _discount()
    p, r, here = sympy.symbols("p r v", positive=True)
    old, new = sympy.symbols("a b", real=True), sympy.symbols("x y", real=True)

    def backup(values: Any) -> Any:
        return r + gamma * (p * values[0] + (1 - p) * values[1])

    apart = [after - before for after, before in zip(new, old, strict=True)]
    gained = (backup(old) - here) + gamma * (p * apart[0] + (1 - p) * apart[1])
    gain, more = sympy.symbols("g e", nonnegative=True)
    least = sympy.Symbol("least", real=True)
    (solved,) = sympy.solve(least - gain - gamma * (least + more), least)
    return [is_zero(backup(new) - here - gained), sympy.factor(solved).is_nonnegative]


def _contracts(factor: Callable[[Any], Any]) -> list[bool | None]:
    """Return the proofs that a sweep leaves at most `factor` of the largest error e.

    Errors after a step are e (1 - u), u from 0 to 2, so their mean is at most e; and an action that
    was worth M - s, M being the best, is worth at most M + gamma e. The other side is its mirror.
    """
    gamma = _discount()
    e, k = sympy.symbols("e k", positive=True)
    u, w, s = sympy.symbols("u w s", nonnegative=True)
    best, p = sympy.Symbol("M", real=True), 1 / (1 + k)
    mean = e * (p * (1 - u) + (1 - p) * (1 - w))
    room = best + factor(gamma) * e - (best - s + gamma * mean)
    kept = s + gamma * e * (p * u + (1 - p) * w)
    more = sympy.factor(sympy.sympify(factor(gamma)) - gamma)
    return [is_zero(room - kept - more * e), more.is_nonnegative]


@topic.proved(
    "9.1",
    says="PI: trying to converge the policy to optimal",
    kind=Kind.EXPERIMENT,
    rule="symbolically, for any number of states and successors: a round makes no state worse, and "
    "where it changes nothing the values solve the optimality equation, whose error a sweep "
    "shrinks, so that it has one solution; of the finitely many policies none comes twice. And "
    "in each of 200 seeded MDPs (4 states, 3 actions) the policy is worth as much as the best "
    "of all 81 policies in every state, to 1e-10, and no round made any state worse",
    source="the policy improvement theorem, Sutton & Barto 2018, section 4.2",
    asserted=Case(None, "evaluating and improving until nothing changes ends at an optimal policy"),
    mutant=Case(1, "one evaluation and one improvement end at an optimal policy"),
    control=Case(81, "as many rounds as there are policies end at an optimal policy"),
    simulation="race",
)
def converges_to_the_optimal_policy(asserted: int | None, run: Run) -> Evidence:
    """Run policy iteration for the asserted number of improvements, from a random policy."""
    _check_textbook(run.seed, run.device)
    mdps = problems(run)
    rounds = []
    for solution in dp.policy_rounds(mdps, GAMMA, random_policies(run, mdps)):
        rounds.append(solution.v)
        if asserted is not None and solution.rounds > asserted:
            break
    suboptimal = worst_gap(rounds[-1], best_of_all(mdps, GAMMA)) > EXACT
    for before, after in pairwise(rounds):
        suboptimal |= (after < before - EXACT).any(-1)
    says = f"policy after {len(rounds) - 1} improvements against the best of all"
    return every(
        [
            proof([*_no_worse(), *_contracts(lambda gamma: gamma)], "improvement, one solution"),
            enumeration(suboptimal.numel(), int(suboptimal.sum()), says),
        ]
    )


@topic.proved(
    "9.2",
    says="VI: trying to converge the value function to optimal",
    kind=Kind.EXPERIMENT,
    rule="a sweep leaves at most the asserted share of the largest error: symbolically, for one "
    "action and successor beside any number of others; and over 40 sweeps in 200 seeded MDPs the "
    "sup-norm error to v* shrinks each time at least by "
    "the asserted factor (+ 1e-12)",
    source="contraction of the Bellman optimality operator, Puterman 1994, section 6.2",
    asserted=Case(lambda gamma: gamma, "each sweep shrinks the largest error to gamma times it"),
    mutant=Case(lambda gamma: gamma**2, "each sweep shrinks the largest error to gamma^2 times it"),
    control=Case(lambda gamma: 1.0, "no sweep makes the largest error grow"),
    simulation="race",
    derivation="contraction",
)
def contracts_to_the_optimal_values(asserted: Callable[[float], float], run: Run) -> Evidence:
    """Follow the error of value iteration; v* comes from policy iteration's linear solves."""
    _check_textbook(run.seed, run.device)
    mdps = problems(run)
    best = dp.policy_iteration(mdps, GAMMA).v
    v = 10 * torch.randn(best.shape, generator=run.generator("start"), device=run.device).double()
    cases = violations = 0
    for _ in range(40):
        after = dp.optimality_backup(mdps, v, GAMMA)
        bound = asserted(GAMMA) * worst_gap(v, best) + 1e-12
        violations += int((~(worst_gap(after, best) <= bound)).sum())
        cases, v = cases + len(v), after
    says = f"error after a sweep within {asserted(GAMMA):.2f} of it"
    return every([proof(_contracts(asserted), "contraction"), enumeration(cases, violations, says)])


@topic.proved(
    "9.3",
    says="policy evaluation (calculating value function using v(s) <- sum p (r + gamma v(s')))",
    rule="v = r_pi + gamma P_pi v is what the backup leaves as it is: symbolically, in each state, "
    "for one action beside any number of others, and by the solve for 2 states and 2 actions; "
    "iterating the backup reaches it within 1e-10 in 60 seeded MDPs",
    source="Sutton & Barto 2018, equation 4.5",
    asserted=Case(lambda q, pi: expectation(q, pi), "back up the action that pi takes"),
    mutant=Case(maximum, "back up the best action"),
    control=Case(
        lambda q, pi: q[0] + sum(p * (x - q[0]) for p, x in zip(pi, q, strict=True)),
        "back up the first action and add pi's differences from it",
    ),
    simulation="two-states",
    derivation="selling",
)
def evaluates_the_policy(asserted: Callable[[Any, Any], Any], run: Run) -> Evidence:
    """Hold the fixed point of the asserted backup against the linear solve."""
    gamma, p, x = sympy.symbols("gamma p x", positive=True)
    rewards = sympy.symbols("r0:2")
    stay, pi = ([p, 1 - p], [x, 1 - x])
    moves = sympy.Matrix([[expectation(stay, pi), 1 - expectation(stay, pi)], [0, 1]])
    gained = sympy.Matrix([expectation(rewards, pi), expectation(rewards, pi)])
    v = (sympy.eye(2) - gamma * moves).LUsolve(gained)
    q = [
        r + gamma * (chance * v[0] + (1 - chance) * v[1])
        for r, chance in zip(rewards, stay, strict=True)
    ]
    worth = sympy.symbols("q1 q2", real=True)  # of one action, and of the others on average
    any_number = is_zero(asserted(worth, pi) - (x * worth[0] + (1 - x) * worth[1]))
    proved = is_zero(asserted(q, pi) - v[0])

    mdps = problems(run, 60)
    policy = random_policies(run, mdps)
    exact = dp.evaluate(mdps, policy, GAMMA)
    values = torch.zeros_like(exact)
    for _ in range(160):
        values = backup(mdps, policy, values, asserted)
    gaps = worst_gap(values, exact).tolist()
    # The equation itself, from the tables of chances and of rewards by successor.
    backed_up = torch.einsum(
        "nsa,nsat,nsat->ns", policy, mdps.P, mdps.R + GAMMA * exact[:, None, None, :]
    )
    gaps += worst_gap(backed_up, exact).tolist()
    return identity([any_number, proved], gaps, "the backup's fixed point is the value of pi")


@topic.agrees(
    "9.4",
    says="repeat until policy is stable",
    scope="50 seeded MDPs",
    expected=Verdict.CONDITIONAL,
    rule="in each of 50 seeded MDPs (8 states, 2 actions, 4 copies of each) the stopping rule is "
    "met within 100 rounds, at a policy worth as much as the best of all 256, to 1e-10",
    source="Sutton & Barto 2018, section 4.3 and exercise 4.4",
    right="true if ties keep the current action (or always the first); with ties broken at random "
    "equally good policies replace each other, and the policy need not become stable",
    statement="stopping when no state changes its action ends at an optimal policy if ties {}",
    inside=Case(("keep", 0), "keep the current action"),
    outside=Case(("random", 0), "are broken at random"),
    mutant=Case(("keep", 1), "stopping when at most one state changes its action does"),
    control=Case(("first", 0), "stop when no state changes; ties take the first action"),
    simulation="race",
)
def stable_means_optimal(asserted: tuple[str, int], run: Run) -> Evidence:
    """Run policy iteration where every action has copies, under the asserted rules."""
    ties, changes = asserted
    plain = problems(run, 50, 8, 2)
    copies = 4
    mdps = FiniteMDP(
        plain.P.repeat_interleave(copies, -2),
        plain.R.repeat_interleave(copies, -2),
        plain.terminal,
        plain.start,
        plain.allowed.repeat_interleave(copies, -1),
    )
    generator = run.generator("ties")
    action = torch.zeros(mdps.P.shape[:2], dtype=torch.long, device=run.device)
    stopped = torch.zeros(len(action), dtype=torch.bool, device=run.device)
    for _ in range(100):
        policy = torch.nn.functional.one_hot(action, mdps.actions).double()
        v = dp.evaluate(mdps, policy, GAMMA)
        q = dp.action_values(mdps, v, GAMMA)
        tied = q >= q.max(-1, keepdim=True).values - dp.TIES
        if ties == "keep":
            preferred = policy
        elif ties == "first":
            preferred = torch.zeros_like(policy)
        else:
            preferred = torch.rand(policy.shape, generator=generator, device=run.device).double()
        better = (preferred + 2.0 * tied).argmax(-1)
        stopped |= (better != action).sum(-1) <= changes
        action = torch.where(stopped.unsqueeze(-1), action, better)
    wrong = ~(stopped & (worst_gap(v, best_of_all(plain, GAMMA)) <= EXACT))
    return enumeration(len(wrong), int(wrong.sum()), "stops, and at an optimal policy")


@topic.proved(
    "9.5",
    says="VI: policy evaluation (using v(s) <- max_a sum p (r + gamma v(s')))",
    expected=Verdict.FAILS,
    rule="iterated 160 times the backup ends at the asserted values to 1e-10 in 200 seeded MDPs; "
    "v_pi by linear solve, v* as the best of all 81 policies",
    source="Sutton & Barto 2018, section 4.4 and equation 4.10",
    right="the formula is the Bellman optimality backup: it does not evaluate a policy, it fuses a "
    "truncated evaluation with the improvement",
    asserted=Case((maximum, "v of pi"), "the backup with the max evaluates the policy"),
    mutant=Case((expectation, "v*"), "the backup without the max gives the optimal values"),
    control=Case((maximum, "v*"), "the backup with the max gives the optimal values"),
    simulation="race",
    derivation="sweeps",
)
def optimality_backup_is_not_evaluation(
    asserted: tuple[Callable[[Any, Any], Any], str], run: Run
) -> Evidence:
    """Iterate a backup and hold where it ends against the asserted values."""
    choose, target = asserted
    mdps = problems(run)
    policy = random_policies(run, mdps)
    ends = {
        "v of pi": lambda: dp.evaluate(mdps, policy, GAMMA),
        "v*": lambda: best_of_all(mdps, GAMMA),
    }
    v = torch.zeros(mdps.P.shape[:2], dtype=torch.float64, device=run.device)
    for _ in range(160):
        v = backup(mdps, policy, v, choose)
    wrong = ~(worst_gap(v, ends[target]()) <= EXACT)
    return enumeration(len(wrong), int(wrong.sum()), f"the backup ends at {target}")


@topic.proved(
    "9.6",
    says="single policy update",
    kind=Kind.EXPERIMENT,
    rule="symbolically, for any number of states and successors: greedy actions make no state "
    "worse than its values were, so where these are the best there are, the policy is optimal; "
    "and the one policy read off is worth as much as the best of all, to 1e-10, in each of 200 "
    "seeded MDPs",
    source="Sutton & Barto 2018, section 4.4",
    right="one update is enough because the values have converged; every sweep's max is itself an "
    "improvement, so the policy is improved all along without being written down",
    asserted=Case(200, "one update after the values have converged (200 sweeps) is optimal"),
    mutant=Case(1, "one update after a single sweep is optimal"),
    control=Case(400, "one update after twice as many sweeps is optimal"),
    simulation="race",
)
def one_update_suffices(asserted: int, run: Run) -> Evidence:
    """Sweep the asserted number of times, read one greedy policy off, and evaluate it."""
    mdps = problems(run)
    v = torch.zeros(mdps.P.shape[:2], dtype=torch.float64, device=run.device)
    for _ in range(asserted):
        v = dp.optimality_backup(mdps, v, GAMMA)
    policy = dp.greedy(mdps, dp.action_values(mdps, v, GAMMA))
    wrong = ~(worst_gap(dp.evaluate(mdps, policy, GAMMA), best_of_all(mdps, GAMMA)) <= EXACT)
    return every(
        [
            proof(_no_worse(), "improvement"),
            enumeration(len(wrong), int(wrong.sum()), f"policy read off after {asserted} sweeps"),
        ]
    )
