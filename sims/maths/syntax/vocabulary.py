"""The words of the language: constants, functions, Greek letters, and how each is spelled."""


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(text.split())


CONSTANTS = frozenset({"pi", "e", "i", "inf", "true", "false"})

GREEK = words(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu "
    "nu xi omicron rho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta "
    "Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar nabla"
)

# Function name -> fewest and most arguments.
FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        words(
            "sqrt cbrt exp ln log10 log2 sin cos tan sec csc cot asin acos atan asec acsc "
            "acot sinh cosh tanh sech csch coth asinh acosh atanh asech acsch acoth abs sign "
            "floor ceil gammafn loggamma digamma factorial factorial2 erf erfc sigmoid logit "
            "relu leakyrelu softplus silu gelu softmax logsumexp transpose trace det inv re "
            "im conjugate arg heaviside log1p expm1 mean var std size diag normcdf"
        ),
        (1, 1),
    ),
    "log": (1, 2),
    "root": (1, 2),
    "round": (1, 2),
    "norm": (1, 2),
    "leakyrelu": (1, 2),
    "entropy": (1, 2),
    "H": (1, 2),
    "KL": (2, 2),
    "crossentropy": (2, 2),
    "softmax": (1, 2),
    "delta": (2, 2),
    "dot": (2, 2),
    "cross": (2, 2),
    "cov": (2, 2),
    "outer": (2, 2),
    "hadamard": (2, 2),
    "atan2": (2, 2),
    "mod": (2, 2),
    "binomial": (2, 2),
    "beta": (2, 2),
    "mean": (1, 50),
    "max": (1, 50),
    "min": (1, 50),
    "gcd": (2, 50),
    "lcm": (2, 50),
    "clip": (3, 3),
    "grad": (1, 1),
    "laplacian": (1, 1),
    "hessian": (1, 1),
    "jacobian": (1, 1),
    "div": (1, 1),
    "curl": (1, 1),
    "rank": (1, 1),
    "median": (1, 1),
    "adjoint": (1, 1),
    "kron": (2, 2),
    "compose": (2, 2),
    "deriv": (2, 3),
    "pow": (2, 2),
    "square": (1, 1),
    "matmul": (2, 2),
}

# What these stand for depends on more than the values of their arguments: never computed here.
UNCOMPUTED = frozenset(
    words(
        "grad laplacian hessian jacobian div curl rank median adjoint kron deriv partial "
        "angle forall exists star spectral setof compose"
    )
)

# Operators of probability, which take brackets of either kind.
OPERATORS = frozenset(words("E P Pr Var Cov Corr Std"))

ALIASES = {
    "Abs": "abs",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsec": "asec",
    "arccsc": "acsc",
    "arccot": "acot",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "cosec": "csc",
    "sgn": "sign",
    "signum": "sign",
    "ceiling": "ceil",
    "lg": "log10",
    "choose": "binomial",
    "comb": "binomial",
    "nCr": "binomial",
    "kl": "KL",
    "D_KL": "KL",
    "CE": "crossentropy",
    "tr": "trace",
    "Tr": "trace",
    "Trace": "trace",
    "Det": "det",
    "Rank": "rank",
    "tg": "tan",
    "ctg": "cot",
    "arctg": "atan",
    "arccoth": "acoth",
    "arcsech": "asech",
    "arccsch": "acsch",
    "DKL": "KL",
    "stdev": "std",
    "avg": "mean",
    "inverse": "inv",
    "average": "mean",
    "Entropy": "entropy",
    "Sigmoid": "sigmoid",
    "Softmax": "softmax",
    "SoftMax": "softmax",
    "Relu": "relu",
    "GELU": "gelu",
    "SiLU": "silu",
    "Re": "re",
    "Im": "im",
    "conj": "conjugate",
    "lse": "logsumexp",
    "Heaviside": "heaviside",
    "step": "heaviside",
    "kronecker": "delta",
    "KroneckerDelta": "delta",
    "lngamma": "loggamma",
    "swish": "silu",
    "ReLU": "relu",
    "logistic": "sigmoid",
    "expit": "sigmoid",
    "softMax": "softmax",
    "signf": "sign",
    "len": "size",
    "power": "pow",
    "absolute": "abs",
    "fabs": "abs",
    "multiply": "hadamard",
    "clamp": "clip",
    "binom": "binomial",
    "inner": "dot",
    "vdot": "dot",
    "amax": "max",
    "amin": "min",
    "lb": "log2",
}

# Names that are functions only before a bracket; alone they are symbols.
ONLY_BEFORE_BRACKET = frozenset(
    words(
        "H delta beta var mean size det inv cross grad laplacian hessian jacobian div curl rank "
        "median adjoint kron compose deriv std re im step outer dot diag arg average avg pow "
        "square matmul"
    )
)

# Letters that many write for a function, which as names of their own stand for anything.
APPLIED_TO_A_NAME = frozenset({"det", "trace", "rank", "mean"})
"""Functions that a matrix alone may follow: `det A`."""

KNOWN_FOR = {
    "sigma": ("sigmoid", "softmax"),
    "C": ("binomial",),
    "gamma": ("gammafn",),
    "Gamma": ("gammafn",),
    "psi": ("digamma",),
    "Phi": ("normcdf",),
}

BINDERS = {
    "sum": "sum",
    "summation": "sum",
    "prod": "prod",
    "product": "prod",
    "int": "int",
    "integrate": "int",
    "integral": "int",
    "diff": "diff",
    "derivative": "diff",
    "piecewise": "piecewise",
    "if": "if",
    "matrix": "matrix",
    "vector": "vector",
    "argmax": "argmax",
    "argmin": "argmin",
    "lim": "lim",
    "sup": "sup",
    "infimum": "infimum",
    "bigcup": "bigcup",
    "bigcap": "bigcap",
}

BIG_SIGNS = {"∑": "sum", "∏": "prod", "∫": "int"}
GREEK_SIGNS = {"Sigma": "sum", "Pi": "prod"}
"""Capital letters that many type for the sign of a sum or product."""

COUNTS = {
    word: number
    for number, word in enumerate(
        words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty"
        )
    )
}
MAGNITUDES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}


SYNONYMS = {
    "infinity": "inf",
    "infty": "inf",
    "oo": "inf",
    "True": "true",
    "False": "false",
    "exponentiale": "e",
    "percent": "%",
    "pct": "%",
    "else": "otherwise",
    "maximum": "max",
    "minimum": "min",
}

WORD_OPERATORS = frozenset(
    words(
        "and or not xor xnor nand nor implies iff in union intersect mod plus_minus minus_plus % "
        "otherwise when given minus approx propto equiv notin subset subseteq supset supseteq perp "
        "forall exists divides"
    )
)

LETTERS = {
    **dict(zip(
        "αβγδεζηθικλμνξορστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        words(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron rho "
    "sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi "
    "Omega"
), strict=False)),
    "π": "pi", "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "µ": "mu", "ℓ": "ell", "ς": "sigma",
    "𝔼": "E", "ℙ": "P", "𝕍": "Var", "ℝ": "R", "ℕ": "N", "ℤ": "Z", "ℚ": "Q", "ℂ": "C", "ℒ": "L",
    "ħ": "hbar", "ℏ": "hbar", "∆": "Delta", "Ω": "Omega", "ϱ": "rho",
}  # fmt: skip

ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar"}
"""Marks that make of a letter another name: x̂ is `xhat`."""

STAR = "star"
"""What marks the best of its kind: π* is `pistar`."""

SIGNS = {
    "×": "*", "·": "·", "⋅": "·", "∗": "*", "∙": "*", "•": "*", "÷": "/", "∕": "/", "⁄": "/",
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "±": " plus_minus ", "∓": " minus_plus ",
    "≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!=", "¬": " not ", "∧": " and ",
    "∨": " or ", "⊕": " xor ", "⇒": "=>", "→": "=>", "⟶": "=>", "⟹": "=>", "↦": "=>", "⇔": "<=>",
    "↔": "<=>", "⟺": "<=>", "∈": " in ", "∉": " notin ", "⊂": " subset ", "⊆": " subseteq ",
    "∪": " union ", "∩": " intersect ", "∞": " inf ", "≔": ":=", "≜": ":=", "≝": ":=",
    "≈": " approx ", "≃": " approx ", "≅": " approx ", "∼": " ~ ", "∝": " propto ",
    "≡": " equiv ", "⟂": "⊥", "∀": " forall ", "∃": " exists ", "∅": "{}", "∣": "|", "∥": "||",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2003": " ", "\u3000": " ", "′": "'", "″": "''",
    "’": "'", "‘": "'", "⊃": " supset ", "⊇": " supseteq ", "…": "...",
    "⋯": "...", "⌊": " floor(", "⌋": ")",
    "⌈": " ceil(", "⌉": ")", "𝟙": "(1)", "𝕀": "(1)", "½": "(1/2)", "¼": "(1/4)", "¾": "(3/4)",
    "⅓": "(1/3)", "⅔": "(2/3)", "（": "(", "）": ")", "［": "[", "］": "]", "，": ",", "；": ";",
    "：": ":", "＋": "+", "－": "-", "＊": "*", "／": "/", "＝": "=", "＜": "<", "＞": ">",
    "％": "%", "‰": "*(1/1000)", "＾": "^", "｜": "|",
}  # fmt: skip

KEPT = frozenset("√∛∜°‖∑∏∫∇∂←⟨⟩⊙⊗∘†≪≫⊥·∋⪯⪰≺≻≲≳⊨⊢")
"""Characters outside ASCII that are signs of their own."""

SUPERSCRIPTS = {
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", "0123456789+-=()", strict=True)),
    **dict(zip("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "abcdefghijklmnoprstuvwxyz", strict=True)),
    **dict(zip("ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", "ABDEGHIJKLMNOPRTUVW", strict=True)),
    **dict(zip("ᵝᵞᵟᶿᵠᵡ", words("beta gamma delta theta phi chi"), strict=True)),
}
SUBSCRIPTS = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()", strict=True)),
    **dict(zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "aehijklmnoprstuvx", strict=True)),
    **dict(zip("ᵦᵧᵨᵩᵪ", words("beta gamma rho phi chi"), strict=True)),
}


def canonical_function(name: str) -> str | None:
    """Return the function a name stands for, or None."""
    name = ALIASES.get(name, name)
    return name if name in FUNCTIONS else None


def accented(name: str) -> tuple[str, str] | None:
    """Return the letter and the accent of a name such as `xhat` or `thetabar`, or None."""
    for accent in (*ACCENTS.values(), "ddot", "dot", STAR):
        letter = name.removesuffix(accent)
        if letter != name and (len(letter) == 1 or letter in (*GREEK, "pi")) and name not in GREEK:
            return letter, accent
    return None


RESERVED = frozenset(
    word
    for words_ in (CONSTANTS, FUNCTIONS, UNCOMPUTED, OPERATORS, ALIASES, SYNONYMS)
    for word in words_
    if len(word) > 1 and word not in GREEK
)
"""Words of several letters that mean something, so that a prime close to one makes no name."""
