"""The definitions of a fence: functions, names, recurrences, chains, processes; and their use."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sims.claims.markov import object_of
from sims.claims.notation import MOST_DEPTH, Unsure, check_name, tree
from sims.claims.reading import Reading, Recurrence, applied
from sims.claims.statement import ClaimError, Statement
from sims.maths.evaluation.differentiate import differentiated
from sims.maths.syntax.to_text import text as as_text
from sims.maths.syntax.tree import (
    Call,
    Definition,
    Derivative,
    Index,
    Name,
    Node,
    depth,
    substitute,
)
from sims.maths.syntax.vocabulary import GREEK

_FUNCTION = re.compile(
    r"(?P<name>[A-Za-z]\w*'*)\s*\((?P<inside>.*?)\)\s*:?=(?!=)\s*(?P<body>.+)$", re.S
)


_SEQUENCE = re.compile(
    r"(?P<name>[A-Za-z]\w*)\s*(?:\[(?P<a>[^\]]+)\]|_(?P<b>\{[^}]+\}|\w+))\s*=\s*(?P<body>.+)$"
)


_ALIAS = re.compile(r"(?P<name>[A-Za-z]\w*'*)\s*:?=(?!=)\s*(?P<body>.+)$", re.S)


OBJECT = re.compile(r"(?P<name>[A-Za-z]\w*)\s*:?=\s*(?P<kind>chain|mdp)\s*(?P<body>[{(].*)$", re.S)


_PARAMETER = re.compile(r"[A-Za-z]\w*'*$")


def unslashed(text: str) -> str:
    r"""Return a definition with `\sigma(x)` at its left as `sigma(x)`."""
    text = text.strip().strip("$").strip()
    greek = "|".join(sorted(GREEK))
    return re.sub(rf"^\\({greek})(?![A-Za-z])\s*", r"\1", text)


def names_given(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name that a definition gives, with its word in the maths language."""
    text = unslashed(text)
    if found := OBJECT.match(text):
        yield found["name"], "name"
    elif found := _FUNCTION.match(text):
        yield found["name"], "function"
        if not found["name"].endswith("'"):
            yield f"{found['name']}'", "function"
            yield f"{found['name']}''", "function"
    elif found := _SEQUENCE.match(text):
        yield found["name"], "function" if found["a"] else "real"
    elif found := _ALIAS.match(text):
        body = found["body"].strip()
        kind = "matrix" if body.startswith(("[[", "matrix")) else "real"
        kind = "vector" if body.startswith("[") and not body.startswith("[[") else kind
        yield found["name"], kind


def read_lets(
    statement: Statement, reading: Reading
) -> tuple[dict[str, Definition], dict[str, Node]]:
    """Return the functions and the names that definitions give; sequences and objects are kept."""
    functions: dict[str, Definition] = {}
    aliases: dict[str, Node] = {}
    starts: dict[str, dict[int, Node]] = {}
    steps: dict[str, tuple[str, int, Node]] = {}
    every = (*statement.define, *statement.let)
    places = [("define", k) for k in range(len(statement.define))]
    places += [("let", k) for k in range(len(statement.let))]
    for place, written in zip(places, (*statement.define, *statement.let), strict=True):
        text = unslashed(written)
        if found := OBJECT.match(text):
            reading.objects[found["name"]] = object_of(found["kind"], found["body"], place)
        elif found := _FUNCTION.match(text):
            _function(found, place, reading, functions, starts, steps)
        elif (found := _SEQUENCE.match(text)) and _is_sequence(found, every):
            inside = (found["a"] or found["b"]).strip("{}")
            _step(found["name"], inside, found["body"], place, reading, starts, steps)
        elif found := _ALIAS.match(text):
            check_name(found["name"], place)
            aliases[found["name"]] = unfolded(
                tree(found["body"], reading.names, place), functions, aliases
            )
        else:
            raise ClaimError("a definition is written `f(x) = …` or `a = …`", place)
    for name in {*starts, *steps}:
        if name not in steps:
            raise ClaimError(f"{name} has a start and no step, such as {name}[t+1] = …", ("let", 0))
        if name not in starts:
            raise ClaimError(f"{name} has a step and no start, such as {name}(0) = 1", ("let", 0))
        variable, shift, step = steps[name]
        reading.recurrences[name] = Recurrence(name, starts.get(name, {}), variable, shift, step)
    return functions, aliases


def _function(
    found: re.Match[str],
    place: tuple[str, int],
    reading: Reading,
    functions: dict[str, Definition],
    starts: dict[str, dict[int, Node]],
    steps: dict[str, tuple[str, int, Node]],
) -> None:
    name, inside = found["name"], found["inside"]
    parameters = [part.strip() for part in inside.split(",")]
    plain = all(_PARAMETER.match(part) for part in parameters)
    check_name(name, place)
    if not plain:
        _step(name, inside, found["body"], place, reading, starts, steps)
        return
    known = {**reading.names.variables, **dict.fromkeys(parameters, "real")}
    arrays = {
        part: "vector"
        for part in parameters
        if re.search(
            rf"\b{re.escape(part)}_\{{?[a-z]\b|\b{re.escape(part)}\^T|transpose\({re.escape(part)}\)",
            found["body"],
        )
    }
    names = replace(
        reading.names, variables={**known, **arrays}, unsure=Unsure({**known, **arrays})
    )
    body = tree(found["body"], names, place)
    if any(isinstance(part, Call) and part.function == name for part in body.walk()):
        if len(parameters) != 1:
            raise ClaimError("a recurrence runs over one name", place)
        steps[name] = (parameters[0], 0, body)
        return
    functions[name] = Definition(name, tuple(parameters), body)


def _step(
    name: str,
    inside: str,
    body: str,
    place: tuple[str, int],
    reading: Reading,
    starts: dict[str, dict[int, Node]],
    steps: dict[str, tuple[str, int, Node]],
) -> None:
    """Take one line of a recurrence: a start `x[0] = 1`, or the step `x[t+1] = …`."""
    inside = inside.strip()
    node = tree(body.replace("[", "(").replace("]", ")"), reading.names, place)
    node = indexed_as_calls(node, name)
    if re.fullmatch(r"-?\d+", inside):
        starts.setdefault(name, {})[int(inside)] = node
        return
    found = re.fullmatch(r"([A-Za-z]\w*)\s*(?:([+-])\s*(\d+))?", inside)
    if not found:
        raise ClaimError(
            f"the step of a recurrence is written {name}[t+1] = … or {name}(n) = …", place
        )
    shift = int((found[2] or "+") + (found[3] or "0"))
    steps[name] = (found[1], shift, node)


def indexed_as_calls(node: Node, name: str) -> Node:
    """Return `x_t` as `x(t)` for a sequence."""
    if isinstance(node, Index) and node.base == Name(name):
        return Call(name, tuple(indexed_as_calls(index, name) for index in node.indices))
    return node.map(lambda child: indexed_as_calls(child, name))


def _without_entries(node: Node, aliases: Mapping[str, Node]) -> Node:
    """Return a tree in which a defined letter with a subscript, `E_k`, is what it is."""
    node = node.map(lambda child: _without_entries(child, aliases))
    return aliases.get(as_text(node), node) if isinstance(node, Index) else node


def _is_sequence(found: re.Match[str], texts: Sequence[str]) -> bool:
    """Return whether `x_0 = …` belongs to a recurrence: some line gives its step."""
    if found["a"]:
        return True
    step = re.compile(rf"\s*{re.escape(found['name'])}_\{{?[A-Za-z]\w*\s*[+-]\s*\d+\}}?\s*=")
    return any(step.match(text.strip().strip("$")) for text in texts)


def _derived(call: Call, functions: Mapping[str, Definition]) -> Node:
    """Return `f'(u)` as the derivative that it is, where that can be written; else as it was."""
    name = call.function.rstrip("'")
    order = len(call.function) - len(name)
    (inside,) = call.arguments
    if not order or call.function in functions:
        return call
    if name in functions and len(functions[name].parameters) == 1:
        parameter = functions[name].parameters[0]
        body: Node | None = functions[name].body
        for _ in range(order):
            body = None if body is None else differentiated(body, parameter)
        return call if body is None else substitute(body, {parameter: inside})
    if isinstance(inside, Name):
        return Derivative(Call(name, (inside,)), inside, order)
    return call


def unfolded(
    node: Node, functions: Mapping[str, Definition], aliases: Mapping[str, Node], level: int = 0
) -> Node:
    """Return a tree with the functions and names of definitions put in. Raises ClaimError."""
    if level > 24:
        raise ClaimError(
            "a definition uses itself; write its start too, such as f(0) = 1", ("let", 0)
        )
    if aliases:
        node = substitute(_without_entries(node, aliases), dict(aliases))

    def put(part: Node) -> Node:
        part = part.map(put)
        if isinstance(part, Call) and len(part.arguments) == 1:
            part = _derived(part, functions)
        if isinstance(part, Call) and part.function in functions:
            definition = functions[part.function]
            if len(definition.parameters) != len(part.arguments):
                wanted = len(definition.parameters)
                raise ClaimError(
                    f"{part.function} takes {wanted} arguments, not {len(part.arguments)}"
                )
            inner = {k: v for k, v in functions.items() if k != part.function}
            body = unfolded(definition.body, inner, aliases, level + 1)
            return applied(
                Definition(definition.function, definition.parameters, body), part.arguments
            )
        if isinstance(part, Definition):
            return part
        return part

    result = put(node)
    if depth(result) > MOST_DEPTH:
        raise ClaimError("with its definitions put in this is nested too deeply", ("let", 0))
    return result
