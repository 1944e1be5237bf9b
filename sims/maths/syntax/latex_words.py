"""The LaTeX commands that are read, and what each says in the plain language."""

from sims.maths.syntax.vocabulary import words

SYMBOLS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "pm": "+-", "mp": "-+", "le": "<=",
    "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "lt": "<",
    "gt": ">",
    "ne": "!=", "neq": "!=", "in": " in ", "cup": " union ", "cap": " intersect ", "infty": " inf ",
    "land": " and ", "wedge": " and ", "lor": " or ", "vee": " or ", "lnot": " not ",
    "neg": " not ",
    "Rightarrow": " => ", "implies": " => ", "to": " => ", "Leftrightarrow": " <=> ",
    "iff": " <=> ",
    "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "|": "||", "Vert": "||", "lVert": "||",
    "rVert": "||", "parallel": "||", "%": "%", "{": "{", "}": "}", "lbrace": "{", "rbrace": "}",
    "prime": "'", "circ": "°", "degree": "°", "emptyset": "{}", "langle": "(", "rangle": ")",
    "bmod": " mod ", "coloneqq": ":=", "dots": "...",
    "setminus": " minus ", "approx": "≈",
    "top": " T ",
    "intercal": " T ", "pi": " pi ",
}  # fmt: skip
IGNORED = frozenset(
    words(
        "left right big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle limits nolimits "
        "quad qquad ! , : ; > ~ cr"
    )
) | {" ", "\n", "\t"}
FONTS = frozenset(words("mathrm mathbf mathit mathsf mathcal mathbb boldsymbol bm vec"))
ACCENTS = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar",
    "overline": "bar",
}  # fmt: skip
BIG = {"sum": "sum", "prod": "prod", "int": "int", "max": "max", "min": "min"}
PLAIN = frozenset(
    words(
        "sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan exp ln det gcd arg min "
        "max"
    )
)
SAME = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varsigma": "sigma"}
