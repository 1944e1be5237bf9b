"""What a learner is asked again instead of being marked wrong: names that the card never had."""

from difflib import get_close_matches

from sims.maths.comparison.finding import Finding
from sims.maths.comparison.units import quantity, unit_text
from sims.maths.errors import MathsError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Big, Call, Index, Interval, Name, Node, Unary, free_names

MOST = 8
"""Names of the card that are listed."""


def strange_names(answer: Node, expected: Node, declared: frozenset[str]) -> list[str]:
    """Return the free names of an answer that neither the card nor its expected answer has."""
    known = free_names(expected) | declared
    return sorted(name for name in free_names(answer) if name not in known)


def asked_again(found: Finding, answer: Node, expected: Node, declared: frozenset[str]) -> Finding:
    """Return the finding; a refused answer with a name that the card lacks is asked again."""
    if found.verdict == "invalid":
        return found
    marked = _marked(answer, expected) if found.verdict == "different" else None
    if marked is not None:
        says = question([marked], expected, declared)
        return Finding("invalid", "unknown-name", message=says)
    strange = strange_names(answer, expected, declared)
    if not strange or (found.accepted and not _sizes_apart(strange, answer, expected)):
        return found
    return Finding("invalid", "unknown-name", message=question(strange, expected, declared))


def _marked(answer: Node, expected: Node) -> str | None:
    """Return a function with a subscript, as in `Q_π(s, a)`, that the card has without one."""
    bare = {p.function for p in expected.walk() if isinstance(p, Call) and not p.under}
    heads = {
        text(Index(Name(part.function), part.under)): part.function
        for part in answer.walk()
        if isinstance(part, Call) and part.under
    }
    return next((head for head, name in heads.items() if name in bare), None)


def _sizes_apart(strange: list[str], answer: Node, expected: Node) -> bool:
    """Return whether a sum of the answer runs to a size the card lacks, where it has another."""
    ours, theirs = (
        {part.high.name for part in side.walk() if isinstance(part, Big)
         and isinstance(part.high, Name)}
        for side in (answer, expected)
    )  # fmt: skip
    return bool(theirs and ours & set(strange))


def question(strange: list[str], expected: Node, declared: frozenset[str]) -> str:
    """Return what a learner is asked about names that the card does not have."""
    if "Sigma" in strange:
        return "I read Σ as a name; did you mean a sum? Write it before what it sums, as in ∑ x_i."
    if isinstance(expected, Interval):
        return (
            "An interval is asked for: write its ends as in [0, 1), with [ or ] at an end that "
            "belongs to it."
        )
    turned = any(isinstance(part, Unary) and part.sign == "T" for part in expected.walk())
    if strange == ["t"] and turned:
        return "The card has no 't'; did you mean a transpose? Write it A^T, with a capital."
    if strange[:1] == ["d"]:
        return "The card has no 'd'; a derivative is written diff(x^2, x), an integral int(x^2, x)."
    runs = {part.variable: part.kind for part in expected.walk() if isinstance(part, Big)}
    if strange[0] in runs:
        head = f"{runs[strange[0]]}_{strange[0]}"
        return f"On the card '{strange[0]}' is what something runs over: write {head} before it."
    shown = [name if "_" in name else text(Name(name)) for name in strange]
    listed = " and ".join(f"'{name}'" for name in shown[:3])
    message = f"The card has no {listed}"
    names = _names_of(expected, declared)
    if unit := _unit_of(expected):
        return f"{message}: write a number with its unit, such as 1 {unit}."
    if not names:
        return f"{message}: its answer has no letters. Write a number, such as 0.25 or sqrt(2)/2."
    meant = _near(strange[0], names)
    if meant is not None:
        return f"{message}; did you mean {meant}? Its names are {_listed(names)}."
    return f"{message}: write your answer with {_listed(names)}."


def _unit_of(expected: Node) -> str:
    """Return the unit of an expected answer, empty where it has none."""
    try:
        split = quantity(expected)
    except MathsError:
        return ""
    return unit_text(split.written) if split is not None and split.number is not None else ""


def _names_of(expected: Node, declared: frozenset[str]) -> list[str]:
    """Return the names of a card as they are typed, those with a subscript whole."""
    found: set[str] = set()
    whole: set[str] = set()
    for part in expected.walk():
        if isinstance(part, Index) and isinstance(part.base, Name):
            found.add(text(part))
            whole.add(part.base.name)
        elif isinstance(part, Call) and part.function in declared:
            found.add(f"{part.function}(…)")
            whole.add(part.function)
    plain = (free_names(expected) | declared) - whole
    return sorted(found | {text(Name(name)) for name in plain}, key=lambda name: (len(name), name))


def _near(name: str, names: list[str]) -> str | None:
    """Return the one name of the card that a typed one is a spelling of, or None."""
    bare = {each.replace("_", "").replace("{", "").replace("}", "").lower(): each for each in names}
    typed = name.replace("_", "").lower()
    if typed in bare:
        return bare[typed]
    close = get_close_matches(typed, [each for each in bare if len(each) > 2], 1, 0.75)
    letters = [each for each in bare if typed.startswith(each) or each.startswith(typed)]
    best = close or (letters if len(letters) == 1 else [])
    return bare[best[0]] if best else None


def _listed(names: list[str]) -> str:
    head = names[:MOST]
    if len(names) > MOST:
        return ", ".join(head) + ", …"
    return head[0] if len(head) == 1 else ", ".join(head[:-1]) + " and " + head[-1]
