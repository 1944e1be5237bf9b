"""The grammar: a precedence (Pratt) parser from tokens to the tree.

From loose to tight: ``:``; ``… if …``; ``:=``; implies, iff; or, xor; and; not; relations; union,
difference, intersection; choose; sum; product (written or not); sign; power; postfix
``! ' % .T`` and subscripts. Where two readings are possible, what is declared and the expected
answer decide; a learner is asked where they do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sims.maths.errors import MathsError, UnknownNameError
from sims.maths.limits import MAX_TREE_DEPTH
from sims.maths.syntax import binders, scope, to_text
from sims.maths.syntax.cursor import Cursor
from sims.maths.syntax.indicator import indicator, is_statement
from sims.maths.syntax.patterns import pattern
from sims.maths.syntax.token import Token
from sims.maths.syntax.tokens import Names, tokenize
from sims.maths.syntax.tree import (
    BIG,
    ONE,
    Add,
    Big,
    Call,
    Collection,
    Constant,
    Definition,
    Divide,
    Index,
    Interval,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    SetOperation,
    Unary,
    bound_names,
    depth,
    free_names,
)
from sims.maths.syntax.vocabulary import (
    APPLIED_TO_A_NAME,
    BIG_SIGNS,
    BINDERS,
    CONSTANTS,
    FUNCTIONS,
    GREEK_SIGNS,
    KNOWN_FOR,
    ONLY_BEFORE_BRACKET,
    OPERATORS,
    STAR,
    canonical_function,
    words,
)

RELATIONS = {
    "=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", "=<": "<=", ">": ">",
    ">=": ">=", "in": "in", "notin": "notin", "approx": "≈", "~=": "≈", "~": "~", "propto": "∝",
    "equiv": "≡", "subset": "⊂", "subseteq": "⊆", "≪": "≪", "≫": "≫", "perp": "⊥", "⊥": "⊥",
    "←": "←", "supset": "⊃", "supseteq": "⊇", "∋": "∋", "⪯": "⪯", "⪰": "⪰", "≺": "≺", "≻": "≻",
    "≲": "≲", "≳": "≳", "⊨": "⊨", "⊢": "⊢", "divides": "∣",
}  # fmt: skip
COMPARISONS = frozenset(RELATIONS)
ROOTS = {"√": ("sqrt", ""), "∛": ("cbrt", ""), "∜": ("root", ", 4")}
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}, (")", "]", "}", "⟩")
CONNECTIVES = {
    "=>": ("implies", 1), "->": ("implies", 1), "implies": ("implies", 1), "<=>": ("iff", 1),
    "<->": ("iff", 1), "iff": ("iff", 1), "or": ("or", 2), "||": ("or", 2), "nor": ("nor", 2),
    "xor": ("xor", 2), "xnor": ("xnor", 2), "and": ("and", 3), "&&": ("and", 3), "&": ("and", 3),
    "nand": ("nand", 3),
}  # fmt: skip
SETS = {"union": "union", "U": "union", "intersect": "intersection", "minus": "difference"}
NAMED_SIGNS = frozenset({"+", "-", "*", "·", "⊗", "∘", "⊙"})
PRODUCTS = frozenset({"*", "·", "@", "/", "//", "./", ".*", "\\", "mod", "⊙", "⊗", "∘"})
NOT, RELATION, UNION, CHOOSE, SUM, PRODUCT = 4, 5, 6, 9, 10, 11
SIGN_OPERATORS = {
    "+": "+", "-": "-", "+-": "+-", "-+": "-+", "plus_minus": "+-", "minus_plus": "-+",
    "not": "not", "~": "not",
}  # fmt: skip
ASKED_OF = frozenset({"sqrt", "cbrt", "transpose", "inv"})
"""Functions after which it is not clear how much they take, as in ``sqrt 2x``."""

LABELS = {"*": STAR, "+": "plus", "-": "minus"}
SIGNED = ("-", "+", "+-", "-+")
PLUS_MINUS = "'+-' reads two ways: write ± for plus or minus, or - alone"
DOTS = Constant("...")
CONDITIONS = frozenset({"if", "when"})
OF_ONE_LAW = frozenset(words("E Var Cov Corr Std H I"))
"""Functions of random names and no parameters, in which a ``;`` is no condition."""

SEPARATORS = ("|", "||", "‖", "given", ";")
"""What parts the arguments of ``P(A | B)``, ``KL(p || q)`` and ``p(y; θ)``."""
PARTING = COMPARISONS | {",", ";", "given", "|", "and", "or", "not", "intersect", "union"}
SPANS = frozenset(words("d day days h hr hour hours min minute minutes s sec second seconds ms"))
JOINING = frozenset({"and", "or", "not", "intersect", "union"})
TRAILING_STAR = (*CLOSING, "", ",", ";", ":", ":=", *COMPARISONS)
DOMAINS_OF_FUNCTIONS = frozenset({"function", "name", "expectation"})


def parse_text(text: str, variables: Mapping[str, str]) -> Node:
    """Read text strictly: an unknown longer name is refused. Raises MathsError."""
    return parse_named(text, Names(variables))


@dataclass(frozen=True)
class Doubt:
    """A fraction such as ``1/2x`` that reads two ways, and both ways to write it.

    ``open`` tells that a letter follows, where no convention decides; a bracket multiplies.
    """

    typed: str
    ways: tuple[str, str]
    open: bool


def parse_named(text: str, names: Names) -> Node:
    """Read text with the given names. Raises MathsError."""
    return parse_doubtful(text, names)[0]


def parse_doubtful(text: str, names: Names) -> tuple[Node, Doubt | None]:
    """Read text with the given names, and say which fraction reads two ways. Raises MathsError."""
    tokens = tokenize(text, names)
    if len(tokens) == 1:
        raise MathsError("there is nothing here", 0)
    try:
        parser = Parser(tokens, names)
        node = parser.everything()
        if depth(node) > MAX_TREE_DEPTH:
            raise MathsError("this is nested too deeply")
        bound = bound_names(node)
        for name, doubt in parser.doubts.items():
            if name not in bound:
                raise doubt
        return scope.resolve(node, names), parser.doubt
    except RecursionError:
        raise MathsError("this is nested too deeply") from None


class Parser(Cursor):
    """Reads one list of tokens: the grammar, its operands and its calls."""

    def __init__(self, tokens: list[Token], names: Names) -> None:
        super().__init__(tokens, names)
        self.functions = _called_names(tokens) | set(names.functions)
        self.divides = _has_one_bar(tokens)  # n | m, outside of all brackets
        self.doubt: Doubt | None = None
        self.integrating = 0  # integrals around, whose body ends at its dx

    def everything(self) -> Node:
        """Return the tree of the whole text."""
        about = self._about()
        found = [self._statement()]
        while self.token.text == "," and len(self.tokens) > self.at + 2:
            self.advance()
            found.append(self._statement())
        if self.token.kind != "end":
            token = self.token
            if token.text in CLOSING:
                message = f"'{token.text}' has no opening partner: leave it out, or open it before"
                raise MathsError(message, token.position)
            raise _unexpected(token)
        lone = self.names.learner and any(
            isinstance(part, Call) and part.function == "deriv" and part.arguments[0] == DOTS
            for node in found
            for part in node.walk()
        )
        if lone or any(part == binders.HOLE for node in found for part in node.walk()):
            raise MathsError("after d/dx stands what it is applied to, as in d/dx (x^2)")
        if len(found) == 1:
            return Relation((Name('"the answer"'), found[0]), ("≈",)) if about else found[0]
        if len(found) == 2 and _infinite(tuple(found)):
            return Interval(found[0], found[1], False, False)
        card = self.names.card
        asked = self.names.learner and isinstance(card, Collection) and card.kind == "set"
        kind = "set" if asked else "tuple"
        return binders.pieces(tuple(found)) or Collection(kind, tuple(found))

    def _about(self) -> bool:
        """Take a learner's ``=`` or ``≈`` before all else; return whether it was an ``≈``."""
        token, after = self.token, self.tokens[1]
        if not self.names.learner or after.kind == "end":
            return False
        if token.text == "=" or (token.text == "approx" and after.kind != "number"):
            self.advance()  # the question is the other side
            return False
        rough = token.text == "approx" or (token.text == "~" and after.kind == "number")
        self.at += rough
        return rough

    def _statement(self) -> Node:
        """Read a definition ``f(x) := …``, a mapping ``f: A → B`` or an expression."""
        start = self.at
        if self.token.kind == "name":
            head = self._definition_head()
            if head is not None:
                return Definition(head[0], head[1], self._expression(-1))
            self.at = start
        left = self._expression(-1)
        if self.accept(":="):
            return Relation((left, self._expression(0)), ("←",))
        if self.token.text == ":" and not self.bar_separates:
            return self._after_colon(left)
        return left

    def _after_colon(self, left: Node) -> Node:
        """Read what stands after a colon: the ends of a mapping, or what holds for all."""
        token = self.advance()
        right = self._expression(0)
        quantified = isinstance(left, Call) and left.function in ("forall", "exists")
        if isinstance(left, Call) and quantified and len(left.arguments) == 1:
            return Call(left.function, (*left.arguments, right))
        if isinstance(right, Logic) and right.connective == "implies":
            return Relation((left, right), (":",))
        raise MathsError("':' is not expected here; a ratio is written a/b", token.position)

    def _definition_head(self) -> tuple[str, tuple[str, ...]] | None:
        name = self.advance().text
        parameters: list[str] = []
        if self.accept("("):
            while self.token.kind == "name":
                parameters.append(self.advance().text)
                if not self.accept(","):
                    break
            if not self.accept(")"):
                return None
        return (name, tuple(parameters)) if self.accept(":=") else None

    def _expression(self, loosest: int) -> Node:
        """Read everything that binds tighter than ``loosest``."""
        start = self.at
        left = self._prefix(loosest)
        while True:
            if self._is_choice(self.token):
                if loosest >= CHOOSE:
                    return left
                left = self._choice(left, start)
                continue
            node = self._infix(left, loosest)
            if node is None:
                return left
            left = node

    # What can start an expression.

    def _prefix(self, loosest: int) -> Node:
        token = self.token
        if token.kind == "op" and token.text in ("forall", "exists"):
            return self._quantified(self.advance())
        if token.kind == "op" and token.text in NAMED_SIGNS and self._stands_alone():
            return Constant(self.advance().text)
        sign = SIGN_OPERATORS.get(token.text) if token.kind == "op" else None
        if sign is None:
            return self._operand()
        self.deeper()
        self.advance()
        start = self.at
        if sign == "+-" and token.text == "+-" and self._signs_apart():
            raise MathsError(PLUS_MINUS, token.position)
        tight = NOT if sign == "not" else max(SUM, min(loosest, PRODUCT))
        operand = self._expression(tight)
        self.nested -= 1
        if sign == "-" and self.names.learner and (low := self._floored_below(operand, start)):
            return low
        return Unary(sign, operand)

    def _floored_below(self, node: Node, start: int) -> Node | None:
        """Return ``-n//2`` as Python has it, the floor of -n/2; None for what is no such floor."""
        floored = isinstance(node, Call) and node.function == "floor"
        if not floored or not isinstance(node.children[0], Divide):
            return None
        depth, divided = 0, False
        for token in self.tokens[start : self.at]:
            depth += (token.text in OPENING) - (token.text in CLOSING)
            divided = divided or (token.text == "//" and depth == 0)
        if not divided:
            return None
        top, bottom = node.children[0].children
        return Call("floor", (Divide(Unary("-", top), bottom),))

    def _stands_alone(self) -> bool:
        """Return whether a sign is an item of its own, as the + of the group ``(G, +)``."""
        before = self.tokens[self.at - 1].text if self.at else ""
        return before == "," and self.tokens[self.at + 1].text in (")", ",", "}")

    def _signs_apart(self) -> bool:
        """Return whether a learner's ``+-`` stands where the expected answer has no ±."""
        card = self.names.card
        return (
            self.names.learner
            and card is not None
            and not any(
                isinstance(part, Unary) and part.sign in ("+-", "-+") for part in card.walk()
            )
        )

    def _quantified(self, token: Token) -> Node:
        """Read ``∀ x in S: P`` as far as the colon."""
        over = [self._expression(RELATION - 1)]
        while self.token.text == "," and self.tokens[self.at + 1].kind == "name":
            self.advance()
            over.append(self._expression(RELATION - 1))
        subject = over[0] if len(over) == 1 else Collection("tuple", tuple(over))
        if self.token.kind in ("end", "op") and self.token.text in (":", "", ",", *CLOSING):
            return Call(token.text, (subject,))
        return Call(token.text, (subject, self._expression(0)))

    # What can continue an expression.

    def _infix(self, left: Node, loosest: int) -> Node | None:
        token = self.token
        text = token.text
        if token.kind == "op":
            return self._operator(left, text, loosest)
        if token.kind == "end" or (token.kind == "d" and self.integrating):
            return None
        if text in CONDITIONS and text not in self.names.variables:
            return self._conditional(left) if loosest < 0 else None
        if self._is_union(token):
            return self._set_operation(left, "union") if loosest < UNION else None
        return self._product(left) if loosest < PRODUCT else None

    def _operator(self, left: Node, text: str, loosest: int) -> Node | None:
        if text == "|" and self.divides and not self.bars and loosest < RELATION:
            return self._relation(left)
        if text in RELATIONS and (text != "~" or loosest < RELATION):
            return self._relation(left) if loosest < RELATION else None
        if text in SIGN_OPERATORS and loosest < SUM:
            return self._sum(left) if SIGN_OPERATORS[text] != "not" else None
        if (text in PRODUCTS or self._is_mod(self.token)) and loosest < PRODUCT:
            return self._product(left)
        if text in SETS and loosest < UNION:
            return self._set_operation(left, SETS[text])
        if text == "||" and (self.bars or self.bar_separates):
            return None
        if text in CONNECTIVES and loosest < CONNECTIVES[text][1]:
            return self._logic(left, *CONNECTIVES[text])
        if text in CONDITIONS and loosest < 0:
            return self._conditional(left)
        if text == "otherwise" and loosest < 0:
            self.advance()
            return binders.piece(left, Constant("true"))
        if self._implicit(self.token) and loosest < PRODUCT:
            return self._product(left)
        return None

    def _conditional(self, value: Node) -> Node:
        """Read ``x if x > 0 else 0`` from the word if."""
        self.advance()
        condition = self._expression(0)
        if not binders.is_condition(condition):
            raise MathsError("after 'if' stands a condition, such as x > 0", self.token.position)
        if self.token.text == "," and self.tokens[self.at + 1].text == "otherwise":
            self.advance()  # 1 if x > 0, else 0
        if self.accept("otherwise"):
            return binders.piece(value, condition, self._expression(-1))
        return binders.piece(value, condition)

    def _is_union(self, token: Token) -> bool:
        """Return whether a ``U`` stands between two brackets, as in ``(1, 2) U (3, 4)``."""
        if token.text != "U" or "U" in self.names.variables:
            return False
        return self.tokens[self.at - 1].text in CLOSING and self.tokens[self.at + 1].text in OPENING

    def _is_choice(self, token: Token) -> bool:
        """Return whether ``choose`` stands between its operands; ``choose(n, k)`` is a call."""
        if token.text != "choose" or self.names.known("choose"):
            return False
        depth = 0
        for later in self.tokens[self.at + 1 :]:
            depth += (later.text in OPENING) - (later.text in CLOSING)
            if depth <= 0 or later.text == ",":
                break
        return depth <= 0

    def _choice(self, left: Node, start: int) -> Node:
        """Read ``n choose k``: both are single, or it fills a pair of brackets."""
        chosen = self.at
        self.advance()
        right = self._expression(CHOOSE)
        alone = self.tokens[start - 1].text == "(" and self.token.text == ")"
        single = self._is_single(left, start, chosen) and self._is_single(right, chosen + 1)
        if not (alone or single):
            message = "it is not clear what 'choose' takes: write binomial(n, k)"
            raise MathsError(message, self.tokens[chosen].position)
        return Call("binomial", (left, right))

    def _is_single(self, node: Node, start: int, end: int | None = None) -> bool:
        """Return whether what was read from one token to another is a name, number or bracket."""
        first, *_, last = self.tokens[start : end or self.at] * 2
        return isinstance(node, Name | Number | Index) or (first.text, last.text) == ("(", ")")

    def _sum(self, left: Node) -> Node:
        terms = [left]
        while self.token.kind == "op" and SIGN_OPERATORS.get(self.token.text, "not") != "not":
            token = self.advance()
            sign = SIGN_OPERATORS[token.text]
            if token.text == "+-" and self._signs_apart() and self.token.spaced:
                raise MathsError(PLUS_MINUS, token.position)
            if token.text == "+-" and (self._signs_apart() or self._is_squeezed(token)):
                sign = "-"  # plus minus two, as in 3+-2x
            if self.token.text == "_" and sign == "+":
                terms = [self._labelled('"plus"', terms)]
                continue
            scaled = self.tokens[self.at + 1 : self.at + 2]
            dotted = self.token.text == "..." and not (scaled and scaled[0].text in ("*", "/"))
            term = DOTS if dotted and self.accept("...") else self._expression(SUM)
            terms.append(term if sign == "+" else Unary(sign, term))
        if len(terms) == 1:
            return terms[0]
        if all(_is_set(term) for term in terms):
            return _of_sets(terms)
        return pattern("sum", tuple(terms), self.names.is_word) or Add(tuple(terms))

    def _is_squeezed(self, sign: Token) -> bool:
        """Return whether a ``+-`` stands close between what it joins and a numeral."""
        follows = self.token
        return follows.kind == "number" and not (sign.spaced or follows.spaced)

    def _product(self, left: Node) -> Node:
        factors = [left]
        while True:
            token = self.token
            text = token.text
            if token.kind == "op" and (
                text in ("/", "//", "./", ".*", "\\", "mod", "⊙", "⊗", "∘") or self._is_mod(token)
            ):
                self.advance()
                top = factors[0] if len(factors) == 1 else Mul(tuple(factors))
                marked = text == "/" and (self.token.kind == "d" or self.token.text == "∂")
                bottom = self._below() if marked else self._expression(PRODUCT)
                if text == "/" and not marked:
                    bottom = self._doubted(top, bottom)
                if text == "mod" and isinstance(bottom, Name) and self.token.text == "(":
                    bottom = Mul((bottom, self._factor()))
                arrays = scope.kind_of(top, self.names) != "scalar"
                factors = [_combined(text, top, bottom, arrays)]
            elif token.kind == "op" and text in ("*", "·", "@"):
                if text == "*" and self._is_star(left if len(factors) == 1 else factors[-1]):
                    break
                self.advance()
                if self.token.text == "_":
                    factors = [self._labelled('"times"', factors)]
                    continue
                factor = DOTS if self.accept("...") else self._expression(PRODUCT)
                if text in "·@" and scope.are_vectors(factors[-1], factor, self.names):
                    factors[-1] = Call("dot", (factors[-1], factor))
                else:
                    factors.append(factor)
            elif text == "..." and self._dots_go_on(factors):
                self.advance()
                factors.append(DOTS)
            elif self._implicit(token):
                if self._goes_on_in_time(token):
                    break
                if isinstance(factors[-1], Number) and token.kind == "number":
                    first = factors[-1].text
                    raise MathsError(
                        "two numbers side by side need a sign between them, as in "
                        f"{first}*{token.text}",
                        token.position,
                    )
                factors.append(self._factor())
            else:
                break
        factors = binders.applied(factors)
        if self._goes_on_in_time(self.token):
            return Add((Mul(tuple(factors)), self._expression(PRODUCT - 1)))
        if DOTS in factors and (found := pattern("prod", tuple(factors), self.names.is_word)):
            return found
        return factors[0] if len(factors) == 1 else Mul(tuple(factors))

    def _goes_on_in_time(self, token: Token) -> bool:
        """Return whether ``30 min`` comes next after ``1 h``: a sum, written without its sign."""
        before = self.tokens[max(0, self.at - 2) : self.at]
        here = [*before, *self.tokens[self.at : self.at + 2]]
        kinds = [each.kind for each in here]
        spans = kinds == ["number", "name", "number", "name"] and token.kind == "number"
        return spans and {here[1].text, here[3].text} <= SPANS

    def _doubted(self, top: Node, bottom: Node) -> Node:
        """Return a denominator with what follows it closely, where it is read tight; note that."""
        slash, token = self.tokens[self.at - 2].text, self.token
        letter = token.kind == "name"
        close = not token.spaced and (letter or token.text == "(") and self._implicit(token)
        if slash != "/" or not close or not isinstance(bottom, Name | Number):
            return bottom
        start = self.at
        if not self.names.tight:
            before = self.at, self.doubt
            tight = self._closely(bottom)
            typed = "".join(t.text for t in self.tokens[start - 3 : self.at])
            typed = f"(…{typed}" if typed[0] in CLOSING else typed
            self.at, self.doubt = before
            rest = Mul(tight.factors[1:]) if len(tight.factors) > 2 else tight.factors[1]
            loose = to_text.text(Divide(top, bottom))
            ways = (f"({loose})*{to_text.text(rest)}", to_text.text(Divide(top, tight)))
            self.doubt = self.doubt or Doubt(typed, ways, letter)
            return bottom
        return self._closely(bottom)

    def _closely(self, bottom: Node) -> Mul:
        """Return a denominator and the factors written to it without a space."""
        factors = [bottom]
        while not self.token.spaced and self.token.kind != "number" and self._implicit(self.token):
            factors.append(self._factor())
        return Mul(tuple(factors))

    def _labelled(self, name: str, before: list[Node]) -> Node:
        """Return what a sign with a subscript makes of what stands around it: ``a ·_n b``."""
        self.advance()
        under = self._subscript()
        left = before[0] if len(before) == 1 else Mul(tuple(before))
        if name == '"plus"' and len(before) > 1:
            left = Add(tuple(before))
        right = self._expression(SUM if name == '"plus"' else PRODUCT)
        return Call(name, (left, right), 0, under)

    def _factor(self) -> Node:
        """Read a factor without a sign before it; ``[…]`` around one expression groups it."""
        grouped = self.token.text in ("[", "{") and not self._holds_statement()
        node = self._operand()
        if grouped and isinstance(node, Collection) and len(node.items) == 1:
            return node.items[0]
        return node

    def _below(self) -> Node:
        """Return the denominator ``∂x ∂y²`` of a derivative."""
        parts: list[Node] = []
        while self.token.kind == "d" or self.token.text == "∂":
            self.advance()
            parts.append(Call("partial", (self._operand(),)))
        return parts[0] if len(parts) == 1 else Mul(tuple(parts))

    def _dots_go_on(self, factors: list[Node]) -> bool:
        """Return whether dots stand between two factors, as in ``x_1 x_2 … x_n``."""
        after = self.tokens[self.at + 1]
        return after.kind in ("name", "number") or after.text in ("*", "·", "(")

    def _is_mod(self, token: Token) -> bool:
        return token.text == "%" and self._starts_operand(self.tokens[self.at + 1])

    def _starts_operand(self, token: Token) -> bool:
        bar = "" if self.bar_separates else "|"
        return token.kind in ("name", "number") or token.text in ("(", bar, *ROOTS)

    def _implicit(self, token: Token) -> bool:
        """Return whether a token begins a factor that is multiplied without a sign."""
        if token.kind in ("number", "name"):
            if token.text in CONDITIONS and token.text not in self.names.variables:
                return False
            return not self._is_union(token) and not self._is_choice(token)
        if token.kind != "op":
            return token.kind == "d" and not self.integrating
        if token.text in ("|", "‖", "||"):
            apart = self.bars or self.bar_separates or self.divides
            return not apart and token.text != "||"
        if token.text == "{":
            return self._holds_statement()
        if token.text == "(":
            return self.tokens[self.at + 1].text != "mod"
        return token.text in ("[", *ROOTS, "⟨", "∑", "∏", "∫", "∇", "∂")

    def _relation(self, left: Node) -> Node:
        operands, signs = [left], []
        relations = {**RELATIONS, "|": "∣"} if self.divides else RELATIONS
        while self.token.kind == "op" and self.token.text in relations:
            signs.append(relations[self.advance().text])
            operands.append(self._expression(RELATION))
        opened = self.token
        if opened.text == "(" and self.tokens[self.at + 1].text == "mod":
            self.at += 2
            modulus = self._expression(SUM)
            self.expect(")", opened)
            return binders.congruence(operands, signs, modulus)
        last = operands[-1]
        if "≡" in signs and isinstance(last, Call) and last.function == "mod":
            return binders.congruence([*operands[:-1], last.arguments[0]], signs, last.arguments[1])
        return Relation(tuple(operands), tuple(signs))

    def _logic(self, left: Node, connective: str, binding: int) -> Node:
        operands = [left]
        while self.token.kind == "op" and CONNECTIVES.get(self.token.text) == (connective, binding):
            if self.token.text == "||" and (self.bars or self.bar_separates):
                break
            self.advance()
            right = binding - 1 if connective == "implies" else binding
            operands.append(self._expression(right))
            if connective == "implies":
                break
        return Logic(connective, tuple(operands))

    def _set_operation(self, left: Node, operation: str) -> Node:
        operands = [left]
        while SETS.get(self.token.text) == operation:
            self.advance()
            operands.append(self._expression(UNION))
        return SetOperation(operation, tuple(operands))

    # Operands: numerals, names, brackets, bars, powers and subscripts.

    def _operand(self) -> Node:
        """Read one operand with its powers, signs and subscripts."""
        self.deeper()
        node = self._postfix(self._primary())
        self.nested -= 1
        return node

    def _primary(self) -> Node:
        token = self.advance()
        text = token.text
        if token.kind == "number":
            return Number(text)
        if token.kind == "name":
            return self._name(token)
        if token.kind == "d" or text == "∂":
            return self._differential()
        if text in OPENING:
            return self._angle(token) if text == "⟨" else self._bracket(token)
        if text in ("|", "‖", "||"):
            return self._bars(token)
        if text == "mod" and self.token.text == "(":
            return self._known(token, "mod")
        if text in ROOTS:
            return self._root(token)
        if text == "...":
            return DOTS
        if text == "·" and self.token.text in (*CLOSING, ",", ";", "|", "||", "‖", ""):
            return Constant("·")
        if text in BIG_SIGNS:
            return self._integral(token) if text == "∫" else self._signed(token, BIG_SIGNS[text])
        if text == "∇":
            return self._nabla(token)
        if token.kind == "end":
            before = self.tokens[self.at - 2].text if self.at > 1 else ""
            message = f"something is missing at the end, after '{before}'"
            raise MathsError(message, token.position)
        raise _unexpected(token)

    def _root(self, token: Token) -> Node:
        """Read what stands after √; a learner's √2x is asked for, as it reads two ways."""
        start = self.at
        name, degree = ROOTS[token.text]
        operand, after = self._operand(), self.token
        if (
            self.names.learner
            and isinstance(operand, Number)
            and after.kind == "name"
            and not after.spaced
        ):
            first, last = "".join(t.text for t in self.tokens[start : self.at]), after.text
            raise MathsError(
                f"'{token.text}{first}{last}' reads two ways: "
                f"write {name}({first}*{last}{degree}) or {name}({first}{degree})*{last}",
                token.position,
            )
        return Call(name, (operand, Number("4")) if degree else (operand,))

    def _bars(self, token: Token) -> Node:
        outer, separates, start = self.bars, self.bar_separates, self.at
        try:
            self.bars, self.bar_separates = outer + 1, False
            body = self._expression(0)
            self.expect(token.text, token)
        except MathsError:
            if token.text != "||":
                raise
            self.at = start - 1  # not a norm: two bars, as in ||x| - |y||
            self.bars, self.bar_separates = outer, separates
            self.split_bars()
            return self._bars(self.advance())
        self.bars, self.bar_separates = outer, separates
        if token.text == "|":
            is_vector = scope.kind_of(body, self.names) in ("vector", "row")
            return Call("norm" if is_vector else "abs", (body,))
        if self.token.text == "_" and self.token.kind == "op":
            self.advance()
            return binders.norm(body, self._subscript(), scope.kind_of(body, self.names))
        return Call("norm", (body,))

    def _angle(self, token: Token) -> Node:
        """Read ``⟨x, y⟩``, an inner product, or ``⟨x⟩``."""
        items, close, _ = self._items(token, "⟩", bar=True)
        if close != "⟩" or not 1 <= len(items) <= 2:
            raise MathsError("an inner product is written dot(x, y)", token.position)
        return Call("dot" if len(items) == 2 else "angle", items, 0)

    def _bracket(self, token: Token) -> Node:
        close = OPENING[token.text]
        items, closing, rows = self._items(token, close, bar=token.text == "{")
        if self.bar_at and closing == close and not rows:
            return Call("setof", items, self.bar_at)
        if rows and token.text == "{" and (found := binders.pieces(_flat(rows, items))):
            return found
        if rows:
            return self._rows(token, rows)
        if closing != close or (token.text == "(" and len(items) == 2 and _infinite(items)):
            return self._interval(token, items, closing)
        if token.text in ("(", "{") and (found := binders.pieces(items)):
            return found
        if token.text == "(":
            if not items:
                raise MathsError("these brackets are empty", token.position)
            return items[0] if len(items) == 1 else Collection("tuple", items)
        return Collection("list" if token.text == "[" else "set", items)

    def _rows(self, token: Token, rows: list[tuple[Node, ...]]) -> Node:
        """Return the matrix ``[a, b; c, d]``."""
        if token.text != "[":
            raise MathsError("';' separates the rows of a matrix in […]", token.position)
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise MathsError("the rows of this matrix differ in length", token.position)
        return Collection("matrix", tuple(Collection("list", row) for row in rows))

    def _interval(self, token: Token, items: tuple[Node, ...], close: str) -> Node:
        if token.text == "{" or close == "}" or len(items) != 2:
            raise MathsError(
                f"the '{token.text}' at {token.position + 1} is closed by '{close}'",
                self.tokens[self.at - 1].position,
            )
        return Interval(items[0], items[1], token.text == "[", close == "]")

    def _items(
        self, opened: Token, close: str, bar: bool = False
    ) -> tuple[tuple[Node, ...], str, list[tuple[Node, ...]]]:
        """Read ``a, b, …`` up to a closing bracket: the items, the bracket, rows ended by ``;``."""
        bars, self.bars = self.bars, 0
        separates, self.bar_separates = self.bar_separates, bar
        self.bar_at, bar_at, parted, parted_at = 0, 0, "", 0
        found: list[Node] = []
        rows: list[tuple[Node, ...]] = []
        while self.token.text not in CLOSING or self.token.kind != "op":
            if self.token.kind == "end":
                raise MathsError(
                    f"the '{opened.text}' at {opened.position + 1} is never closed: "
                    f"add a '{close}'",
                    opened.position,
                )
            found.append(self._statement())
            if self.accept(".."):
                found[-1] = binders.span(found[-1], self._expression(0))
            parts = (":", "|", "given") if opened.text == "{" else SEPARATORS
            again = not bar_at or (parted == ";") != (self.token.text == ";")
            if bar and again and self.token.text in parts:
                sign = self.advance().text
                if not bar_at or sign != ";":  # p(y | x; θ), I(X; Y | Z)
                    parted_at, bar_at, parted = bar_at, len(found), sign
            elif self.accept(";"):
                rows.append(tuple(found))
                found = []
            elif self.accept(","):
                if self.token.text in CLOSING:
                    raise MathsError("something is missing after the ','", self.token.position)
            elif self.token.text not in CLOSING:
                self._unexpected()
        if bar_at and bar_at == len(found):
            before = f"something is missing after the '{parted}'"
            raise MathsError(before, self.token.position)
        self.bars, self.bar_separates, self.bar_at = bars, separates, bar_at
        self.parted, self.parted_at = parted, parted_at
        closing = self.advance().text
        if closing != close and not {closing, close} <= {")", "]"}:
            raise MathsError(
                f"the '{opened.text}' at {opened.position + 1} is closed by '{closing}'",
                self.tokens[self.at - 1].position,
            )
        if rows and found:
            rows.append(tuple(found))
        return tuple(found), closing, rows

    def _unexpected(self) -> None:
        """Raise MathsError for a token that cannot go on from an item, but for the end."""
        token = self.token
        if token.kind == "end":
            return
        if token.text in ("|", "||", "‖", "given"):
            message = f"'{token.text}' stands once inside P(…), E[…] or the like"
            raise MathsError(message, token.position)
        raise _unexpected(token)

    def _postfix(self, node: Node) -> Node:
        while True:
            token = self.token
            if token.kind != "op":
                return node
            text = token.text
            if text == "_":
                self.advance()
                node = self._subscripted(node, token)
            elif text in ("!", "!!") or (text == "%" and not self._is_mod(token)):
                self.advance()
                node = Unary(text, node)
            elif text in (".T", "'"):
                self.advance()
                node = Unary("T", node) if text == ".T" else binders.primed(node)
            elif text == "†":
                self.advance()
                node = Call("adjoint", (node,))
            elif text == ".":
                node = self._method(node)
            elif text == "°" and self.tokens[self.at + 1].text in ("C", "K", "F"):
                self.advance()  # degrees of temperature, not of an angle
                return node
            elif text == "°":
                self.advance()
                node = Mul((node, Divide(Name("pi"), Number("180"))))
            elif text in ("^", "**", ".^"):
                self.advance()
                node = self._powered(node, token)
                if text == ".^" and isinstance(node, Power):
                    node = self._entrywise(node)
            elif text == "*" and self._is_star(node):
                self.advance()
                node = self._starred(node)
            elif text == "[" and self._is_indexing(node):
                items, _, _ = self._items(self.advance(), "]")
                node = Index(node, items)
            else:
                return node

    def _entrywise(self, node: Power) -> Node:
        """Return an array to a power entry by entry, as a product of its entries."""
        if scope.kind_of(node.base, self.names) == "scalar":
            return node
        power = node.exponent
        if not (isinstance(power, Number) and power.text in ("2", "3")):
            raise MathsError("entry by entry only squares and cubes are read", self.token.position)
        squared = Call("hadamard", (node.base, node.base))
        return squared if power.text == "2" else Call("hadamard", (squared, node.base))

    def _method(self, node: Node) -> Node:
        """Read ``x.dot(y)`` and ``x.sum()`` as functions of what stands before the point."""
        self.advance()
        token = self.advance()
        items, closing, _ = self._items(self.advance(), ")")
        self._check_closed(closing, ")")
        if token.text == "sum" and not items:
            return self._over_all("sum", node, token)
        function = canonical_function(token.text)
        if function is None:
            raise MathsError(f"'.{token.text}(' has no meaning here: write f(x)", token.position)
        return _call(function, (node, *items), token)

    def _subscripted(self, node: Node, token: Token) -> Node:
        """Read what stands after ``_``; a function with a subscript reads its arguments too."""
        if node == Number("1") and self.token.text == "{":
            return self._indicated()
        if self.token.text == "+" and self.tokens[self.at - 2].text in (")", "]"):
            self.advance()  # the positive part, (x)_+
            alone = isinstance(node, Collection) and len(node.items) == 1
            return Call("relu", node.children if alone else (node,))
        if isinstance(node, Number) and self.tokens[self.at - 2].text == ")":
            node = Name(f'"{node.text}"')
        if isinstance(node, Number):
            message = "a number takes no subscript: a long one is written 1024, not 1_024"
            raise MathsError(message, token.position)
        under = self._subscript()
        if node == Name("D") and under == (Name("KL"),) and self.token.text in ("(", "["):
            return self._known(token, "KL")
        if isinstance(node, Name) and self.token.text in ("(", "[") and self._is_applied(node.name):
            return self._declared(node.name, under)
        return Index(node, under)

    def _powered(self, node: Node, token: Token) -> Node:
        """Read what stands after ``^``: a power, a transpose, or the mark of a function."""
        start = self.at
        if self.accept("*"):
            return self._starred(node)
        if self.accept("†"):
            return Call("adjoint", (node,))
        after = self.tokens[self.at + 1].text if self.token.text == "+" else "none"
        number = scope.kind_of(node, self.names) == "scalar"
        if number and self.names.learner and after in ("", ")", "]", "-", "*", "/", ","):
            self.advance()  # the positive part, (x)^+
            return Call("relu", (node,))
        if self.accept("°"):
            return Mul((node, Divide(Name("pi"), Number("180"))))
        exponent = self._exponent()
        if exponent == Name("star"):
            return self._starred(node)
        head = node.base if isinstance(node, Index) else node
        if isinstance(head, Name) and self.token.text in ("(", "[") and self._is_applied(head.name):
            under = node.indices if isinstance(node, Index) else ()
            if isinstance(exponent, Number) or exponent == Name("T"):
                return Power(self._declared(head.name, under), exponent)
            return self._declared(head.name, (*under, exponent))
        if self.names.learner:
            self._check_exponent(node, start, token)
        return Power(node, exponent)

    def _starred(self, node: Node) -> Node:
        """Return what a star makes of a node, with the arguments of a function such as ``V*``."""
        starred = binders.starred(node)
        head = starred.base if isinstance(starred, Index) else starred
        under = starred.indices if isinstance(starred, Index) else ()
        if isinstance(head, Name) and self.token.text in ("(", "[") and self._is_applied(head.name):
            return self._declared(head.name, under)
        return starred

    def _check_exponent(self, base: Node, start: int, token: Token) -> None:
        """Raise MathsError for a learner's ``2^nk`` and ``e^2x``, which read two ways."""
        raised = self.tokens[start : self.at]
        after = self.token
        if len(raised) != 1 or after.kind != "name" or after.spaced:
            return
        number = raised[0].kind == "number" and not isinstance(base, Number) and base != Name("e")
        if number or raised[0].text == "T" or not (after.joined or raised[0].kind == "number"):
            return
        above, shown = raised[0].text, "e" if base == Name("e") else binders.shown(base)
        raise MathsError(
            f"'{shown}^{above}{after.text}' reads two ways: write {shown}^({above}*{after.text}) "
            f"or {shown}^{above}*{after.text}",
            token.position,
        )

    def _is_star(self, node: Node) -> bool:
        """Return whether a ``*`` is the mark of ``π*``: nothing follows that it could multiply."""
        if not isinstance(node, Name | Index):
            return False
        after = self.tokens[self.at + 1]
        if after.kind in ("op", "end") and after.text in TRAILING_STAR:
            return True
        if after.text == "|" and self.bar_separates:
            return True
        return (
            isinstance(node, Name)
            and after.text == "("
            and (
                f"{node.name}star" in self.functions
                or self.names.variables.get(node.name) in DOMAINS_OF_FUNCTIONS
            )
        )

    def _is_indexing(self, node: Node) -> bool:
        """Return whether ``[`` after a name holds its indices, as in ``p[i]``."""
        if not isinstance(node, Name) or self.token.spaced or self._holds_statement():
            return False
        domain = self.names.variables.get(node.name, "")
        if scope.is_array(node, self.names):
            return True
        if domain in DOMAINS_OF_FUNCTIONS or node.name in OPERATORS:
            return False
        return scope.is_indexed(node.name, self.names.card) or self._holds_index(not domain)

    def _holds_index(self, undeclared: bool) -> bool:
        """Return whether the bracket that comes next holds ``i``, ``3`` or ``t + 1``."""
        inner: list[Token] = []
        for token in self.tokens[self.at + 1 :]:
            if token.text in CLOSING or token.kind == "end":
                break
            inner.append(token)
        letters = [token.text for token in inner if token.kind == "name"]
        plain = all(t.kind in ("name", "number") or t.text in (",", "+", "-") for t in inner)
        running = all(x in "ijklmnt" or self.names.variables.get(x) == "index" for x in letters)
        return undeclared and bool(inner) and plain and running and len(inner) <= 5

    def _indicated(self) -> Node:
        """Read the statement under an indicator, ``1_{x > 0}``."""
        items = self._subscript()
        if not is_statement(items):
            return Index(Name('"1"'), items)
        return indicator(Collection("list", items))

    def _holds_statement(self) -> bool:
        """Return whether the bracket that comes next holds a statement: ``[i = j]``."""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0 or (depth == 1 and token.text in (",", ";", "|", "given")):
                return False
            if depth == 1 and token.text in COMPARISONS:
                return True
        return False

    def _exponent(self) -> Node:
        """Read what follows ``^``."""
        if self.token.text == "{":
            opened = self.advance()
            if self.token.text == "*" and self.tokens[self.at + 1].text == "}":
                self.at += 2
                return Name("star")
            node = self._expression(0)
            if self.token.text == ",":
                items = [node]
                while self.accept(","):
                    items.append(self._expression(0))
                node = Collection("tuple", tuple(items))
            self.expect("}", opened)
            return node
        if self.token.kind == "op" and self.token.text in SIGNED:
            self.deeper()
            node = Unary(self.advance().text, self._exponent())
            self.nested -= 1
            return node
        if self.token.text == "T" and self.token.kind == "name":
            self.advance()  # a transpose takes no bracket after it
            return Name("T")
        return self._operand()

    def _subscript(self) -> tuple[Node, ...]:
        """Read what follows ``_``: one number or name, or a bracketed list."""
        token = self.advance()
        if token.text in ("{", "("):
            word = self.token
            if word.text in LABELS and self.tokens[self.at + 1].text in ("}", ")"):
                self.at += 2
                return (Name(LABELS[word.text]),)
            if word.kind == "name" and self.tokens[self.at + 1].text in ("}", ")"):
                self.at += 2  # a label such as x_{max}
                return (Name(word.text.strip('"')),)
            items, _, _ = self._items(token, "}" if token.text == "{" else ")")
            if not items:
                raise MathsError("this subscript is empty", token.position)
            return items
        if token.kind == "number" and token.text.isdigit():
            return (Number(token.text),)
        if token.kind == "name":
            return (Name(token.text.strip('"')),)
        if token.text == "*":
            return (Name(STAR),)
        raise MathsError("a subscript is a number, a name or {…}", token.position)

    # Names and calls.

    def _name(self, token: Token) -> Node:
        name = token.text
        follows = self.token.text if self.token.kind == "op" else ""
        if name == "nabla" and name not in self.names.variables:
            return self._nabla(token)
        if name in BINDERS and name not in self.names.variables:
            return self._binder(token, BINDERS[name])
        if name in GREEK_SIGNS and self._is_sign(name):
            return self._signed(token, GREEK_SIGNS[name])
        function = None if name in self.names.variables else canonical_function(name)
        ends = self.token.kind == "end" or follows in (*CLOSING, "*", "/", "+", "-", ",")
        counted = name in ("min", "sec") and self._is_counted()
        if function is not None and ((ends and self.names.known(name)) or counted):
            return Name(name)  # the unit of 5 min
        if function in APPLIED_TO_A_NAME and self._precedes_name():
            factors = [self._operand()]
            while self.token.kind == "name" and self.token.joined:
                factors.append(self._operand())
            return Call(function, (factors[0] if len(factors) == 1 else Mul(tuple(factors)),))
        if function in ("beta", "delta") and follows != "_" and self._counts_arguments() != 2:
            function = None
        if function in ONLY_BEFORE_BRACKET and follows not in ("(", "["):
            if function == "delta" and follows == "_":
                return Name("delta")
            function = None
        defined = follows in (":=", "←") and self.at <= 1
        if function is not None and not defined:
            return self._known(token, function)
        if name in OPERATORS and self._is_random_next():
            if self.names.learner and self.tokens[self.at + 1].text in ("^", "**"):
                letter, sign = self.token.text, self.tokens[self.at + 2].text
                raise MathsError(
                    f"'{name}{letter}^{sign}' reads two ways: write {name}[{letter}^{sign}] or "
                    f"{name}[{letter}]^{sign}",
                    token.position,
                )
            return Call(name, (Name(self.advance().text),))
        if name == "V" and follows in ("(", "[") and not self.names.known_to_card(name):
            inner = self.tokens[self.at + 1].text
            if self.names.variables.get(inner) == "random":
                return self._declared("Var")
        indicates = name == "I" and follows in ("(", "[", "{") and self._holds_statement()
        if indicates and not self.names.known_to_card(name):
            items, _, _ = self._items(self.advance(), OPENING[follows])
            return indicator(Collection("list", items))
        if follows in ("(", "[") and self._is_function(name, follows):
            if name == "C" and self._counts_arguments() == 2 and "C" not in self.names.variables:
                return self._known(token, "binomial")
            return self._declared(name)
        turned = name.endswith("'") and scope.is_array(Name(name.rstrip("'")), self.names)
        congruent = follows == "(" and self.tokens[self.at + 1].text == "mod"
        unsure = name in self.names.unsure and not turned and not congruent
        if unsure and follows == "(" and self.names.learner and self._names_the_answer():
            return self._declared(name)
        if unsure and (follows == "(" or self._before_statement()):
            return self._unsure(token)
        return Name(name)

    def _is_random_next(self) -> bool:
        """Return whether a random variable comes next, as in ``EX`` and ``Var X``."""
        name, after = self.tokens[self.at - 1].text, self.token
        card = self.names.card
        of_card = self.names.known_to_card(name) and (card is None or name in free_names(card))
        return not of_card and after.kind == "name" and (
            self.names.variables.get(after.text) == "random"
        )  # fmt: skip

    def _holds_event(self) -> bool:
        """Return whether the bracket that comes next holds one capital: a product needs none."""
        inner = [token.text for token in self.tokens[self.at + 1 : self.at + 6]]
        close = next((k for k, text in enumerate(inner) if text in CLOSING), 0)
        letter, *mark = inner[:close] or [""]
        event = letter.rstrip("'").isalpha() and len(letter.rstrip("'")) == 1 and letter.isupper()
        return event and mark in ([], ["^", "c"], ["^", "C"])

    def _is_counted(self) -> bool:
        """Return whether a number stands before the name just read, and no bracket after it."""
        before = self.tokens[self.at - 2] if self.at > 1 else self.token
        counts = before.kind == "number" or before.text in (")", "/")
        return counts and self.token.text not in ("(", "[", "{", "_", "^")

    def _names_the_answer(self) -> bool:
        """Return whether the bracket that comes next belongs to the left of ``f(x) = …``."""
        depth = 0
        for position, token in enumerate(self.tokens[self.at :], self.at):
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0:
                return self.at == 1 and self.tokens[position + 1].text == "="
        return False

    def _precedes_name(self) -> bool:
        """Return whether a name comes next that is no function: the A of ``det A``."""
        token = self.token
        return token.kind == "name" and canonical_function(token.text) is None

    def _is_sign(self, name: str) -> bool:
        """Return whether a capital Σ or Π is the sign of a sum or product."""
        if name in self.names.variables or self.names.known_to_card(name):
            return False
        token = self.token
        if token.text == "_" and self.tokens[self.at + 1].text in ("{", "("):
            for later in self.tokens[self.at + 2 :]:
                if later.text in CLOSING or later.kind == "end":
                    break
                if later.text in ("=", "in"):
                    return True
        starts = token.kind in ("name", "number") or token.text in ("_", "^", "(", "|")
        return self.names.learner and name in self.names.unsure and starts

    def _before_statement(self) -> bool:
        return self.token.text in ("[", "{") and self._holds_statement()

    def _counts_arguments(self) -> int:
        """Return how many arguments the bracket that comes next has."""
        depth = commas = 0
        for token in self.tokens[self.at :]:
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0:
                break
            commas += depth == 1 and token.text == ","
        return commas + 1

    def _unsure(self, token: Token) -> Node:
        """Read a name before a bracket as the function it is known for, where that is meant."""
        known_for = KNOWN_FOR.get(token.text, ())
        meant = [function for function in known_for if function in self.names.functions]
        if self.names.learner and not meant:
            meant = self._meant(token.text)
        if len(meant) == 1:
            return self._known(token, meant[0])
        if self.names.learner and not known_for:
            message = f"I do not know the name '{token.text}'"
            self.doubts[token.text] = UnknownNameError(token.text, message, token.position)
            return Name(token.text)
        ways = [*(f"{function}(…)" for function in known_for), f"{token.text}*(…) for a product"]
        self.doubts[token.text] = MathsError(
            f"'{token.text}' before a bracket may be a function or a factor: "
            f"write {' or '.join(ways)}",
            token.position,
        )
        return Name(token.text)

    def _meant(self, name: str) -> list[str]:
        """Return the function that a letter, which the card does not have, can only stand for."""
        if name in ("Gamma", "Phi", "gamma", "psi"):
            return list(KNOWN_FOR[name])
        if name != "sigma":
            return []
        depth = 0
        for position, token in enumerate(self.tokens[self.at :], self.at):
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if depth == 0:
                break
            whole = token.kind == "name" and self.tokens[position + 1].text not in ("_", "[")
            if whole and scope.is_array(Name(token.text), self.names):
                return []
        return ["sigmoid"]

    def _is_function(self, name: str, bracket: str) -> bool:
        """Return whether a name before a bracket is a call rather than a product."""
        variables = self.names.variables
        domain = variables.get(name)
        if domain is not None:
            return domain in DOMAINS_OF_FUNCTIONS
        if name in OPERATORS:
            random = any("random" in domain for domain in variables.values())
            asked = self.names.learner and not self.names.known_to_card(name)
            asked = asked or self._holds_event()
            return bracket == "[" or len(name) > 1 or name in self.functions or random or asked
        letter = name.removesuffix("star")
        if name.startswith('"') or (letter != name and not (len(letter) == 1 and letter.islower())):
            return True
        if bracket == "[":
            return name in self.names.functions
        empty = self.tokens[self.at + 1].text == ")" and not self.names.learner
        return name in self.functions or empty or (self.names.calls and name not in CONSTANTS)

    def _is_applied(self, name: str) -> bool:
        """Return whether a name with a subscript or mark, before a bracket, is a call."""
        known = canonical_function(name) if name not in self.names.variables else None
        return known is None and self._is_function(name, self.token.text)

    def _known(self, token: Token, function: str) -> Node:
        """Read a well-known function: ``sin(x)``, ``sin 2x``, ``sin^2(x)``, ``log_2(x)``."""
        under: tuple[Node, ...] = ()
        power: Node | None = None
        if self.token.text == "_" and self.token.kind == "op":
            self.advance()
            under = self._subscript()
            if function in ("max", "min"):
                return self._over(function, under, token)
            self._check_base(function, under, token)
        if self.token.text in ("^", "**"):
            self.advance()
            power = self._exponent()
            if power == Name(STAR):
                raise MathsError("a star as a script has no meaning here", token.position)
            if power == Unary("-", ONE):
                raise MathsError(
                    f"'{token.text}^-1' reads two ways: write a{function}(x) or 1/{function}(x)",
                    token.position,
                )
        arguments, bar = self._arguments(token, function)
        if function in ("max", "min") and len(arguments) == 1 and self.names.learner:
            self._check_several(function, arguments[0], token)
        if function in ("H", "entropy") and bar and self.parted != "||":
            node: Node = Call("H", arguments, bar, (), self._parted("H"))
        elif function == "H" and len(arguments) > 1 and scope.are_random(arguments, self.names):
            node = Call("H", arguments)
        else:
            base = under if function in ("log", "norm") else ()
            node = _call(function, (*arguments, *base), token)
            if function in ("pow", "square") and isinstance(node, Power):
                node = self._entrywise(node)
        if under and function not in ("log", "norm"):
            node = Index(node, under)
        return node if power is None else Power(node, power)

    def _check_several(self, function: str, argument: Node, token: Token) -> None:
        """Raise MathsError for the largest of one number, where the card's runs over a letter."""
        card = self.names.card
        if card is None or not any(isinstance(p, Big) and p.kind == function for p in card.walk()):
            return
        if isinstance(argument, Collection) or scope.kind_of(argument, self.names) != "scalar":
            return
        raise MathsError(
            f"'{function}' takes several values, as in {function}(a, b), or the letter that it "
            f"runs over, as in {function}_a f(a)",
            token.position,
        )

    def _check_base(self, function: str, under: tuple[Node, ...], token: Token) -> None:
        if function == "softmax":
            return
        if function not in ("log", "norm") or len(under) != 1:
            raise MathsError(f"'{token.text}' takes no subscript", token.position)
        if isinstance(under[0], Name) and not self.names.is_word(under[0].name):
            raise MathsError(f"the base '{under[0].name}' is not known", token.position)

    def _arguments(self, token: Token, function: str) -> tuple[tuple[Node, ...], int]:
        opened = self.token
        if opened.text in ("(", "[", "{") and opened.kind == "op":
            self.advance()
            close = OPENING[opened.text]
            items, closing, rows = self._items(opened, close, bar=function in ("KL", "H"))
            if rows:
                raise MathsError("';' is not expected here", opened.position)
            if closing != close:
                raise MathsError(
                    f"this is closed by '{closing}'", self.tokens[self.at - 1].position
                )
            return items, self.bar_at
        if opened.text == "-" and self.names.learner:
            raise MathsError(f"'{token.text}' needs brackets after it: {token.text}(-x)",
                             opened.position)  # fmt: skip
        if FUNCTIONS[function][0] != 1 or opened.kind == "end" or function in ("max", "min"):
            inside = "x" if FUNCTIONS[function] in ((1, 1), (1, 2)) else "x, y"
            ways = f"{token.text}({inside})"
            if function in ("max", "min"):
                ways += f", or {token.text}_a f(a) with the letter that it runs over"
            raise MathsError(f"'{token.text}' needs brackets after it: {ways}", opened.position)
        start = self.at
        factors = [self._operand()]
        while (
            self.token.kind in ("number", "name")
            and not self._is_function_next()
            and self.tokens[self.at - 1].text not in CLOSING
        ):
            if self.token.text in CONDITIONS or self._is_choice(self.token):
                break
            factors.append(self._operand())
        if len(factors) > 1 and self.names.learner and function in ASKED_OF:
            self._ask_root(token, start)
        return (factors[0] if len(factors) == 1 else Mul(tuple(factors)),), 0

    def _check_closed(self, closing: str, close: str) -> None:
        if closing != close:
            raise MathsError(f"this is closed by '{closing}'", self.tokens[self.at - 1].position)

    def _ask_root(self, token: Token, start: int) -> None:
        """Raise MathsError for a learner's ``sqrt 2x``, which reads two ways."""
        texts = [t.text for t in self.tokens[start : self.at]]
        first, rest = texts[0], "*".join(texts[1:])
        raise MathsError(
            f"'{token.text} {' '.join(texts)}' reads two ways: write {token.text}({first}*{rest}) "
            f"or {token.text}({first})*{rest}",
            token.position,
        )

    def _is_function_next(self) -> bool:
        return self.token.text in FUNCTIONS and self.token.text not in self.names.variables

    def _declared(self, name: str, under: tuple[Node, ...] = ()) -> Node:
        """Read a call that is not of the well-known functions: ``p(y | x)``, ``E_q[X]``."""
        if name in FUNCTIONS:
            name = f'"{name}"'  # a letter's δ(s) is not Kronecker's δ(i, j)
        opened = self.advance()
        close = OPENING[opened.text]
        items, closing, rows = self._items(opened, close, bar=True)
        if rows:
            raise MathsError("';' stands once between the arguments", opened.position)
        self._check_closed(closing, close)
        return Call(name, items, self.bar_at, under, self._parted(name))

    def _parted(self, name: str) -> int:
        """Return where a ';' stands before the bar, or for it in what takes no ';' for a bar."""
        own = self.parted == ";" and name in OF_ONE_LAW
        return self.bar_at if own else self.parted_at

    # What binds a variable: sums, integrals, derivatives, pieces.

    def _binder(self, token: Token, kind: str) -> Node:
        """Read a sum, product, integral, derivative, piecewise value or matrix."""
        big = kind in BIG
        if self.token.text == "_" and big:
            if kind == "int":
                return self._integral(token)
            self.advance()
            return self._over(kind, self._subscript(), token)
        opened = self.token
        if kind in ("sum", "prod") and opened.text != "(" and opened.kind != "end":
            return self._signed(token, kind)
        if not (opened.kind == "op" and opened.text == "("):
            if kind in ("argmax", "argmin") and opened.kind == "name":
                return Call(kind, (self._expression(PRODUCT - 1),))
            raise MathsError(
                f"'{token.text}' needs brackets after it: {binders.WRITTEN[kind]}", opened.position
            )
        self.advance()
        items, _, rows = self._items(opened, ")")
        if big:
            return self._bracketed(kind, items, token)
        if kind == "diff":
            return binders.derivative(items, token)
        if kind in ("piecewise", "if"):
            return binders.piecewise(items, kind, token)
        if rows:
            items = tuple(Collection("list", row) for row in rows)
        return binders.matrix(items, kind, token)

    def _bracketed(self, kind: str, items: tuple[Node, ...], token: Token) -> Node:
        """Return the sum, integral or choice with all its parts in brackets."""
        lone = len(items) == 1 and kind in ("argmax", "argmin") and self.names.learner
        if lone and self._chosen_letters(kind):
            raise MathsError(f"'{token.text}' needs the letter that it runs over: "
                             f"{kind}_a f(a)", token.position)  # fmt: skip
        if len(items) != 1 or kind not in ("sum", "prod"):
            return binders.sum_or_integral(kind, items, token)
        power = self.token
        doubtful = power.text in ("^", "**", "²") and self.tokens[self.at - 1].text == ")"
        if doubtful and self.names.learner and self._opened_apart():
            raise MathsError(
                f"'{token.text} (…)^…' reads two ways: write {token.text}((…)^…) "
                f"or ({token.text}(…))^…",
                token.position,
            )
        return self._over_all(kind, items[0], token)

    def _chosen_letters(self, kind: str) -> bool:
        """Return whether the card's answer chooses over a letter."""
        card = self.names.card
        return card is not None and any(
            isinstance(part, Big) and part.kind == kind for part in card.walk()
        )

    def _opened_apart(self) -> bool:
        """Return whether the bracket that was closed last stood apart from the word before it."""
        depth = 0
        for at in range(self.at - 1, -1, -1):
            token = self.tokens[at]
            depth += (token.text in CLOSING) - (token.text in OPENING)
            if depth == 0:
                return token.spaced
        return False

    def _signed(self, token: Token, kind: str) -> Node:
        """Read ``∑_{i=1}^n body`` and ``∑ x_i``: the body is the product that follows."""
        if self.token.text == "_":
            self.advance()
            return self._over(kind, self._subscript(), token)
        if self.token.text == "(" and self._counts_arguments() > 1:
            items, _, _ = self._items(self.advance(), ")")
            return binders.sum_or_integral(kind, items, token)
        if self.token.text == "(" and self._holds_range():
            return self._over(kind, self._subscript(), token)
        return self._over_all(kind, self._expression(PRODUCT - 1), token)

    def _holds_range(self) -> bool:
        """Return whether the bracket that comes next holds a range alone: ``Σ(i=1..n) x_i``."""
        depth, parted = 0, False
        for at, token in enumerate(self.tokens[self.at :], self.at):
            depth += (token.text in OPENING) - (token.text in CLOSING)
            parted = parted or token.text == ".."
            if depth == 0:
                return parted and self._implicit(self.tokens[at + 1])
        return False

    def _over_all(self, kind: str, body: Node, token: Token) -> Node:
        """Return a sum that names no index: over the one that its body has."""
        letters = scope.running(body, self.names)
        if len(letters) == 1:
            return Big(kind, body, letters[0])
        if not letters and kind == "sum":
            return Call("total", (body,))
        choices = " or ".join(f"{kind}_{letter}" for letter in letters) or f"{kind}(body, i, 1, n)"
        raise MathsError(f"it is not clear what this runs over: write {choices}", token.position)

    def _over(self, kind: str, under: tuple[Node, ...], token: Token) -> Node:
        """Read ``sum_{i=1}^{n} body`` or ``max_a body``: the body is the product that follows."""
        high = None
        if self.token.text in ("^", "**"):
            self.advance()
            high = self._exponent()
        ranges = [binders.spanned(part, kind, token) for part in binders.parts(under)]
        for name, low, top, _ in ranges:
            if isinstance(name, Name) and not self.names.is_word(name.name):
                raise MathsError(f"under '{token.text}' stands a letter, or i=1", token.position)
            if kind != "lim" and (low is None) != ((top or high) is None):
                raise MathsError(
                    f"'{token.text}' needs both bounds, as in {token.text}_{{i=1}}^{{n}}, or none",
                    token.position,
                )
        body = self._expression(PRODUCT - 1)
        return binders.ranged(kind, body, ranges, high)

    def _integral(self, token: Token) -> Node:
        """Read ``∫_a^b body dx``."""
        low = high = None
        while self.token.text in ("_", "^") and self.token.kind == "op":
            if self.advance().text == "_":
                under = self._subscript() if self.token.text != "-" else (self._exponent(),)
                if len(under) != 1:
                    raise MathsError("an integral has one lower bound", token.position)
                low = under[0]
            else:
                high = self._exponent()
        for end in (low, high):
            if isinstance(end, Name) and end.name != "inf" and not self.names.is_word(end.name):
                raise MathsError(f"the bound '{end.name}' is not known", token.position)
        if (low is None) != (high is None):
            raise MathsError(
                "an integral needs both bounds, as in int(x^2, x, 0, 1), or none", token.position
            )
        self.integrating += 1
        body = ONE if self.token.kind == "d" else self._expression(SUM - 1)
        self.integrating -= 1
        if self.token.kind != "d":
            raise MathsError("an integral ends in dx: write int(body, x, from, to)",
                             self.token.position)  # fmt: skip
        self.advance()
        variable = self.advance()
        if variable.kind != "name" or not self.names.is_word(variable.text):
            raise MathsError("after the d of an integral stands a letter", variable.position)
        if self.token.text == "/":
            self.advance()
            body = Divide(body, self._expression(PRODUCT))
        elif body == ONE and self._implicit(self.token):
            body = self._expression(PRODUCT - 1)
        return Big("int", body, variable.text, low, high)

    def _differential(self) -> Node:
        """Read ``∂f``, ``∂²f`` or the bare ∂ of ``∂/∂x``; so with a d."""
        order: tuple[Node, ...] = ()
        if self.token.text in ("^", "**"):
            self.advance()
            order = (self._exponent(),)
        if self.token.text in ("/", *CLOSING) or self.token.kind == "end":
            return Call("partial", (), 0, order)
        operand = self._operand()
        if self.token.text in ("(", "["):
            operand = Mul((operand, self._factor()))
        return Call("partial", (operand,), 0, order)

    def _nabla(self, token: Token) -> Node:
        """Read ``∇f``, ``∇_θ f``, ``∇²f``, ``∇·F`` and ``∇×F``."""
        under: tuple[Node, ...] = ()
        function = "grad"
        while self.token.kind == "op" and self.token.text in ("_", "^", "·", "*"):
            text = self.advance().text
            if text == "_":
                under = self._subscript()
            elif text == "^":
                if self._exponent() != Number("2"):
                    raise MathsError("∇ takes the power 2 alone", token.position)
                function = "laplacian"
            else:
                if under:
                    raise MathsError(f"'{text}' is not expected here", self.token.position)
                function = "div" if text == "·" else "curl"
                break
        if self.token.kind == "end" or self.token.text in (")", "]", "=", ","):
            return Name("nabla")
        operand = self._operand()
        if self.token.text in ("(", "["):
            operand = Mul((operand, self._factor()))
        return Call(function, (operand,), 0, under)


def _called_names(tokens: list[Token]) -> set[str]:
    """Return the names that stand before brackets which can only hold arguments.

    ``P(A | B)``, ``f(x, y)``, ``p(y; θ)``, ``P(A and B)``.
    """
    found: set[str] = set()
    opened: list[tuple[str, str]] = []  # the head of each bracket, and what closes it
    signs: list[list[str]] = []
    for position, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.text in OPENING:
            head = _head(tokens, position) if token.text in ("(", "[") else ""
            opened.append((head, OPENING[token.text]))
            signs.append([])
        elif token.text in CLOSING and opened:
            head, close = opened.pop()
            inside = signs.pop()
            if signs and not head:  # P((A or B)), grouped once more
                signs[-1] += [sign for sign in inside if sign in JOINING]
            if head and token.text == close and _are_arguments(head, inside):
                found.add(head)
        elif opened and token.text in PARTING:
            signs[-1].append(token.text)
    return found


def _are_arguments(head: str, signs: list[str]) -> bool:
    """Return whether the signs between two brackets part arguments or join events."""
    if {",", ";", "given"} & set(signs) or signs.count("|") % 2:
        return True
    return head in OPERATORS and bool(set(signs) - {"|"})


def _head(tokens: list[Token], position: int) -> str:
    """Return the name that a bracket follows, past a script, or nothing."""
    at = position - 1
    star = ""
    if at >= 0 and tokens[at].kind == "name" and canonical_function(tokens[at].text):
        return tokens[at].text  # as in e^binomial(n, 2)
    if at >= 0 and tokens[at].text in ("}", ")"):
        end, depth = at, 0
        while at >= 0:
            depth += (tokens[at].text in CLOSING) - (tokens[at].text in OPENING)
            at -= 1
            if depth == 0:
                break
        if at < 0 or tokens[at].text not in ("_", "^"):
            return ""
        if [token.text for token in tokens[at : end + 1]] == ["^", "{", "*", "}"]:
            star = STAR
        at -= 1
    elif at >= 0 and tokens[at].kind == "name" and canonical_function(tokens[at].text):
        return tokens[at].text  # x^binomial(n, 2): what is called is the exponent
    script = at
    while at >= 1 and tokens[at - 1].text in ("_", "^"):
        star = STAR if tokens[at].text == "*" else star
        at -= 2
    if at >= 0 and tokens[at].kind != "name":
        at = script
    if at >= 1 and tokens[at].text == "*":
        at, star = at - 1, STAR
    if at < 0 or tokens[at].kind != "name":
        return ""
    return tokens[at].text + star


def _unexpected(token: Token) -> MathsError:
    """Return what is said of a sign that cannot stand where it does."""
    how = {
        "..": ": a range is written i = 1..n", "=": ": something is missing before it",
        ";": ": items are parted by ','", "^": ": what it raises is missing before it",
        "*": ": a factor is missing before it", "/": ": what it divides is missing before it",
        "!": ": what is denied is written not A", ">": ": halves are written floor(n/2)",
        "&": ": write 'and' between two statements", "_": ": a letter is missing before it",
    }  # fmt: skip
    before = f"'{token.text}' is not expected here"
    return MathsError(before + how.get(token.text, ""), token.position)


def _has_one_bar(tokens: list[Token]) -> bool:
    """Return whether there is one bar outside of all brackets, which encloses nothing."""
    depth = bars = 0
    for token in tokens:
        if token.text in (":", ",", "forall", "exists", "if", "when", "otherwise"):
            return False
        depth += (token.text in OPENING) - (token.text in CLOSING)
        bars += token.text == "|" and depth == 0
    return bars == 1 and tokens[0].text != "|" and tokens[-2].text != "|"


def _is_set(node: Node) -> bool:
    inner = node.operand if isinstance(node, Unary) and node.sign == "-" else node
    return isinstance(inner, Collection) and inner.kind == "set" and len(inner.items) != 1


def _of_sets(terms: list[Node]) -> Node:
    """Return sets joined by + and - as their union and difference."""
    found = terms[0]
    for term in terms[1:]:
        inner = term.operand if isinstance(term, Unary) else term
        operation = "difference" if isinstance(term, Unary) else "union"
        found = SetOperation(operation, (found, inner))
    return found


def _combined(sign: str, top: Node, bottom: Node, arrays: bool) -> Node:
    """Return two operands joined by ``/``, ``//``, ``mod`` or a product of arrays."""
    if sign in ("/", "./"):
        return binders.ratio(top, bottom)
    if sign == "\\":
        if not arrays:
            raise MathsError("'\\' divides by a matrix on the left: write b/a, or inv(A)*b")
        return Mul((Call("inv", (top,)), bottom))
    if sign == ".*":
        return Call("hadamard", (top, bottom)) if arrays else Mul((top, bottom))
    if sign == "//":
        return Call("floor", (binders.ratio(top, bottom),))
    function = {"⊙": "hadamard", "⊗": "kron", "∘": "compose"}.get(sign, "mod")
    return Call(function, (top, bottom))


def _call(function: str, arguments: tuple[Node, ...], token: Token) -> Node:
    fewest, most = FUNCTIONS[function]
    if not fewest <= len(arguments) <= most:
        wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        raise MathsError(
            f"'{token.text}' takes {wanted} argument{'s' * (most > 1)}, not {len(arguments)}: "
            f"{token.text}({', '.join('abc'[:most])})",
            token.position,
        )
    if function in ("entropy", "H"):
        function = "entropy" if len(arguments) == 1 else "crossentropy"
    signs = {"factorial": "!", "factorial2": "!!", "transpose": "T"}
    if function in signs:
        return Unary(signs[function], arguments[0])
    if function in ("pow", "square"):
        return Power(arguments[0], arguments[1] if function == "pow" else Number("2"))
    if function == "matmul":
        return Mul(arguments)
    if function == "mean" and len(arguments) > 1:
        return Divide(Add(arguments), Number(str(len(arguments))))
    if function == "root" and len(arguments) == 1:
        function = "sqrt"
    if function == "norm" and len(arguments) == 2 and arguments[1] == Number("2"):
        arguments = arguments[:1]
    return Call("log" if function == "ln" else function, arguments)


def _flat(rows: list[tuple[Node, ...]], items: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(item for row in rows for item in row) or items


def _infinite(items: tuple[Node, ...]) -> bool:
    """Return whether a pair has an infinite end and so must be an interval."""
    ends = [item.operand if isinstance(item, Unary) else item for item in items]
    return any(end == Name("inf") for end in ends)
