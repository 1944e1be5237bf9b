"""Tables of characters: small letters, alphabets, classes, brackets and accents."""

import unicodedata
from functools import cache

from studytui.typeset.formula import Kind

_SUP_FROM = "0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ′″‴*†∗⊤∘"
_SUP_TO = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ′″‴*†*ᵀ°"
_SUB_FROM = "0123456789+−-=()aehijklmnoprstuvxβγρφχ"
_SUB_TO = "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
SUPERSCRIPTS = dict(zip(_SUP_FROM, _SUP_TO, strict=True))
SUBSCRIPTS = dict(zip(_SUB_FROM, _SUB_TO, strict=True))

BIG_OPERATORS = frozenset("∑∏∐⋃⋂⋁⋀⨁⨂⨀⨄⨆⨅")
INTEGRALS = frozenset("∫∬∭∮∯∰")
BINARY = frozenset("+−-±∓×÷·⋅∗*∘∙•⋆⊕⊖⊗⊘⊙∩∪⊎⊓⊔∧∨∖⋄†‡≀⊛⋉⋊∔")
ORDINARY = frozenset("∀∁∂∃∄∅∆∇∎∞∟∠√∴∵⊤⊥⋯⋮⋱⋰¬/|‖!?.…")
PUNCTUATION = frozenset(",;")
RELATIONS = frozenset("=<>:∣∥~≔⟵⟶⟷⟸⟹⟺⟼≦≧⩽⩾⪯⪰")
OPENING = dict(zip("([{⟨⌈⌊⟦⎰", ")]}⟩⌉⌋⟧⎱", strict=True))
CLOSING = frozenset(OPENING.values())
BARS = frozenset("|‖")

NAMES_WITH_LIMITS = frozenset(
    {"max", "min", "sup", "inf", "lim", "argmax", "argmin", "limsup", "liminf", "esssup"}
)
NAMES = NAMES_WITH_LIMITS | {
    *("arg", "log", "exp", "ln", "sin", "cos", "tan", "tanh", "det", "gcd", "lcm", "sgn", "sign"),
    *("tr", "Tr", "diag", "rank", "span", "dim", "ker", "Pr", "Var", "Cov", "KL", "softmax"),
    *("clip", "mean", "std", "relu", "sigmoid", "erf", "mod", "Re", "Im", "supp", "prox", "proj"),
}
"""Names written without a backslash command of their own, or joined from single letters."""
SPELT = frozenset({"max", "min", "arg", "argmax", "argmin", "log", "exp", "sup", "inf", "lim"})
"""Names that are recognised when typed as separate letters, as in `arg\\;max_\\theta`."""

ACCENTS = {
    "^": ("\u0302", "^", "hat"),
    "ˆ": ("\u0302", "^", "hat"),
    "~": ("\u0303", "~", "tilde"),
    "˜": ("\u0303", "~", "tilde"),
    "¯": ("\u0304", "¯", "bar"),
    "―": ("\u0305", "─", "overline"),
    "→": ("\u20d7", "→", "vec"),
    "←": ("\u20d6", "←", "vec"),
    "↔": ("\u20e1", "↔", "vec"),
    "˙": ("\u0307", "˙", "dot"),
    "¨": ("\u0308", "¨", "ddot"),
    "⃛": ("\u20db", "⃛", "dddot"),
    "⃜": ("\u20dc", "⃜", "ddddot"),
    "ˇ": ("\u030c", "ˇ", "check"),
    "˘": ("\u0306", "˘", "breve"),
    "´": ("\u0301", "´", "acute"),
    "`": ("\u0300", "`", "grave"),
    "˚": ("\u030a", "˚", "ring"),
    "⏞": ("", "⏞", ""),
    "⏟": ("", "⏟", ""),
    "⎴": ("", "⎴", ""),
    "⎵": ("", "⎵", ""),
    "⏜": ("", "⏜", ""),
    "⏝": ("", "⏝", ""),
}
"""For each mark: its combining character, its form on a row of its own, its name."""
STRETCHING = {
    "―": "───",
    "¯": "───",
    "→": "──→",
    "←": "←──",
    "↔": "←─→",
    "⏞": "╭┴╮",
    "⏟": "╰┬╯",
    "⎴": "┌─┐",
    "⎵": "└─┘",
    "⏜": "╭─╮",
    "⏝": "╰─╯",
}
"""Marks drawn as wide as what they mark: left end, middle, right end."""

TALL = {
    "(": ("⎛", "⎜", "⎝"),
    ")": ("⎞", "⎟", "⎠"),
    "[": ("⎡", "⎢", "⎣"),
    "]": ("⎤", "⎥", "⎦"),
    "⌈": ("⌈", "│", "│"),
    "⌉": ("⌉", "│", "│"),
    "⌊": ("│", "│", "⌊"),
    "⌋": ("│", "│", "⌋"),
    "|": ("│", "│", "│"),
    "∣": ("│", "│", "│"),
    "‖": ("‖", "‖", "‖"),
    "∥": ("‖", "‖", "‖"),
    "⟦": ("⟦", "⟦", "⟦"),
    "⟧": ("⟧", "⟧", "⟧"),
}
"""Tall brackets: top, middle, bottom."""
TALL_WITH_WAIST = {
    "{": ("⎧", "⎪", "⎨", "⎩"),
    "}": ("⎫", "⎪", "⎬", "⎭"),
    "⟨": ("╱", "│", "⟨", "╲"),
    "⟩": ("╲", "│", "⟩", "╱"),
}
"""Tall brackets with a waist: top, middle, waist, bottom."""


def kind_of(character: str) -> Kind:
    """Return the class of an operator or symbol by its character."""
    if character in BIG_OPERATORS or character in INTEGRALS:
        return Kind.OP
    if character in OPENING:
        return Kind.OPEN
    if character in CLOSING:
        return Kind.CLOSE
    if character in BINARY:
        return Kind.BIN
    if character in PUNCTUATION:
        return Kind.PUNCT
    if character in RELATIONS:
        return Kind.REL
    if character in ORDINARY or len(character) != 1:
        return Kind.ORD
    code = ord(character)
    related = 0x2190 <= code <= 0x22FF or 0x27F0 <= code <= 0x27FF or 0x2900 <= code <= 0x2AFF
    return Kind.REL if related else Kind.ORD


_ALPHABETS = {
    "bold": ("MATHEMATICAL BOLD",),
    "italic": ("MATHEMATICAL ITALIC",),
    "bold-italic": ("MATHEMATICAL BOLD ITALIC", "MATHEMATICAL BOLD"),
    "double-struck": ("MATHEMATICAL DOUBLE-STRUCK", "DOUBLE-STRUCK"),
    "script": ("MATHEMATICAL SCRIPT", "SCRIPT"),
    "fraktur": ("MATHEMATICAL FRAKTUR", "BLACK-LETTER"),
    "sans-serif": ("MATHEMATICAL SANS-SERIF",),
    "sans-serif-italic": ("MATHEMATICAL SANS-SERIF ITALIC",),
    "monospace": ("MATHEMATICAL MONOSPACE",),
}


@cache
def styled(character: str, alphabet: str) -> str:
    """Return the letter or digit in one of Unicode's mathematical alphabets, if it is there."""
    name = unicodedata.name(character, "")
    for word in ("LATIN ", "GREEK ", "LETTER "):
        name = name.replace(word, "")
    for prefix in _ALPHABETS.get(alphabet, ()):
        try:
            return unicodedata.lookup(f"{prefix} {name}")
        except KeyError:
            continue
    return character


STRIKE = "\u0336"
"""The combining long stroke overlay."""


def marked(row: str, mark: str) -> str:
    """Return a row with a combining mark on each of its letters, once however often it is asked."""
    return "".join(c if unicodedata.combining(c) else c + mark for c in row.replace(mark, ""))
