"""The language of claims: the fields of a fence, read into trees, domains, laws and objects.

It is the maths language with relations between laws, expectations, orders of growth and a few
words. LaTeX may stand wherever it may. Nothing is ever executed.
"""

import re
from collections.abc import Collection as Names_
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from sims.claims import domains as domain_words
from sims.claims.domains import Domain, Ends
from sims.claims.statement import ClaimError, Statement, split
from sims.maths import DELIMITERS
from sims.maths.comparison.tolerance import Tolerance, read_tolerance
from sims.maths.errors import MathsError
from sims.maths.limits import MAX_CHARACTERS
from sims.maths.syntax.latex import Reader
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tokens import Names
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Collection,
    Definition,
    Divide,
    Index,
    Interval,
    Logic,
    Name,
    Node,
    Number,
    Relation,
    SetOperation,
    Unary,
    bound_names,
    depth,
    free_names,
    substitute,
)
from sims.maths.syntax.vocabulary import (
    BINDERS,
    CONSTANTS,
    GREEK,
    LETTERS,
    WORD_OPERATORS,
    canonical_function,
)
from sims.maths.syntax.vocabulary import FUNCTIONS as FUNCTION_NAMES

MOMENTS = ("E", "Var", "Cov", "P", "Std", "Corr", "median", "sd", "corr", "mode")
PREDICATES = (
    "law", "independent", "defined", "psd", "pd", "invertible", "rank", "convex", "concave",
    "increasing", "decreasing", "root", "bigO", "bigTheta", "bigOmega", "smallo", "isprime",
    "symmetric", "orthogonal", "nullity", "uncorrelated",
)  # fmt: skip
FUNCTIONS = (
    "lim", "argmax", "argmin", "steps", "reach", "stationary", "value", "optimal", "eye", "phi",
    "quantile", "mode", "roots", "bellman", "greedy", "eigenvalues", "percentile", "pdf", "cdf",
    "remainder", "sort", "block", "totient", "zeros", "ones", "pmf", "step", "occupancy",
)  # fmt: skip
SPOKEN = frozenset({*MOMENTS, *PREDICATES, *FUNCTIONS})
"""Words that the language of claims has beside those of the maths language."""
WORDS = {"cov": "Cov", "Pr": "P", "Expect": "E", "Variance": "Var", "Covariance": "Cov"}
MOST_DEPTH = 90

_GROWTH = {"O": "bigO", "Theta": "bigTheta", "Omega": "bigOmega", "o": "smallo", "Θ": "bigTheta",
           "Ω": "bigOmega"}  # fmt: skip
_ORDER = re.compile(r"\bis\s+(?:in\s+)?(O|Theta|Omega|o|Θ|Ω)\s*\(")
_FUNCTION = re.compile(
    r"(?P<name>[A-Za-z]\w*'*)\s*\((?P<inside>.*?)\)\s*:?=(?!=)\s*(?P<body>.+)$", re.S
)
_SEQUENCE = re.compile(
    r"(?P<name>[A-Za-z]\w*)\s*(?:\[(?P<a>[^\]]+)\]|_(?P<b>\{[^}]+\}|\w+))\s*=\s*(?P<body>.+)$"
)
_ALIAS = re.compile(r"(?P<name>[A-Za-z]\w*'*)\s*:?=(?!=)\s*(?P<body>.+)$", re.S)
_OBJECT = re.compile(r"(?P<name>[A-Za-z]\w*)\s*:?=\s*(?P<kind>chain|mdp)\s*(?P<body>[{(].*)$", re.S)
_DRAW = re.compile(
    r"(?P<names>[^\W\d]\w*(?:_\{?\w+\}?)?|\([^()]*\))\s*(?:~|∼|\\sim\b)\s*(?P<law>.+)$", re.S
)
_PARAMETER = re.compile(r"[A-Za-z]\w*'*$")


@dataclass(frozen=True)
class Recurrence:
    """A sequence or a function of whole numbers by its start and its step.

    ``starts`` maps whole numbers to values; ``step`` is the value at ``variable`` (a tree in which
    the name is called at smaller arguments), ``shift`` what is to be added to reach it: 1 for
    ``x[t+1] = …``.
    """

    name: str
    starts: Mapping[int, Node]
    variable: str = ""
    shift: int = 0
    step: Node | None = None


@dataclass(frozen=True)
class Draw:
    """Random variables that are drawn together: their names and the law as it was written."""

    names: tuple[str, ...]
    law: str
    place: tuple[str, int]


@dataclass
class Reading:
    """A claim that was read: what is asserted, and of what."""

    statement: Statement
    goal: Node
    domains: dict[str, Domain]
    ends: dict[str, Ends] = field(default_factory=dict)
    conditions: list[Node] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    objects: dict[str, Any] = field(default_factory=dict)
    recurrences: dict[str, Recurrence] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    within: Tolerance | None = None
    upto: int | None = None
    conventions: list[str] = field(default_factory=list)
    shipped: list[str] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    said: Node | None = None
    """The statement before its definitions were put in."""
    asserted: Node | None = None
    """The statement as it was read, where ``goal`` is what became of it."""

    def with_goal(self, goal: Node, conditions: Sequence[Node] | None = None) -> "Reading":
        """Return the reading with another statement, and other conditions where they are given."""
        kept = self.conditions if conditions is None else list(conditions)
        return replace(self, goal=goal, conditions=kept, conventions=list(self.conventions))

    def says(self, text: str) -> None:
        """Take note of a convention, once."""
        if text not in self.conventions:
            self.conventions.append(text)


class Unsure(Names_[str]):
    """Single letters that nobody declared: before a bracket they may be functions or factors."""

    def __init__(self, known: Names_[str]) -> None:
        self.known = known

    def __contains__(self, name: object) -> bool:
        return (
            isinstance(name, str)
            and name not in self.known
            and (len(name.rstrip("'0123456789")) == 1 or name in GREEK)
            and name not in CONSTANTS
        )

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def read(statement: Statement) -> Reading:
    """Return what a statement says. Raises ClaimError."""
    from sims.claims.definitions import shipped

    found = _declared(statement)
    functions, aliases = _lets(statement, found)
    names = found.names
    goal = tree(statement.claim, names, ("claim", 0))
    conditions = [tree(text, names, ("if", k)) for k, text in enumerate(statement.condition)]
    used = {part.function for node in (goal, *conditions, *[d.body for d in functions.values()])
            for part in node.walk() if isinstance(part, Call)}  # fmt: skip
    for name, definition in shipped().items():
        if name not in functions and (name in used or _needs(name, used, shipped())):
            functions.setdefault(name, definition)
            found.shipped.append(name)
    found.definitions = functions
    found.said = goal
    found.goal = unfolded(goal, functions, aliases)
    found.conditions = [unfolded(node, functions, aliases) for node in conditions]
    found.recurrences = {
        name: replace(r, starts={k: unfolded(v, functions, aliases) for k, v in r.starts.items()},
                      step=unfolded(r.step, functions, aliases) if r.step is not None else None)
        for name, r in found.recurrences.items()
    }  # fmt: skip
    arrays = _arrays(found)
    found.goal = _flattened(found.goal, arrays, frozenset())
    found.conditions = [_flattened(node, arrays, frozenset()) for node in found.conditions]
    found.objects |= {f"{name}(": r for name, r in found.recurrences.items()}
    for name in found.recurrences:
        found.goal = _indexed_as_calls(found.goal, name)
        found.conditions = [_indexed_as_calls(node, name) for node in found.conditions]
    _check_names(found)
    return found


def _needs(name: str, used: set[str], definitions: Mapping[str, Definition]) -> bool:
    """Return whether some shipped definition that is used calls this one."""
    return any(
        isinstance(part, Call) and part.function == name
        for other in used
        if other in definitions
        for part in definitions[other].body.walk()
    )


def _declared(statement: Statement) -> Reading:
    """Return a reading with domains, draws and names, before any statement is read."""
    known = dict.fromkeys(SPOKEN, "function")
    known |= dict.fromkeys(WORDS, "function")
    domains: dict[str, Domain] = {}
    draws = [_draw(text, ("draw", k)) for k, text in enumerate(statement.draw)]
    for written, words in statement.variables.items():
        name = _ascii(written)
        _check_name(name, ("variables", 0))
        domains[name] = domain(words, name)
        known[name] = domains[name].syntax
    for draw in draws:
        for name in draw.names:
            known[name] = "vector" if draw.law.startswith(("iid", "sample")) else "real"
    for text in (*statement.define, *statement.let):
        for one, word in _let_names(text):
            known[one] = word
    from sims.claims.definitions import shipped

    for name in shipped():
        known.setdefault(name, "function")
    also = _state_names(statement) | _unit_names(statement, known)
    names = Names(known, also=also, unsure=Unsure(known))
    reading = Reading(statement, Number("0"), domains, draws=draws, names=names)
    _ends(reading)
    try:
        reading.within = read_tolerance(statement.within) if statement.within else None
    except MathsError as error:
        raise ClaimError(error.message, ("within", 0)) from None
    if statement.upto:
        text = statement.upto.rpartition("=")[2].strip()
        if not text.isdigit() or not 1 <= int(text) <= domain_words.LARGEST:
            raise ClaimError("`upto` is a whole number from 1 to 1000000", ("upto", 0))
        reading.upto = int(text)
    for name in statement.exists:
        if name not in domains:
            raise ClaimError(f"`exists` names {name}, which `variables` does not", ("exists", 0))
    return reading


def _ascii(name: str) -> str:
    """Return a name with its Greek letters spelt out."""
    return "".join(LETTERS.get(letter, letter) for letter in name.strip())


def _check_name(name: str, place: tuple[str, int]) -> None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*'*(?:_\w+|_\{[\w,]+\})?", name) or len(name) > 30:
        raise ClaimError(
            f"{name[:30]!r} is no name; a name is letters, such as x, alpha or lr", place
        )


def _ends(reading: Reading) -> None:
    """Put the ends of intervals and the items of sets, where they are numbers."""
    from sims.claims.evaluator import ClaimEvaluator
    from sims.maths.limits import Budget

    evaluator = ClaimEvaluator({}, Budget())

    def end(node: Node | None) -> Fraction | None:
        if node is None or domain_words.is_infinite(node):
            return None
        return domain_words.whole_ends(evaluator.number(node))

    for name, one in reading.domains.items():
        place = ("variables", 0)
        try:
            if one.kind == "set":
                items = tuple(evaluator.value(item) for item in one.items)
                reading.ends[name] = Ends(items=items)
            elif one.kind == "residue" and not free_names(one.sizes[0]):
                size = evaluator.integer(one.sizes[0])
                reading.ends[name] = Ends(Fraction(0), Fraction(size - 1), whole=True)
            elif one.kind == "interval" and not _ends_free(one):
                reading.ends[name] = Ends(end(one.low), end(one.high), one.closed)
            elif one.kind == "integers" and not _ends_free(one):
                low, high = end(one.low), end(one.high)
                reading.ends[name] = _whole_ends(one, low, high, name)
        except (MathsError, ArithmeticError) as error:
            raise ClaimError(f"the domain of {name}: {error}", place) from None
        found = reading.ends.get(name)
        if found and found.low is not None and found.high is not None and found.low > found.high:
            raise ClaimError(f"the domain of {name} is empty", place)


def _ends_free(one: Domain) -> bool:
    return any(end is not None and free_names(end) for end in (one.low, one.high))


def _whole_ends(one: Domain, low: Fraction | None, high: Fraction | None, name: str) -> Ends:
    if low is None or high is None:
        raise ClaimError(
            f"an integer range of {name} has two ends; see `upto` for one without", ("variables", 0)
        )
    first, last = -(-low.numerator // low.denominator), high.numerator // high.denominator
    first += first == low and not one.closed[0]
    last -= last == high and not one.closed[1]
    return Ends(Fraction(first), Fraction(last), whole=True)


_IN = re.compile(r"(?P<kind>integer|integers|real|int)?\s*(?:in|∈)\s*(?P<set>[\[({].*[\])}])$")


def domain(words: str, name: str) -> Domain:
    """Return the domain that some words say. Raises ClaimError."""
    text = " ".join(words.split()).removeprefix("a ").removeprefix("an ")
    place = ("variables", 0)
    plain = domain_words.SYNONYMS.get(text, text)
    if plain in domain_words.SCALARS or plain in domain_words.FUNCTIONS:
        return Domain(plain, written=text)
    try:
        if found := _IN.match(text):
            return _ranged(found["kind"] or "", found["set"], text)
        if found := re.fullmatch(r"(?P<kind>[A-Za-z -]+?)\s*\((?P<sizes>.+)\)", text):
            kind = domain_words.SYNONYMS.get(found["kind"].strip(), found["kind"].strip())
            if kind == "quantity":
                return Domain("quantity", unit=found["sizes"].strip(), written=text)
            sizes = tuple(parse_named(part, Names()) for part in split(found["sizes"], ","))
            return _sized(kind, sizes, text)
        arrays = (*domain_words.VECTORS, *domain_words.MATRICES, "positive definite")
        if plain in arrays:
            return _sized(plain, (Name("n"),), text)
    except MathsError as error:
        raise ClaimError(
            f"the domain of {name}, {text}, cannot be read: {error.message}", place
        ) from None
    raise ClaimError(_unknown_domain(text, name), place)


def _unknown_domain(text: str, name: str) -> str:
    from difflib import get_close_matches

    every = (*domain_words.SCALARS, *domain_words.VECTORS, *domain_words.MATRICES,
             *domain_words.FUNCTIONS, *domain_words.SYNONYMS)  # fmt: skip
    close = get_close_matches(text.partition("(")[0].strip(), every, 1)
    hint = (
        f"did you mean {close[0]}?"
        if close
        else (
            "it can be real, positive, integer, probability, in (0, 1), vector(n), matrix(m, n), …"
        )
    )
    return f"the domain {text[:40]!r} of {name} is not known; {hint}"


def _sized(kind: str, sizes: tuple[Node, ...], text: str) -> Domain:
    if kind == "residue":
        return Domain("residue", sizes, written=text)
    if kind in domain_words.VECTORS:
        if len(sizes) != 1:
            raise MathsError(f"{kind} has one size, such as {kind}(n)")
        return Domain(kind, sizes, written=text)
    if kind in domain_words.MATRICES or kind == "positive definite":
        if len(sizes) == 1:
            sizes = (sizes[0], sizes[0])
        if len(sizes) != 2 or (kind not in ("matrix", "stochastic") and sizes[0] != sizes[1]):
            raise MathsError(f"{kind} is written {kind}(n)")
        return Domain(kind, sizes, written=text)
    raise MathsError(f"{kind!r} is not a kind of vector or matrix")


def _ranged(kind: str, text: str, written: str) -> Domain:
    node = parse_named(text, Names())
    whole = kind.startswith("int")
    if isinstance(node, Collection) and node.kind == "set":
        if not node.items:
            raise MathsError("the set is empty")
        return Domain("set", items=node.items, written=written)
    if isinstance(node, Interval):
        low, high, closed = node.low, node.high, (node.closed_low, node.closed_high)
    elif isinstance(node, Collection) and len(node.items) == 2 and node.kind in ("list", "tuple"):
        (low, high), is_closed = node.items, node.kind == "list"
        closed = (is_closed, is_closed)
    else:
        raise MathsError("a domain is an interval such as (0, 1) or [1, 6], or a set {1, 2, 3}")
    return Domain("integers" if whole else "interval", (), low, high, closed, written=written)


def _draw(text: str, place: tuple[str, int]) -> Draw:
    found = _DRAW.match(text.strip().strip("$"))
    if not found:
        raise ClaimError("a draw is written X ~ Normal(m, v)", place)
    words = found["names"].strip("()").split(",")
    names = tuple(name for word in words if (name := _ascii(word)))
    for name in names:
        _check_name(name, place)
    law = found["law"].strip()
    return Draw(names, law, place)


def _let_names(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name that a definition gives, with its word in the maths language."""
    text = text.strip().strip("$")
    if found := _OBJECT.match(text):
        yield found["name"], "name"
    elif found := _FUNCTION.match(text):
        yield found["name"], "function"
    elif found := _SEQUENCE.match(text):
        yield found["name"], "function" if found["a"] else "real"
    elif found := _ALIAS.match(text):
        body = found["body"].strip()
        kind = "matrix" if body.startswith(("[[", "matrix")) else "real"
        kind = "vector" if body.startswith("[") and not body.startswith("[[") else kind
        yield found["name"], kind


def _state_names(statement: Statement) -> frozenset[str]:
    """Return the names of the states and actions of chains and processes."""
    found: set[str] = set()
    for text in (*statement.define, *statement.let):
        if (match := _OBJECT.match(text.strip())) and match["body"].startswith("{"):
            found.update(re.findall(r"[A-Za-z]\w*", match["body"]))
    for text in statement.draw:
        if "{" in text:
            found.update(re.findall(r"[A-Za-z]\w+", text.partition("{")[2]))
    return frozenset(found)


def _unit_names(statement: Statement, known: Mapping[str, str]) -> frozenset[str]:
    """Return the words of a claim that are units, such as ``km`` and ``year``."""
    texts = (statement.claim, *statement.condition, *statement.let, *statement.draw)
    words = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text)} - set(known)
    words |= {"minute"} if any(re.search(r"\d\s*min\b", text) for text in texts) else set()
    if not words:
        return frozenset()
    from sims.claims.quantities import unit_of

    return frozenset(
        word for word in words
        if canonical_function(word) is None and word not in GREEK and word not in TAKEN
        and unit_of(word) is not None
    )  # fmt: skip


TAKEN = frozenset({*CONSTANTS, *BINDERS, *WORD_OPERATORS, "given"})


def _lets(statement: Statement, reading: Reading) -> tuple[dict[str, Definition], dict[str, Node]]:
    """Return the functions and the names that definitions give; sequences and objects are kept."""
    functions: dict[str, Definition] = {}
    aliases: dict[str, Node] = {}
    starts: dict[str, dict[int, Node]] = {}
    steps: dict[str, tuple[str, int, Node]] = {}
    every = (*statement.define, *statement.let)
    places = [("define", k) for k in range(len(statement.define))]
    places += [("let", k) for k in range(len(statement.let))]
    for place, written in zip(places, (*statement.define, *statement.let), strict=True):
        text = written.strip().strip("$")
        if found := _OBJECT.match(text):
            from sims.claims.markov import object_of

            reading.objects[found["name"]] = object_of(found["kind"], found["body"], place)
        elif found := _FUNCTION.match(text):
            _function(found, place, reading, functions, starts, steps)
        elif (found := _SEQUENCE.match(text)) and _is_sequence(found, every):
            inside = (found["a"] or found["b"]).strip("{}")
            _step(found["name"], inside, found["body"], place, reading, starts, steps)
        elif found := _ALIAS.match(text):
            _check_name(found["name"], place)
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
    _check_name(name, place)
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
    """Take one line of a recurrence: a start ``x[0] = 1``, or the step ``x[t+1] = …``."""
    inside = inside.strip()
    node = tree(body.replace("[", "(").replace("]", ")"), reading.names, place)
    node = _indexed_as_calls(node, name)
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


def _indexed_as_calls(node: Node, name: str) -> Node:
    """Return ``x_t`` as ``x(t)`` for a sequence."""
    if isinstance(node, Index) and node.base == Name(name):
        return Call(name, tuple(_indexed_as_calls(index, name) for index in node.indices))
    return node.map(lambda child: _indexed_as_calls(child, name))


def _without_entries(node: Node, aliases: Mapping[str, Node]) -> Node:
    """Return a tree in which a defined letter with a subscript, ``E_k``, is what it is."""
    from sims.maths.syntax.to_text import text as written

    node = node.map(lambda child: _without_entries(child, aliases))
    return aliases.get(written(node), node) if isinstance(node, Index) else node


def _is_sequence(found: re.Match[str], texts: Sequence[str]) -> bool:
    """Return whether ``x_0 = …`` belongs to a recurrence: some line gives its step."""
    if found["a"]:
        return True
    step = re.compile(rf"\s*{re.escape(found['name'])}_\{{?[A-Za-z]\w*\s*[+-]\s*\d+\}}?\s*=")
    return any(step.match(text.strip().strip("$")) for text in texts)


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


def applied(definition: Definition, arguments: Sequence[Node]) -> Node:
    """Return the body of a definition at some arguments; bound names never catch free ones."""
    body = definition.body
    taken = set().union(*map(free_names, arguments)) if arguments else set()
    clash = bound_names(body) & taken
    if clash:
        body = _renamed_bound(body, {name: f"{name}''" for name in clash})
    return substitute(body, dict(zip(definition.parameters, arguments, strict=True)))


def _renamed_bound(node: Node, names: Mapping[str, str]) -> Node:
    node = node.map(lambda child: _renamed_bound(child, names))
    if isinstance(node, Big) and node.variable in names:
        fresh = names[node.variable]
        return Big(
            node.kind,
            substitute(node.body, {node.variable: Name(fresh)}),
            fresh,
            node.low,
            node.high,
        )
    return node


def plain(text: str, names: Names) -> tuple[str, Names]:
    """Return LaTeX in the maths language, word for word, and the names with its accents.

    Raises MathsError.
    """
    inner = text.strip()
    if len(inner) > MAX_CHARACTERS:
        raise MathsError(f"this is longer than {MAX_CHARACTERS} characters")
    for opening, closing in DELIMITERS.items():
        if inner.startswith(opening) and inner.endswith(closing) and len(inner) > len(opening):
            inner = inner[len(opening) : len(inner) - len(closing)]
            break
    else:
        if "\\" not in inner:
            return inner, names
    inner = re.sub(r"\\Pr\b", "P", inner)
    inner = re.sub(r"\\p?mod\b\s*\{?([^{}]*)\}?", r" \\bmod \1 ", inner).replace("\\equiv", "=")
    reader = Reader(inner, names)
    found = reader.everything()
    return found, replace(names, also={*names.also, *reader.accented})


def tree(text: str, names: Names, place: tuple[str, int] = ("claim", 0)) -> Node:
    """Return the tree of a text of a claim, in the maths language or LaTeX. Raises ClaimError."""
    try:
        words, names = plain(text, names)
        node = parse_named(_spoken(words), names)
    except MathsError as error:
        raise ClaimError(f"{_short(text)}: {error.message}", place) from None
    except RecursionError:
        raise ClaimError(f"{_short(text)}: this is nested too deeply", place) from None
    if depth(node) > MOST_DEPTH:
        raise ClaimError(f"{_short(text)}: this is nested too deeply", place)
    return _renamed_calls(node)


def _short(text: str) -> str:
    tidy = " ".join(text.split())
    return f"`{tidy}`" if len(tidy) <= 60 else f"`{tidy[:57]}…`"


def _renamed_calls(node: Node) -> Node:
    node = node.map(_renamed_calls)
    if isinstance(node, Call) and node.function in WORDS:
        return replace(node, function=WORDS[node.function])
    return node


def _spoken(text: str) -> str:
    """Return a text with the words of claims in the signs that the maths language has."""
    text = text.replace("≈", "~=").replace("≡", "=")
    text = re.sub(r"\(\s*mod\s+([^()]+)\)", r" mod \1", text)
    text = re.sub(r"\bgiven\b", "|", text)
    text = re.sub(r"(?<![\w)\]}])(\s*)\bmod\s*\(", r"\1remainder(", text)
    text = re.sub(r"\bdefined\s+(?!\()([^=<>]+?)(?=$|\s+(?:and|or)\b|=>|<=>)", r"defined(\1)", text)
    text = re.sub(r"(?<=\d)(\s*)min\b(?!\s*\()", r"\1minute", text)
    return _orders(text)


def _orders(text: str) -> str:
    """Return ``e is O(g, n)`` as ``bigO(e, g, n)``, wherever it stands."""
    while found := _ORDER.search(text):
        start = _segment_start(text, found.start())
        end = _closing(text, found.end() - 1)
        inside = text[found.end() : end]
        left = text[start : found.start()].strip()
        text = f"{text[:start]} {_GROWTH[found[1]]}({left}, {inside}){text[end + 1 :]}"
    return text


def _segment_start(text: str, end: int) -> int:
    """Return where the statement that ends here starts: after a connective or a bracket."""
    depth_ = 0
    for position in range(end - 1, -1, -1):
        character = text[position]
        if character in ")]}":
            depth_ += 1
        elif character in "([{":
            if depth_ == 0:
                return position + 1
            depth_ -= 1
        elif depth_ == 0 and character == ">" and text[max(0, position - 1) : position + 1] == "=>":
            return position + 1
        elif (
            depth_ == 0
            and (position == 0 or text[position - 1].isspace())
            and (found := re.match(r"(and|or|not)\s", text[position:]))
        ):
            return position + len(found[0])
    return 0


def _closing(text: str, start: int) -> int:
    depth_ = 0
    for position in range(start, len(text)):
        depth_ += (text[position] == "(") - (text[position] == ")")
        if depth_ == 0:
            return position
    raise MathsError("a bracket is never closed")


def _arrays(reading: Reading) -> frozenset[str]:
    """Return the names whose subscripts are entries: arrays, samples and sequences."""
    found = {name for name, one in reading.domains.items() if one.is_array}
    found |= {n for d in reading.draws for n in d.names if d.law.startswith(("iid", "sample"))}
    return frozenset(found | set(reading.recurrences))


def _flattened(node: Node, arrays: frozenset[str], bound: frozenset[str]) -> Node:
    """Return a tree in which ``x_1`` is a letter of its own where x is no array."""
    if isinstance(node, Index) and isinstance(node.base, Name) and node.base.name not in arrays:
        letters = set().union(*map(free_names, node.indices)) if node.indices else set()
        if not letters & bound:
            from sims.maths.syntax.to_text import text as written

            return Name(written(node))
    if isinstance(node, Big):
        inner = bound | {node.variable}
        body = _flattened(node.body, arrays, inner)
        return replace(node, body=body)
    return node.map(lambda child: _flattened(child, arrays, bound))


def _check_functions(reading: Reading) -> None:
    """Raise ClaimError for a function that nobody knows or declared."""
    from sims.claims.evaluator import KNOWN

    declared = {name for name, one in reading.domains.items() if one.is_function}
    known = {*KNOWN, *FUNCTION_NAMES, *SPOKEN, *declared, *reading.recurrences}
    for node in (reading.goal, *reading.conditions):
        for part in node.walk():
            if isinstance(part, Call) and part.function not in known:
                name = part.function
                raise ClaimError(
                    f"the function {name} is not known; declare it, {{{name}: function}}, or "
                    f"define it in a line `let: {name}(x) = …`"
                )


def _check_names(reading: Reading) -> None:
    """Give undeclared letters their domain. Raises ClaimError for what has none."""
    _check_functions(reading)
    from sims.claims.laws import parameter_domains

    random_names = {name for draw in reading.draws for name in draw.names}
    implied = parameter_domains(reading)
    sizes = domain_words.size_names(reading.domains)
    for name in sorted(sizes - set(reading.domains)):
        reading.domains[name] = Domain("size", written="size")
    used = set()
    for node in (reading.goal, *reading.conditions):
        used |= open_names(node)
    used |= set(implied)
    states = set(_state_names(reading.statement))
    for name in sorted(used - set(reading.domains) - random_names - set(reading.objects)):
        if name in states or name in reading.recurrences:
            continue
        if name in implied:
            reading.domains[name] = implied[name]
        else:
            reading.domains[name] = Domain(_guessed(name, reading), (Name("n"),), written="real")
            if reading.domains[name].is_array and "n" not in reading.domains:
                reading.domains["n"] = Domain("size", written="size")
    for one in list(reading.domains.values()):
        for end in (one.low, one.high, *(one.sizes if one.kind == "residue" else ())):
            for name in free_names(end) if end is not None else ():
                reading.domains.setdefault(
                    name, Domain("size" if one.kind == "residue" else "real")
                )


def open_names(node: Node) -> set[str]:
    """Return the free names of a tree; ``lim`` and the orders of growth bind theirs."""
    if (
        isinstance(node, Call)
        and node.function in ("lim", "root", "argmax", "argmin", "roots")
        and len(node.arguments) >= 2
        and isinstance(node.arguments[1], Name)
    ):
        inner = open_names(node.arguments[0]) - {node.arguments[1].name}
        return inner.union(*map(open_names, node.arguments[2:]))
    if isinstance(node, Call) and node.function in ("bigO", "bigTheta", "bigOmega", "smallo"):
        bound = (
            node.arguments[2].name
            if len(node.arguments) > 2 and isinstance(node.arguments[2], Name)
            else "n"
        )
        return set().union(*map(open_names, node.arguments[:2])) - {bound}
    if not node.children or isinstance(node, Name) or _binds(node):
        return free_names(node)
    return set().union(*map(open_names, node.children))


def _binds(node: Node) -> bool:
    return bool(bound_names(node)) and type(node).__name__ in ("Big", "Definition")


def _guessed(name: str, reading: Reading) -> str:
    """Return ``vector`` for a name that only stands with an index that runs, else ``real``."""
    for node in (reading.goal, *reading.conditions):
        for part in node.walk():
            if isinstance(part, Index) and part.base == Name(name):
                letters = {n for index in part.indices for n in free_names(index)}
                if letters & bound_names(node) and len(part.indices) == 1:
                    return "vector"
    return "real"


def conjuncts(node: Node) -> list[Node]:
    """Return the parts of a statement joined by ``and``, chains of relations taken apart."""
    if isinstance(node, Logic) and node.connective == "and":
        return [part for operand in node.operands for part in conjuncts(operand)]
    if isinstance(node, Relation) and len(node.signs) > 1:
        return [
            Relation((left, right), (sign,))
            for sign, left, right in zip(node.signs, node.operands, node.operands[1:], strict=False)
        ]
    return [node]


def is_statement(node: Node) -> bool:
    """Return whether a tree is a relation, a predicate or a connective of them."""
    if isinstance(node, Relation | Logic):
        return True
    if isinstance(node, Unary):
        return node.sign == "not" and is_statement(node.operand)
    if isinstance(node, Call):
        return node.function in PREDICATES and node.function not in ("law", "rank", "nullity")
    return False


def congruence(node: Node) -> Node:
    """Return ``a = b mod n`` as the congruence that it says: ``(a - b) mod n = 0``."""
    if isinstance(node, Relation) and set(node.signs) <= {"=", "!="}:
        *others, last = node.operands
        found = _without_mod(last)
        if found is not None and not any(
            isinstance(part, Call) and part.function == "mod"
            for side in others
            for part in side.walk()
        ):
            side, base = found
            return Relation(tuple(Call("mod", (one, base)) for one in (*others, side)), node.signs)
        return node
    return node.map(congruence) if isinstance(node, Logic | Unary) else node


def _without_mod(node: Node) -> tuple[Node, Node] | None:
    """Return ``a`` and ``n`` of ``a mod n`` at the end of a side, such as ``-1 mod n``."""
    if isinstance(node, Call) and node.function == "mod":
        return node.arguments[0], node.arguments[1]
    if isinstance(node, Unary) and node.sign == "-":
        found = _without_mod(node.operand)
        return None if found is None else (Unary("-", found[0]), found[1])
    if isinstance(node, Add):
        found = _without_mod(node.terms[-1])
        return None if found is None else (Add((*node.terms[:-1], found[0])), found[1])
    return None


__all__ = [
    "Divide", "Draw", "Reading", "Recurrence", "SetOperation", "applied", "congruence",
    "conjuncts", "domain", "is_statement", "open_names", "read", "tree", "unfolded",
]  # fmt: skip
