"""What a claim draws: the laws that its fence names, read and checked."""

import re
from dataclasses import replace
from fractions import Fraction

from sims.claims.arithmetic import as_node, constant
from sims.claims.domains import Domain
from sims.claims.evaluator import ClaimEvaluator
from sims.claims.laws import ALIASES, FAMILIES, Law, Outcome
from sims.claims.notation import tree
from sims.claims.point import shown
from sims.claims.reading import Draw, Reading
from sims.claims.statement import ClaimError, split
from sims.maths.limits import Budget
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Collection, Name, Node, Number, free_names, integer, rational


def read_laws(reading: Reading) -> list[Law]:
    """Return the laws of the draws, in order. Raises ClaimError for one that cannot be."""
    laws: list[Law] = []
    for draw in reading.draws:
        law = law_of(draw, reading)
        earlier = {name for one in laws for name in one.names}
        used = set().union(*map(free_names, law.parameters)) if law.parameters else set()
        for node in (law.mean, law.variance):
            used |= free_names(node) if node is not None else set()
        later = {name for d in reading.draws for name in d.names} - earlier
        if used & later:
            name = sorted(used & later)[0]
            raise ClaimError(
                f"{draw.names[0]} depends on {name}, which is drawn after it", draw.place
            )
        laws.append(replace(law, parents=frozenset(used & earlier)))
        _check(laws[-1], reading)
        family = FAMILIES.get(law.family)
        if family and family.convention:
            reading.says(family.convention)
    return laws


def _check(law: Law, reading: Reading) -> None:
    """Raise ClaimError for parameters that no law of this kind has."""
    evaluator = ClaimEvaluator({}, Budget())
    for need in law.needs():
        if not free_names(need) and evaluator.holds(need) is False:
            raise ClaimError(
                f"there is no law {reading.draws[law.place[1]].law}: it needs {text(need)}",
                law.place,
            )
    if law.table:
        probabilities = [probability for _, probability in law.table]
        if not any(free_names(p) for p in probabilities):
            values = [evaluator.number(p) for p in probabilities]
            if any(value < 0 for value in values):
                raise ClaimError("a probability of the table is negative", law.place)
            if sum(values) != 1:
                raise ClaimError(
                    f"the table sums to {shown(sum(values))}; make it sum to 1", law.place
                )


_CALL = re.compile(
    r"\\?(?:mathcal\{)?(?P<name>[A-Za-z][A-Za-z0-9]*)\}?\s*(?P<body>[({\[].*)$", re.S
)


_WITH = re.compile(r"\s+(with|without)(?:\s+replacement)?\s*$")


def law_of(draw: Draw, reading: Reading) -> Law:
    """Return the law that a draw names. Raises ClaimError."""
    text = draw.law.strip()
    without = False
    if found := _WITH.search(text):
        without, text = found[1] == "without", text[: found.start()]
    found = _CALL.match(text)
    if not found:
        raise ClaimError(
            f"{text!r} is no law; write such as Normal(m, v) or table{{1: 1/2, 2: 1/2}}", draw.place
        )
    name, body = found["name"], found["body"].strip()
    inside = body[1:-1] if body[-1:] in ")}]" else ""
    if not inside.strip():
        raise ClaimError(f"{name} needs its parameters in brackets", draw.place)
    if name == "table":
        return Law(draw.names, table=_table(inside, draw, reading), place=draw.place)
    if name == "iid":
        inner, size = _two(inside, "iid(Normal(m, v), n)", draw)
        one = law_of(replace(draw, law=inner), reading)
        if one.sampled:
            raise ClaimError("iid of iid is written as one", draw.place)
        return replace(one, size=_node(size, reading, draw))
    if name == "sample":
        items, size = _two(inside, "sample([1, 2, 3], 2)", draw)
        return _sample(draw, items, size, without, reading)
    if name in ("Uniform", "Unif", "U") and body.startswith("{"):
        values = split(inside, ",")
        share = rational(Fraction(1, len(values)))
        table = tuple(((_node(value, reading, draw),), share) for value in values)
        return Law(draw.names, table=table, place=draw.place)
    if name == "any":
        return _any(draw, inside, reading)
    if name == "Categorical":
        return _categorical(draw, inside, reading)
    return _family(draw, name, inside, reading)


def _two(inside: str, example: str, draw: Draw) -> tuple[str, str]:
    parts = split(inside, ",")
    if len(parts) != 2:
        raise ClaimError(f"this is written {example}", draw.place)
    return parts[0], parts[1]


def _node(text: str, reading: Reading, draw: Draw) -> Node:
    return tree(text, reading.names, draw.place)


def _family(draw: Draw, name: str, inside: str, reading: Reading) -> Law:
    name = ALIASES.get(name, name)
    family = FAMILIES.get(name)
    if family is None:
        from difflib import get_close_matches

        close = get_close_matches(
            name, [*FAMILIES, "table", "iid", "sample", "any", "Categorical"], 1
        )
        hint = (
            f"did you mean {close[0]}?"
            if close
            else f"it can be one of {', '.join(FAMILIES)}, table, iid, sample, any"
        )
        raise ClaimError(f"the law {name[:30]!r} is not known; {hint}", draw.place)
    parts = split(inside, ",")
    if len(parts) != len(family.parameters):
        wanted = len(family.parameters)
        raise ClaimError(
            f"{name} has {wanted} parameter{'s' * (wanted > 1)}, not {len(parts)}", draw.place
        )
    return Law(
        draw.names, name, tuple(_node(part, reading, draw) for part in parts), place=draw.place
    )


def _any(draw: Draw, inside: str, reading: Reading) -> Law:
    values: dict[str, Node] = {}
    for part in split(inside, ","):
        word, _, text = part.partition(" ")
        if word not in ("mean", "variance") or not text.strip():
            raise ClaimError("this is written any(mean m, variance v)", draw.place)
        values[word] = _node(text, reading, draw)
    if "mean" not in values:
        raise ClaimError("any(…) needs its mean: any(mean m, variance v)", draw.place)
    return Law(draw.names, mean=values["mean"], variance=values.get("variance"), place=draw.place)


def _categorical(draw: Draw, inside: str, reading: Reading) -> Law:
    node = _node(inside, reading, draw)
    if not isinstance(node, Collection):
        raise ClaimError(
            "Categorical has a list of probabilities: Categorical([1/2, 1/2])", draw.place
        )
    table = tuple(((integer(k),), p) for k, p in enumerate(node.items, 1))
    reading.says("Categorical counts its values from 1")
    return Law(draw.names, table=table, place=draw.place)


def _table(inside: str, draw: Draw, reading: Reading) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for part in split(inside, ","):
        head, colon, weight = part.rpartition(":")
        if not colon:
            raise ClaimError("a table is written table{(0, 1): 1/2, (1, 0): 1/2}", draw.place)
        head = head.strip()
        values = (
            split(head[1:-1], ",")
            if head.startswith("(") and head.endswith(")") and len(draw.names) > 1
            else [head]
        )
        if len(values) != len(draw.names):
            raise ClaimError(
                f"{head} has {len(values)} values for {len(draw.names)} names", draw.place
            )
        outcomes.append(
            (tuple(_node(v, reading, draw) for v in values), _node(weight, reading, draw))
        )
    return tuple(outcomes)


def _sample(draw: Draw, items: str, size: str, without: bool, reading: Reading) -> Law:
    node = _node(items, reading, draw)
    if not isinstance(node, Collection) or not node.items:
        raise ClaimError(
            "sample takes a list: sample([1, 2, 3], 2) without replacement", draw.place
        )
    share = rational(Fraction(1, len(node.items)))
    table = tuple(((item,), share) for item in node.items)
    count = _node(size, reading, draw)
    if without and (n := constant(count)) is not None and n > len(node.items):
        raise ClaimError(
            f"there are only {len(node.items)} to draw without replacement", draw.place
        )
    return Law(draw.names, table=table, size=count, without=without, place=draw.place)


def parameter_domains(reading: Reading) -> dict[str, Domain]:
    """Return the domains that laws give to parameters that are not declared."""
    found: dict[str, Domain] = {}

    def put(node: Node | None, kind: str) -> None:
        if isinstance(node, Name) and node.name not in reading.domains:
            found.setdefault(node.name, _domain(kind))
        elif node is not None:
            for name in free_names(node):
                found.setdefault(name, Domain("real", written="real"))

    drawn = {name for draw in reading.draws for name in draw.names}
    for draw in reading.draws:
        law = law_of(draw, reading)
        if law.family:
            for node, kind in zip(law.parameters, FAMILIES[law.family].parameters, strict=True):
                put(node, kind)
        put(law.mean, "real")
        put(law.variance, "nonnegative")
        put(law.size, "size")
        for values, probability in law.table:
            put(probability, "probability")
            for value in values:
                put(as_node(value), "real")
    return {
        name: domain
        for name, domain in found.items()
        if name not in drawn and name not in reading.domains
    }


def _domain(kind: str) -> Domain:
    if kind == "open probability":
        return Domain("interval", (), Number("0"), Number("1"), (False, True), written="in (0, 1]")
    return Domain(kind, written=kind)
