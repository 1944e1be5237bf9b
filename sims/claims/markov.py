"""Markov chains and finite decision processes, in fractions.

`steps(C, a, b)` is the expected number of steps from a to b, `reach(C, a, b, c)` the
probability of b before c, `stationary(C)` the stationary law in the order of the states.
A process has `value(M, policy, g)`, `optimal(M, g)` and `bellman(M, v, g)`.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sims.claims.evaluator import SPECIAL, ClaimEvaluator
from sims.claims.reading import Reading
from sims.claims.statement import ClaimError, split
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.limits import Budget
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tree import Call, Collection, Name, Node, Number, free_names

MOST_STATES = 40
MOST_ROUNDS = 200


@dataclass(frozen=True)
class Chain:
    """A Markov chain: its states, and where each leads with which probability (trees)."""

    states: tuple[str, ...]
    moves: Mapping[str, Mapping[str, Node]]


@dataclass(frozen=True)
class Process:
    """A finite decision process: states, actions, and (probability, next, reward) of each pair."""

    states: tuple[str, ...]
    actions: tuple[str, ...]
    moves: Mapping[tuple[str, str], tuple[tuple[Fraction, str, Fraction], ...]]

    def __str__(self) -> str:
        """Return the process as a fence writes it."""
        states = []
        for state in self.states:
            actions = [
                f"{action}: [{', '.join(f'({p}, {after}, {r})' for p, after, r in steps)}]"
                for (at, action), steps in self.moves.items()
                if at == state
            ]
            states.append(f"{state}: {{{', '.join(actions)}}}")
        return f"mdp{{{', '.join(states)}}}"


@dataclass(frozen=True)
class AnyProcess:
    """All decision processes of a size."""

    states: int
    actions: int


def object_of(kind: str, body: str, place: tuple[str, int]) -> Chain | Process | AnyProcess:
    """Return the chain or process that a definition writes. Raises ClaimError."""
    try:
        if kind == "chain":
            return _chain(body)
        if body.startswith("("):
            sizes = split(body.strip()[1:-1], ",")
            if len(sizes) != 2 or not all(size.isdigit() and 1 <= int(size) <= 6 for size in sizes):
                raise MathsError(
                    "a process of any kind is written mdp(2, 2): states, actions, up to 6"
                )
            return AnyProcess(int(sizes[0]), int(sizes[1]))
        return _process(body)
    except MathsError as error:
        raise ClaimError(error.message, place) from None


def _pairs(text: str) -> list[tuple[str, str]]:
    text = text.strip()
    if not (text.startswith("{") and text.endswith("}")):
        raise MathsError(f"{text[:40]!r} is written {{name: value, name: value}}")
    found = []
    for part in split(text[1:-1], ","):
        name, colon, value = part.partition(":")
        if not colon or not re.fullmatch(r"\s*\w+\s*", name):
            raise MathsError(f"{part[:40]!r} is written name: value")
        found.append((name.strip(), value.strip()))
    return found


def _chain(body: str) -> Chain:
    moves: dict[str, dict[str, Node]] = {}
    for state, written in _pairs(body):
        moves[state] = {after: parse_named(p, Names()) for after, p in _pairs(written)}
    states = list(dict.fromkeys([*moves, *(after for row in moves.values() for after in row)]))
    if len(states) > MOST_STATES:
        raise MathsError(f"a chain has at most {MOST_STATES} states")
    for state in states:
        row = moves.setdefault(state, {state: Number("1")})
        if not any(free_names(p) for p in row.values()):
            values = [_number(p) for p in row.values()]
            if any(value < 0 for value in values) or sum(values) != 1:
                raise MathsError(f"the probabilities from {state} sum to {sum(values)}; make it 1")
    return Chain(tuple(states), moves)


def _number(node: Node) -> Fraction:
    value = ClaimEvaluator({}, Budget()).number(node)
    if not isinstance(value, Fraction):
        raise MathsError("a probability is a fraction here")
    return value


def _process(body: str) -> Process:
    moves: dict[tuple[str, str], tuple[tuple[Fraction, str, Fraction], ...]] = {}
    states: list[str] = []
    actions: list[str] = []
    for state, written in _pairs(body):
        states.append(state)
        for action, outcomes in _pairs(written):
            actions.append(action)
            moves[state, action] = _outcomes(outcomes, f"{state}, {action}")
    states = list(dict.fromkeys([*states, *(s for m in moves.values() for _, s, _ in m)]))
    if len(states) > MOST_STATES:
        raise MathsError(f"a process has at most {MOST_STATES} states")
    return Process(tuple(states), tuple(dict.fromkeys(actions)), moves)


def _outcomes(text: str, where: str) -> tuple[tuple[Fraction, str, Fraction], ...]:
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")):
        raise MathsError("what an action does is written [(probability, next state, reward), …]")
    found = []
    for part in split(text[1:-1], ","):
        items = split(part.strip()[1:-1], ",")
        if len(items) != 3:
            raise MathsError("an outcome is written (probability, next state, reward)")
        p, reward = (_number(parse_named(items[k], Names())) for k in (0, 2))
        found.append((p, items[1].strip(), reward))
    if sum(p for p, _, _ in found) != 1 or any(p < 0 for p, _, _ in found):
        raise MathsError(
            f"the probabilities of {where} sum to {sum(p for p, _, _ in found)}; make it 1"
        )
    return tuple(found)


# Chains: their systems of equations, with letters too.


def without_chains(node: Node, reading: Reading) -> Node:
    """Return a tree in which `steps`, `reach` and `stationary` of chains are worked out."""
    if isinstance(node, Call) and node.function in ("steps", "reach", "stationary"):
        first = node.arguments[0]
        chain = reading.objects.get(first.name) if isinstance(first, Name) else None
        if not isinstance(chain, Chain):
            raise MathsError(f"{node.function} is of a chain, such as C = chain{{a: {{a: 1}}}}")
        return _solved(node, chain, reading)
    return node.map(lambda part: without_chains(part, reading))


def _state(node: Node, chain: Chain) -> str:
    if isinstance(node, Name) and node.name in chain.states:
        return node.name
    if isinstance(node, Number) and node.text in chain.states:
        return node.text
    raise MathsError(f"the states are {', '.join(chain.states)}")


def _solved(node: Call, chain: Chain, reading: Reading) -> Node:
    import sympy

    from sims.claims.algebra import Algebra, as_tree

    algebra = Algebra(reading, {})
    matrix = sympy.Matrix(
        [
            [algebra.number(chain.moves[s].get(t, Number("0"))) for t in chain.states]
            for s in chain.states
        ]
    )
    size = len(chain.states)
    places = [chain.states.index(_state(a, chain)) for a in node.arguments[1:]]
    if node.function == "stationary":
        system = (matrix.T - sympy.eye(size)).col_join(sympy.ones(1, size))
        right = sympy.zeros(size, 1).col_join(sympy.ones(1, 1))
        solution = _unique(system, right, "the chain has more than one stationary law")
        return Collection("list", tuple(as_tree(sympy.simplify(value)) for value in solution))
    wanted = {"steps": 2, "reach": 3}[node.function]
    if len(places) != wanted:
        example = "steps(C, a, b)" if wanted == 2 else "reach(C, a, b, c)"
        raise MathsError(f"this is written {example}")
    ends = places[1:]
    start = places[0]
    if start in ends:
        return Number("1" if node.function == "reach" and start == ends[0] else "0")
    inner = _reaching(matrix, ends, start)
    if node.function == "steps" and not _certain(matrix, ends[0], inner):
        raise UndefinedError("the state may never be reached")
    system = sympy.eye(len(inner)) - matrix.extract(inner, inner)
    if node.function == "steps":
        right = sympy.ones(len(inner), 1)
    else:
        right = matrix.extract(inner, [ends[0]])
    solution = _unique(system, right, "this has no single value")
    return as_tree(sympy.simplify(solution[inner.index(start)]))


def _unique(system: Any, right: Any, why: str) -> Any:
    import sympy

    names = sympy.symbols(f"z0:{system.cols}")
    solutions = list(sympy.linsolve((system, right), *names))
    if len(solutions) != 1 or any(value.has(*names) for value in solutions[0]):
        raise UndefinedError(why)
    return list(solutions[0])


def _reaching(matrix: Any, ends: Sequence[int], start: int) -> list[int]:
    """Return the states that can be passed from the start before an end is reached."""
    found, waiting = [start], [start]
    while waiting:
        state = waiting.pop()
        for after in range(matrix.cols):
            if matrix[state, after] != 0 and after not in ends and after not in found:
                found.append(after)
                waiting.append(after)
    live = []
    for state in found:
        seen, queue = {state}, [state]
        while queue:
            now = queue.pop()
            for after in range(matrix.cols):
                if matrix[now, after] != 0 and after not in seen:
                    seen.add(after)
                    if after not in ends:
                        queue.append(after)
        if seen & set(ends):
            live.append(state)
    return live


def _certain(matrix: Any, end: int, inner: list[int]) -> bool:
    """Return whether the end is reached from every state that is passed."""
    passed = set(inner)
    for state in inner:
        for after in range(matrix.cols):
            if matrix[state, after] != 0 and after != end and after not in passed:
                return False
    return bool(inner)


# Processes.


def _process_of(evaluator: ClaimEvaluator, node: Node) -> Process:
    found = evaluator.objects.get(node.name) if isinstance(node, Name) else None
    if isinstance(found, AnyProcess) and isinstance(node, Name):
        found = evaluator.values.get(f"{node.name}\0")
    if not isinstance(found, Process):
        raise MathsError("this is of a decision process, such as M = mdp{s: {stay: [(1, s, 0)]}}")
    return found


def _discount(evaluator: ClaimEvaluator, node: Node) -> Fraction:
    value = evaluator.number(node)
    if not isinstance(value, Fraction):
        raise TooLargeError("a process is solved for a discount that is a fraction")
    return value


def backup(process: Process, state: str, action: str, values: Sequence[Any], g: Any) -> Any:
    """Return the worth of an action: its rewards and the discounted values after them."""
    total: Any = Fraction(0)
    for p, after, reward in process.moves[state, action]:
        total += p * (reward + g * values[process.states.index(after)])
    return total


def choices(process: Process, state: str) -> list[str]:
    """Return the actions of a state."""
    return [action for action in process.actions if (state, action) in process.moves]


def _evaluated(process: Process, policy: Mapping[str, str], g: Fraction) -> list[Fraction]:
    """Return the values of a policy, by linear equations in fractions."""
    size = len(process.states)
    rows = []
    for k, state in enumerate(process.states):
        row = [Fraction(int(k == j)) for j in range(size)]
        right = Fraction(0)
        for p, after, reward in process.moves.get((state, policy.get(state, "")), ()):
            row[process.states.index(after)] -= g * p
            right += p * reward
        rows.append([*row, right])
    return _gauss(rows)


def _gauss(rows: list[list[Fraction]]) -> list[Fraction]:
    size = len(rows)
    for at in range(size):
        pivot = next((k for k in range(at, size) if rows[k][at] != 0), None)
        if pivot is None:
            raise UndefinedError("the values are not defined for this discount")
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [entry / rows[at][at] for entry in rows[at]]
        for k in range(size):
            factor = rows[k][at]
            if k != at and factor:
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[at], strict=True)]
    return [row[-1] for row in rows]


def _one_or_all(process: Process, values: Sequence[Any], node: Call, place: int) -> Any:
    """Return the value of one state where it is named, else of all in their order."""
    if len(node.arguments) > place:
        state = node.arguments[place]
        if not (isinstance(state, Name) and state.name in process.states):
            raise MathsError(f"the states are {', '.join(process.states)}")
        return values[process.states.index(state.name)]
    return Matrix.column(values)


def _value(evaluator: ClaimEvaluator, node: Call) -> Any:
    if len(node.arguments) < 3:
        raise MathsError(
            "this is written value(M, policy, g), the policy an action or a list of them"
        )
    process = _process_of(evaluator, node.arguments[0])
    policy = _policy(process, node.arguments[1])
    g = _discount(evaluator, node.arguments[2])
    return _one_or_all(process, _evaluated(process, policy, g), node, 3)


def _policy(process: Process, node: Node) -> dict[str, str]:
    """Return the action of each state: one for all, or a list in the order of the states."""
    acting = [state for state in process.states if choices(process, state)]
    if isinstance(node, Name):
        chosen = [node.name] * len(acting)
    elif isinstance(node, Collection) and all(isinstance(item, Name) for item in node.items):
        chosen = [item.name for item in node.items if isinstance(item, Name)]
    else:
        raise MathsError("a policy is an action, or a list of actions in the order of the states")
    if len(chosen) not in (len(acting), len(process.states)):
        raise MathsError(f"the policy needs an action for each of {', '.join(acting)}")
    states = acting if len(chosen) == len(acting) else process.states
    policy = dict(zip(states, chosen, strict=True))
    for state in acting:
        if policy[state] not in choices(process, state):
            raise MathsError(f"{state} has the actions {', '.join(choices(process, state))}")
    return policy


def _optimal(evaluator: ClaimEvaluator, node: Call) -> Any:
    process = _process_of(evaluator, node.arguments[0])
    g = _discount(evaluator, node.arguments[1])
    return _one_or_all(process, optimal(process, g), node, 2)


def optimal(process: Process, g: Fraction) -> list[Fraction]:
    """Return the optimal values, by policy iteration in fractions."""
    policy = {s: choices(process, s)[0] for s in process.states if choices(process, s)}
    for _ in range(MOST_ROUNDS):
        values = _evaluated(process, policy, g)
        better = dict(policy)
        for state in policy:
            worth = {a: backup(process, state, a, values, g) for a in choices(process, state)}
            best = max(worth, key=lambda action: worth[action])
            if worth[best] > worth[policy[state]]:
                better[state] = best
        if better == policy:
            return values
        policy = better
    raise TooLargeError("the optimal policy was not found")


def _bellman(evaluator: ClaimEvaluator, node: Call) -> Any:
    """Return the optimal Bellman operator at values, in the order of the states."""
    if len(node.arguments) != 3:
        raise MathsError("this is written bellman(M, v, g)")
    process = _process_of(evaluator, node.arguments[0])
    values = evaluator.value(node.arguments[1])
    g = evaluator.number(node.arguments[2])
    entries = list(values) if isinstance(values, Matrix) else [values]
    if len(entries) != len(process.states):
        raise UndefinedError(f"the values are a vector({len(process.states)})")
    return Matrix.column(
        evaluator.extreme("max", [backup(process, s, a, entries, g) for a in choices(process, s)])
        if choices(process, s)
        else Fraction(0)
        for s in process.states
    )


def processes(kind: AnyProcess, draw: random.Random | None = None) -> list[Process]:
    """Return the processes of a size that are tried: simple ones, or one at random."""
    states = tuple(f"s{k}" for k in range(1, kind.states + 1))
    actions = tuple(f"a{k}" for k in range(1, kind.actions + 1))
    if draw is not None:
        return [_drawn(states, actions, draw)]
    first = (states[0], actions[0])
    ways: list[Callable[[int, int], int]] = [lambda i, j: i, lambda i, j: i + j, lambda i, j: i + 1]
    pays: list[Callable[[int, int], int]] = [
        lambda i, j: j,
        lambda i, j: 0,
        lambda i, j: int((states[i], actions[j]) == first),
        lambda i, j: 1,
    ]
    return [
        Process(
            states,
            actions,
            {
                (s, a): ((Fraction(1), states[way(i, j) % len(states)], Fraction(pay(i, j))),)
                for i, s in enumerate(states)
                for j, a in enumerate(actions)
            },
        )
        for pay in pays
        for way in ways
    ]


def _drawn(states: tuple[str, ...], actions: tuple[str, ...], draw: random.Random) -> Process:
    moves = {}
    for state in states:
        for action in actions:
            weights = [draw.randint(1, 20) for _ in states]
            moves[state, action] = tuple(
                (Fraction(w, sum(weights)), after, Fraction(draw.randint(-20, 20), 4))
                for w, after in zip(weights, states, strict=True)
            )
    return Process(states, actions, moves)


SPECIAL.update({"value": _value, "optimal": _optimal, "bellman": _bellman})
