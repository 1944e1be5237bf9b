"""Derivations: the exact value of walking an edge, and the gap between two targets."""

from collections.abc import Iterator

from sims.derivation import Step
from sims.lazy import sympy
from sims.rl.environments.cliff import cliff_walking
from sims.topics.q_learning_sarsa.model import edge_walk, topic


@topic.derivation("edge-value", says="The exact value of walking a small edge with epsilon")
def edge_value() -> Iterator[Step]:
    """Solve V = R + P V of the edge walker on a cliff of two rows and three columns."""
    epsilon = sympy.Symbol("epsilon", positive=True)
    cliff = cliff_walking(2, 3)
    greedy = sympy.Matrix(edge_walk(cliff, 0.0).int().tolist())
    policy = (1 - epsilon) * greedy + epsilon * sympy.ones(*greedy.shape) / 4
    cells = [0, 1, 2, 3]  # the last is the start
    V = sympy.Matrix(sympy.symbols("V_00 V_01 V_02 V_start", real=True))
    moves, rewards = cliff.P.int(), cliff.expected_reward.int()
    ahead = [
        sum(
            policy[s, a]
            * (int(rewards[s, a]) + sum(int(moves[s, a, t]) * V[k] for k, t in enumerate(cells)))
            for a in range(4)
        )
        for s in cells
    ]
    P = sympy.Matrix(ahead).jacobian(V)
    R = sympy.Matrix(ahead).subs(dict.fromkeys(V, 0))
    system = sympy.Eq(V, sympy.Matrix(ahead).expand(), evaluate=False)
    yield Step(system, "each cell is worth the mean of reward and next value")
    yield Step(sympy.Eq(V, R + P * V, evaluate=False), "gathered as V = R + P V")
    solution = (sympy.eye(4) - P).LUsolve(R).applyfunc(sympy.factor)
    yield Step(sympy.Eq(V, solution, evaluate=False), "V = (I - P)^(-1) R", "solves")


@topic.derivation("target-gap", says="How far Q-learning's target lies above Expected SARSA's")
def target_gap() -> Iterator[Step]:
    """Two actions with values q and q - d, d >= 0, followed epsilon-greedily."""
    q = sympy.Symbol("q", real=True)
    d, epsilon = sympy.symbols("d epsilon", nonnegative=True)
    expected = sympy.UnevaluatedExpr(1 - epsilon / 2) * q + epsilon / 2 * (q - d)
    yield Step(expected, "the mean over what the policy takes next")
    yield Step(q - epsilon * d / 2, "collect q")
    yield Step(q, "exploring can only cost; Q-learning's target", "<=", epsilon * d / 2)
