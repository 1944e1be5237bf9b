"""The language of claims: the fields of a fence, read into trees, domains, laws and objects.

It is the maths language with relations between laws, expectations, orders of growth and a few
words. LaTeX may stand wherever it may. Nothing is ever executed.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from sims.claims import domains as domain_words
from sims.claims.arithmetic import minus
from sims.claims.definitions import shipped
from sims.claims.domains import Domain, Ends, domain
from sims.claims.draws import parameter_domains
from sims.claims.evaluator import KNOWN, ClaimEvaluator
from sims.claims.laws import ALIASES, FAMILIES
from sims.claims.lets import OBJECT, indexed_as_calls, names_given, read_lets, unfolded
from sims.claims.notation import Unsure, ascii_name, check_name, closing, tree
from sims.claims.reading import Draw, Reading, open_names
from sims.claims.statement import ClaimError, Statement
from sims.claims.units import divided, unit_of
from sims.claims.vocabulary import SPOKEN, WORDS
from sims.maths.comparison.tolerance import read_tolerance
from sims.maths.errors import MathsError
from sims.maths.limits import Budget
from sims.maths.syntax.names import Names
from sims.maths.syntax.to_text import text as as_text
from sims.maths.syntax.tree import (
    ONE,
    Big,
    Call,
    Collection,
    Definition,
    Index,
    Name,
    Node,
    Number,
    bound_names,
    difference,
    free_names,
    is_infinite,
)
from sims.maths.syntax.vocabulary import (
    BINDERS,
    CONSTANTS,
    GREEK,
    WORD_OPERATORS,
    canonical_function,
)
from sims.maths.syntax.vocabulary import FUNCTIONS as FUNCTION_NAMES

_DRAW = re.compile(
    r"(?P<names>[^\W\d]\w*(?:_\{?\w+\}?)?|\([^()]*\))\s*(?:~|∼|\\sim\b)\s*(?P<law>.+)$", re.S
)


def read(statement: Statement) -> Reading:
    """Return what a statement says. Raises ClaimError."""
    written, statement = statement, _with_named_laws(statement)
    found = _declared(statement)
    found.statement = written
    functions, aliases = read_lets(statement, found)
    names = found.names
    goal = tree(divided(statement.claim, statement.variables), names, ("claim", 0))
    conditions = [tree(text, names, ("if", k)) for k, text in enumerate(statement.condition)]
    if not {"gini"} & {*functions, *found.domains}:
        goal, *conditions = (_impurities(node, found) for node in (goal, *conditions))
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
        found.goal = indexed_as_calls(found.goal, name)
        found.conditions = [indexed_as_calls(node, name) for node in found.conditions]
    _check_names(found)
    return found


def _impurities(node: Node, reading: Reading) -> Node:
    """Return a tree in which gini of probabilities is Gini's impurity, not that of incomes."""
    node = node.map(lambda child: _impurities(child, reading))
    if not (isinstance(node, Call) and node.function == "gini" and len(node.arguments) == 1):
        return node
    (inner,) = node.arguments
    domain = reading.domains.get(inner.name) if isinstance(inner, Name) else None
    shares = domain is not None and domain.kind == "simplex"
    if isinstance(inner, Collection) and len(inner.items) == 2 and free_names(inner):
        first, last = inner.items
        shares = last in (minus(ONE, first), difference(ONE, first))
    if not shares:
        return node
    reading.says("gini of probabilities is the impurity 1 - sum(p_i^2), not that of incomes")
    return Call("giniimpurity", node.arguments)


_NAMED_LAW = re.compile(r"(?<![\w\\])(?P<name>[A-Z]\w*)\s*\(")


def _with_named_laws(statement: Statement) -> Statement:
    """Return a claim of laws in which `Normal(0, 1)` is the law of a draw of its own."""
    claim, draws = statement.claim, list(statement.draw)
    if not re.search(r"\blaw\(", claim):
        return statement
    declared = {*statement.variables, *(text.split("(")[0].strip() for text in statement.let)}
    for found in reversed(list(_NAMED_LAW.finditer(claim))):
        name = ALIASES.get(found["name"], found["name"])
        if found["name"] in declared or name not in FAMILIES:
            continue
        try:
            end = closing(claim, found.end() - 1) + 1
        except MathsError:
            return statement
        draw = f"Law{len(draws) + 1}"
        draws.append(f"{draw} ~ {claim[found.start() : end]}")
        inside = re.search(r"\blaw\(\s*$", claim[: found.start()])
        put = draw if inside and claim[end:].lstrip().startswith(")") else f"law({draw})"
        claim = f"{claim[: found.start()]}{put}{claim[end:]}"
    return replace(statement, claim=claim, draw=tuple(draws))


def _texts(statement: Statement) -> tuple[str, ...]:
    """Return the texts of a claim in which letters stand for numbers."""
    laws = (text.partition("~")[2] for text in statement.draw)
    lets = (text.partition("=")[2] for text in (*statement.define, *statement.let))
    return (statement.claim, *statement.condition, *laws, *lets)


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
        name = ascii_name(written)
        check_name(name, ("variables", 0))
        domains[name] = domain(words, name)
        known[name] = domains[name].syntax
        if domains[name].is_function:
            known |= {f"{name}'": "function", f"{name}''": "function"}
    for draw in draws:
        for name in draw.names:
            known[name] = "vector" if draw.law.startswith(("iid", "sample")) else "real"
    for text in (*statement.define, *statement.let):
        for one, word in names_given(text):
            known[one] = word

    for name in shipped():
        known.setdefault(name, "function")
    also = _state_names(statement) | _unit_names(statement, known)
    names = Names(known, also=also, unsure=Unsure(known, _texts(statement)))
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


def _ends(reading: Reading) -> None:
    """Put the ends of intervals and the items of sets, where they are numbers."""
    evaluator = ClaimEvaluator({}, Budget())

    def end(node: Node | None, inward: int) -> Fraction | None:
        if node is None or is_infinite(node):
            return None
        return domain_words.fraction_inside(evaluator.number(node), inward)

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
                reading.ends[name] = Ends(end(one.low, 1), end(one.high, -1), one.closed)
            elif one.kind == "integers" and not _ends_free(one):
                low, high = end(one.low, 1), end(one.high, -1)
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


def _draw(text: str, place: tuple[str, int]) -> Draw:
    found = _DRAW.match(text.strip().strip("$"))
    if not found:
        raise ClaimError("a draw is written X ~ Normal(m, v)", place)
    words = found["names"].strip("()").split(",")
    names = tuple(name for word in words if (name := ascii_name(word)))
    for name in names:
        check_name(name, place)
    law = found["law"].strip()
    return Draw(names, law, place)


def _state_names(statement: Statement) -> frozenset[str]:
    """Return the names of the states and actions of chains and processes."""
    found: set[str] = set()
    for text in (*statement.define, *statement.let):
        if (match := OBJECT.match(text.strip())) and match["body"].startswith("{"):
            found.update(re.findall(r"[A-Za-z]\w*", match["body"]))
    for text in statement.draw:
        if "{" in text:
            found.update(re.findall(r"[A-Za-z]\w+", text.partition("{")[2]))
    return frozenset(found)


def _unit_names(statement: Statement, known: Mapping[str, str]) -> frozenset[str]:
    """Return the words of a claim that are units, such as `km` and `year`."""
    texts = (statement.claim, *statement.condition, *statement.let, *statement.draw)
    words = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text)} - set(known)
    words |= {"minute"} if any(re.search(r"\d\s*min\b", text) for text in texts) else set()
    if not words:
        return frozenset()

    return frozenset(
        word for word in words
        if canonical_function(word) is None and word not in GREEK and word not in TAKEN
        and unit_of(word) is not None
    )  # fmt: skip


TAKEN = frozenset({*CONSTANTS, *BINDERS, *WORD_OPERATORS, "given"})


def _arrays(reading: Reading) -> frozenset[str]:
    """Return the names whose subscripts are entries: arrays, samples and sequences."""
    found = {name for name, one in reading.domains.items() if one.is_array}
    found |= {n for d in reading.draws for n in d.names if d.law.startswith(("iid", "sample"))}
    return frozenset(found | set(reading.recurrences))


def _flattened(node: Node, arrays: frozenset[str], bound: frozenset[str]) -> Node:
    """Return a tree in which `x_1` is a letter of its own where x is no array."""
    if isinstance(node, Index) and isinstance(node.base, Name) and node.base.name not in arrays:
        if node.base.name in SPOKEN:
            raise ClaimError(f"{node.base.name} is a function here; write {node.base.name}(…)")
        letters = set().union(*map(free_names, node.indices)) if node.indices else set()
        if not letters & bound:
            return Name(as_text(node))
    if isinstance(node, Big):
        inner = bound | {node.variable}
        body = _flattened(node.body, arrays, inner)
        return replace(node, body=body)
    return node.map(lambda child: _flattened(child, arrays, bound))


def _check_functions(reading: Reading) -> None:
    """Raise ClaimError for a function that nobody knows or declared."""
    declared = {name for name, one in reading.domains.items() if one.is_function}
    known = {*KNOWN, *FUNCTION_NAMES, *SPOKEN, *declared, *reading.recurrences}
    known |= {f"{name}{primes}" for name in declared for primes in ("'", "''")}
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

    random_names = {name for draw in reading.draws for name in draw.names}
    implied = parameter_domains(reading)
    sizes = domain_words.size_names(reading.domains)
    for name in sorted(sizes - set(reading.domains)):
        reading.domains[name] = Domain("size", written="size")
    used = set()
    for node in (reading.goal, *reading.conditions):
        used |= open_names(node)
        for part in node.walk():  # convex(f): the letters of f
            if isinstance(part, Name) and part.name in reading.definitions:
                definition = reading.definitions[part.name]
                used |= open_names(definition.body) - set(definition.parameters)
    used |= set(implied)
    states = set(_state_names(reading.statement))
    for name in sorted(used - set(reading.domains) - random_names - set(reading.objects)):
        if name in states or name in reading.recurrences:
            continue
        if name in implied:
            reading.domains[name] = implied[name]
        else:
            kind = _guessed(name, reading)
            size: tuple[Node, ...] = (Name("n"),) if kind == "vector" else ()
            reading.domains[name] = Domain(kind, size, written="real" if size else kind)
            if size and "n" not in reading.domains:
                reading.domains["n"] = Domain("size", written="size")
    for one in list(reading.domains.values()):
        for end in (one.low, one.high, *(one.sizes if one.kind == "residue" else ())):
            for name in free_names(end) if end is not None else ():
                reading.domains.setdefault(
                    name, Domain("size" if one.kind == "residue" else "real")
                )
    _ends(reading)


def _guessed(name: str, reading: Reading) -> str:
    """Return what an undeclared name ranges over: mostly the reals.

    A name whose index runs is a vector; one that ends a sum is a size, one in a factorial natural.
    """
    for node in (reading.goal, *reading.conditions):
        for part in node.walk():
            if isinstance(part, Big) and part.kind in ("sum", "prod") and part.low is not None:
                ends = (part.low, part.high) if part.high is not None else (part.low,)
                if any(name in free_names(end) for end in ends):
                    return "size" if part.low == ONE else "natural"
            counted = isinstance(part, Call) and part.function in ("factorial", "binomial")
            if counted and name in free_names(part):
                return "natural"
            if isinstance(part, Index) and part.base == Name(name):
                letters = {n for index in part.indices for n in free_names(index)}
                if letters & bound_names(node) and len(part.indices) == 1:
                    return "vector"
    return "real"
