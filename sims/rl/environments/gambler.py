"""The gambler's problem (Sutton & Barto 2018, Example 4.3): stake capital until 0 or the goal."""

from collections.abc import Iterator

from sims.rl.finite_mdp import FiniteMDP, tabulate


def gambler(heads: float = 0.4, goal: int = 100, device: str = "cpu") -> FiniteMDP:
    """Return the table: state = capital 0 .. goal, action a stakes a + 1, reaching the goal pays 1.

    `heads` is the probability of winning a stake, in [0, 1]. A stake may not exceed the capital
    nor overshoot the goal.
    """

    def allowed(capital: int, action: int) -> bool:
        return action + 1 <= min(capital, goal - capital)

    def outcomes(capital: int, action: int) -> Iterator[tuple[float, int, float]]:
        stake = action + 1
        yield heads, capital + stake, float(capital + stake == goal)
        yield 1 - heads, capital - stake, 0.0

    return tabulate(
        goal + 1,
        goal // 2,
        outcomes,
        terminal=(0, goal),
        start=goal // 2,
        allowed=allowed,
        device=device,
    )
