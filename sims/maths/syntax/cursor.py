"""A place in a list of tokens: take, accept, expect, and how deep it is nested."""

from dataclasses import replace

from sims.maths.errors import MathsError
from sims.maths.limits import MAX_DEPTH
from sims.maths.syntax.names import Names
from sims.maths.syntax.token import Token


class Cursor:
    """Reads one list of tokens from the left."""

    def __init__(self, tokens: list[Token], names: Names) -> None:
        self.tokens = tokens
        self.names = names
        self.at = 0
        self.nested = 0
        self.bars = 0  # open |…| at this bracket level
        self.bar_separates = False  # inside P(a | b) or KL(p || q)
        self.doubts: dict[str, MathsError] = {}  # names that may be functions, unless bound here
        self.parted = ""  # the sign at that bar: | || ‖ given or ;
        self.bar_at = 0  # how many items stood before the bar in the list read last
        self.parted_at = 0  # how many stood before a ';' before that bar

    @property
    def token(self) -> Token:
        """Return the token to read next."""
        return self.tokens[self.at]

    def advance(self) -> Token:
        """Take a token."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Take the operator if it is next."""
        if self.token.kind == "op" and self.token.text in texts:
            self.at += 1
            return True
        return False

    def expect(self, text: str, opened: Token) -> None:
        """Take the closing operator, or say what was expected."""
        if text == "|" and self.token.text == "||":
            self.split_bars()
        if not self.accept(text):
            found = f"found '{self.token.text}'" if self.token.text else "the text ends"
            raise MathsError(
                f"the '{opened.text}' at {opened.position + 1} needs a '{text}', but {found}",
                self.token.position,
            )

    def deeper(self) -> None:
        """Go one level down. Raises MathsError beyond the limit."""
        self.nested += 1
        if self.nested > MAX_DEPTH:
            raise MathsError(f"this is nested more than {MAX_DEPTH} deep", self.token.position)

    def split_bars(self) -> None:
        """Read the `||` that is next as two bars."""
        token = self.token
        halves = [replace(token, text="|", position=token.position + k) for k in (0, 1)]
        self.tokens = [*self.tokens[: self.at], *halves, *self.tokens[self.at + 1 :]]
