"""What the names of a text may be: declared, known beside, or words of the language."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sims.maths.syntax.tree import Node
from sims.maths.syntax.vocabulary import BINDERS, CONSTANTS, GREEK, accented, canonical_function


@dataclass(frozen=True)
class Names:
    """What the names of a text may be.

    `variables` are declared with their domains, `also` are further known names (units, names
    of the author's formula). `lenient` lets a longer unknown word be one name (an author's own
    text); otherwise it is refused by name. `calls` reads any undeclared name before a bracket
    as a function of it. A name that is `unsure` may be a factor there or a function; it is read
    as one of `functions` if it is known for that, and otherwise refused. `card` is the
    expected answer, whose kinds decide between two readings; to a `learner` what stays doubtful
    is said, with both readings. `tight` takes the `2x` of `1/2x` for one denominator.
    Where the text's i is `imaginary`, no sum over entries runs over an i.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    also: Collection[str] = frozenset()
    lenient: bool = False
    calls: bool = False
    unsure: Collection[str] = frozenset()
    functions: Collection[str] = frozenset()
    card: Node | None = None
    learner: bool = False
    tight: bool = False
    imaginary: bool = False

    def known(self, word: str) -> bool:
        """Return whether the word is a declared or extra name."""
        return word in self.variables or word in self.also

    def declared(self, word: str) -> bool:
        """Return whether a word is declared, or for a learner a name of the expected answer."""
        return word in self.variables or (self.learner and self.known_to_card(word))

    def known_to_card(self, word: str) -> bool:
        """Return whether a word is declared, or a name of the expected answer."""
        of_answer = self.card is not None and self.known(word) and word not in self.unsure
        return word in self.variables or of_answer

    def is_word(self, word: str) -> bool:
        """Return whether a name can stand alone: one letter, Greek, or known."""
        plain = word.rstrip("'0123456789")
        if word.startswith('"'):
            return True
        return (
            (len(plain) == 1 and plain.isalpha())
            or plain in GREEK
            or plain == "pi"
            or self.known(word)
            or self.known(plain)
        )


def is_word(word: str, names: Names) -> bool:
    """Return whether a word of several letters has a meaning as a whole."""
    return (
        names.known(word)
        or names.known(word.rstrip("'"))
        or word in CONSTANTS
        or word in GREEK
        or word in BINDERS
        or canonical_function(word) is not None
        or word.rstrip("0123456789'") in (*GREEK, "pi")
        or accented(word.rstrip("0123456789'")) is not None
    )
