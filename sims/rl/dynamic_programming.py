"""Exact solutions of finite MDPs: linear solves, Bellman backups, iteration, occupancy measures.

Everything takes a `sims.rl.finite_mdp.FiniteMDP`, batched or not, and policies as
probabilities pi(a | s) of shape (…, S, A). Terminal states have value 0. Sources: Sutton & Barto
2018, chapter 4; Puterman 1994, sections 6.2 to 6.9 (the dual linear program).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.lazy import np, scipy, torch

if TYPE_CHECKING:
    from torch import Tensor

    from sims.rl.finite_mdp import FiniteMDP

TIES = 1e-9
"""Action values closer than this count as equal; the first such action is taken."""


# --- Policies ----------------------------------------------------------------------------------


def uniform_policy(mdp: "FiniteMDP") -> "Tensor":
    """Return the policy that takes every allowed action equally often, shape (S, A)."""
    return mdp.allowed / mdp.allowed.sum(-1, keepdim=True).to(mdp.P.dtype)


def greedy(mdp: "FiniteMDP", q: "Tensor") -> "Tensor":
    """Return the deterministic policy that takes the first best allowed action, shape (…, S, A)."""
    values = q.masked_fill(~mdp.allowed, -torch.inf)
    best = values >= values.max(-1, keepdim=True).values - TIES
    return torch.nn.functional.one_hot(best.int().argmax(-1), mdp.actions).to(mdp.P.dtype)


def soften(mdp: "FiniteMDP", policy: "Tensor", epsilon: float) -> "Tensor":
    """Return `policy` mixed with the uniform one: a random action with probability epsilon."""
    return (1 - epsilon) * policy + epsilon * uniform_policy(mdp)


def softmax_policy(theta: "Tensor") -> "Tensor":
    """Return the softmax policy of preferences `theta`, shape (…, S, A)."""
    return torch.softmax(theta, dim=-1)


# --- Backups -----------------------------------------------------------------------------------


def under(mdp: "FiniteMDP", policy: "Tensor") -> tuple["Tensor", "Tensor"]:
    """Return P_pi, shape (…, S, S), and r_pi, shape (…, S), with terminal rows and columns 0."""
    moves = torch.einsum("...sa,...sat->...st", policy, mdp.P)
    rewards = (policy * mdp.expected_reward).sum(-1)
    return moves * mdp.live.unsqueeze(-1) * mdp.live, rewards * mdp.live


def action_values(mdp: "FiniteMDP", v: "Tensor", gamma: float) -> "Tensor":
    """Return q(s, a) = r(s, a) + gamma sum_s' P(s' | s, a) v(s'), shape (…, S, A)."""
    following = (mdp.P @ (v * mdp.live)[..., None, :, None]).squeeze(-1)
    return mdp.expected_reward + gamma * following


def expectation_backup(mdp: "FiniteMDP", policy: "Tensor", v: "Tensor", gamma: float) -> "Tensor":
    """Return the Bellman expectation backup of `v`: one sweep of policy evaluation, (…, S)."""
    return (policy * action_values(mdp, v, gamma)).sum(-1) * mdp.live


def optimality_backup(mdp: "FiniteMDP", v: "Tensor", gamma: float) -> "Tensor":
    """Return the Bellman optimality backup of `v`: one sweep of value iteration, (…, S)."""
    q = action_values(mdp, v, gamma).masked_fill(~mdp.allowed, -torch.inf)
    return q.max(-1).values * mdp.live


# --- Solutions ---------------------------------------------------------------------------------


def evaluate(mdp: "FiniteMDP", policy: "Tensor", gamma: float) -> "Tensor":
    """Return v_pi = (I - gamma P_pi)^-1 r_pi by a linear solve, shape (…, S).

    With gamma = 1 the policy must reach a terminal state from everywhere, or the solve is singular
    (torch raises LinAlgError).
    """
    moves, rewards = under(mdp, policy)
    identity = torch.eye(mdp.states, dtype=moves.dtype, device=moves.device)
    solution: Tensor = torch.linalg.solve(identity - gamma * moves, rewards.unsqueeze(-1))
    return solution.squeeze(-1)


@dataclass(frozen=True, eq=False)
class Solution:
    """Values v, shape (…, S), a policy greedy to them, and the sweeps or rounds it took."""

    v: "Tensor"
    policy: "Tensor"
    rounds: int


def value_sweeps(mdp: "FiniteMDP", gamma: float) -> Iterator["Tensor"]:
    """Yield v_0 = 0, v_1, v_2, … of value iteration, for ever."""
    v = torch.zeros(mdp.P.shape[:-2], dtype=mdp.P.dtype, device=mdp.P.device)
    while True:
        yield v
        v = optimality_backup(mdp, v, gamma)


def value_iteration(
    mdp: "FiniteMDP", gamma: float, *, tolerance: float = 1e-12, most: int = 100_000
) -> Solution:
    """Sweep until no value changes by `tolerance` or more.

    Raises ArithmeticError when `most` sweeps were not enough.
    """
    previous: Tensor | None = None
    for sweep, v in enumerate(value_sweeps(mdp, gamma)):
        if previous is not None and float((v - previous).abs().max()) < tolerance:
            return Solution(v, greedy(mdp, action_values(mdp, v, gamma)), sweep)
        if sweep >= most:
            break
        previous = v
    raise ArithmeticError(f"value iteration did not settle in {most} sweeps")


def policy_rounds(
    mdp: "FiniteMDP", gamma: float, start: "Tensor | None" = None, epsilon: float = 0.0
) -> Iterator[Solution]:
    """Yield each evaluated policy of policy iteration; ends with the first that is stable.

    Improvement keeps the current action where it is among the best, so ties cannot cycle.
    With `epsilon` > 0 it searches among epsilon-soft policies (Sutton & Barto, section 5.4).
    """
    policy = soften(mdp, uniform_policy(mdp) if start is None else start, epsilon)
    policy = policy.expand(mdp.P.shape[:-1])
    rounds = 0
    while True:
        rounds += 1
        v = evaluate(mdp, policy, gamma)
        yield Solution(v, policy, rounds)
        q = action_values(mdp, v, gamma).masked_fill(~mdp.allowed, -torch.inf)
        current = policy.argmax(-1, keepdim=True)
        kept = q.gather(-1, current) >= q.max(-1, keepdim=True).values - TIES
        stay = torch.zeros_like(q).scatter_(-1, current, 1.0)
        better = soften(mdp, torch.where(kept, stay, greedy(mdp, q)), epsilon)
        if torch.equal(better, policy):
            return
        policy = better


def policy_iteration(
    mdp: "FiniteMDP", gamma: float, start: "Tensor | None" = None, epsilon: float = 0.0
) -> Solution:
    """Return the last round of `policy_rounds`: an optimal policy and its exact values."""
    for solution in policy_rounds(mdp, gamma, start, epsilon):
        last = solution
    return last


def finite_horizon(mdp: "FiniteMDP", steps: int) -> list["Tensor"]:
    """Return optimal values with 0, 1, …, `steps` steps to go, undiscounted, each (…, S)."""
    sweeps = value_sweeps(mdp, 1.0)
    return [next(sweeps) for _ in range(steps + 1)]


# --- Occupancy measures ------------------------------------------------------------------------


def occupancy(mdp: "FiniteMDP", policy: "Tensor", gamma: float) -> "Tensor":
    """Return sum_t gamma^t P(s_t = s, a_t = a) from the start distribution, shape (…, S, A).

    Terminal states count 0. Times (1 - gamma) it is a distribution when nothing is terminal.
    """
    moves, _ = under(mdp, policy)
    identity = torch.eye(mdp.states, dtype=moves.dtype, device=moves.device)
    start = (mdp.start * mdp.live).expand(moves.shape[:-1]).unsqueeze(-1)
    visits: Tensor = torch.linalg.solve((identity - gamma * moves).mT, start)
    return visits * policy


@dataclass(frozen=True, eq=False)
class Programme:
    """An optimum of the linear program: occupancies and policy, shape (S, A), and its reward."""

    occupancy: "Tensor"
    policy: "Tensor"
    reward: float
    costs: tuple[float, ...]


def occupancy_programme(
    mdp: "FiniteMDP", gamma: float, costs: Sequence["Tensor"] = (), limits: Sequence[float] = ()
) -> Programme:
    """Maximise discounted reward over occupancy measures, with expected costs kept to `limits`.

    `costs` are tables c(s, a), shape (S, A); each expected discounted sum must be at most its
    limit (a constrained MDP: Altman 1999, chapter 3). One MDP, not a batch. Raises ValueError when
    no policy satisfies the limits.
    """
    live = (mdp.live.unsqueeze(-1) * mdp.allowed).cpu().numpy()
    into = mdp.P.cpu().numpy() * live[:, :, None]
    flow = np.einsum("st,sa->tsa", np.eye(mdp.states), live) - gamma * into.transpose(2, 0, 1)
    kept = mdp.live.cpu().numpy() > 0
    bounded = [cost.cpu().numpy().ravel() for cost in costs]
    result = scipy.optimize.linprog(
        -mdp.expected_reward.cpu().numpy().ravel(),
        A_ub=np.array(bounded) if bounded else None,
        b_ub=list(limits) if bounded else None,
        A_eq=flow[kept].reshape(int(kept.sum()), -1),
        b_eq=mdp.start.cpu().numpy()[kept],
        bounds=[(0, None if free else 0) for free in live.ravel() > 0],
        method="highs",
    )
    if result.status != 0:
        raise ValueError(f"no policy satisfies the limits: {result.message}")
    x = torch.as_tensor(result.x, dtype=torch.float64, device=mdp.P.device)
    visits = x.view(mdp.states, mdp.actions).clamp_min(0)
    total = visits.sum(-1, keepdim=True)
    policy = torch.where(total > 1e-12, visits / total.clamp_min(1e-300), uniform_policy(mdp))
    spent = tuple(float((visits * cost).sum()) for cost in costs)
    return Programme(visits, policy, -float(result.fun), spent)
