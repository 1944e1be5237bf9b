"""The LaTeX commands that are read, and what each says in the plain language."""

from sims.maths.syntax.vocabulary import words

SYMBOLS = {
    "cdot": "·", "times": "*", "ast": "*", "star": "*", "bullet": "*", "div": "/",
    "pm": " plus_minus ", "mp": " minus_plus ", "le": "<=", "leq": "<=", "leqslant": "<=",
    "leqq": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "geqq": ">=", "lt": "<", "gt": ">",
    "ne": "!=", "neq": "!=", "in": " in ", "notin": " notin ", "ni": " ∋ ", "cup": " union ",
    "cap": " intersect ", "sqcup": " union ", "infty": " inf ", "infin": " inf ",
    "land": " and ", "wedge": " and ", "lor": " or ", "vee": " or ", "lnot": " not ",
    "neg": " not ", "oplus": " xor ", "Rightarrow": " => ", "implies": " => ", "to": " => ",
    "rightarrow": " => ", "longrightarrow": " => ", "Longrightarrow": " => ", "mapsto": " => ",
    "longmapsto": " => ", "hookrightarrow": " => ", "rightharpoonup": " => ",
    "Leftrightarrow": " <=> ", "leftrightarrow": " <=> ", "Longleftrightarrow": " <=> ",
    "iff": " <=> ", "leftarrow": " ← ", "gets": " ← ", "longleftarrow": " ← ",
    "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "|": "‖", "Vert": "‖", "lVert": "‖",
    "rVert": "‖", "parallel": "||", "%": "%", "{": "{", "}": "}", "lbrace": "{", "rbrace": "}",
    "lbrack": "[", "rbrack": "]", "prime": "'", "circ": "∘", "degree": "°", "emptyset": "{}",
    "varnothing": "{}", "langle": "⟨", "rangle": "⟩", "bmod": " mod ", "mod": " mod ",
    "coloneqq": ":=", "triangleq": ":=", "doteq": ":=", "colon": ":", "dots": "...",
    "ldots": "...", "cdots": "...", "vdots": "...", "ddots": "...", "dotsc": "...",
    "dotsb": "...", "dotsm": "...", "dotso": "...", "setminus": " minus ",
    "backslash": " minus ", "approx": "≈", "simeq": "≈", "cong": "≈", "sim": " ~ ",
    "propto": " propto ", "equiv": " equiv ", "subset": " subset ", "subseteq": " subseteq ",
    "supset": " supset ", "supseteq": " supseteq ", "subsetneq": " subset ", "ll": " ≪ ",
    "gg": " ≫ ", "perp": " ⊥ ", "bot": " ⊥ ", "preceq": " ⪯ ", "succeq": " ⪰ ", "prec": " ≺ ",
    "models": " ⊨ ", "vDash": " ⊨ ", "vdash": " ⊢ ", "textdegree": "°",
    "succ": " ≻ ", "forall": " forall ", "exists": " exists ", "otimes": "⊗", "odot": "⊙",
    "partial": "∂", "nabla": "∇", "therefore": ", ", "because": ", ", "top": " T ",
    "intercal": " T ", "dagger": "†", "pi": " pi ", "choose": " choose ", "imath": " i ",
    "jmath": " j ", "micro": " mu ", "square": ' "square" ', "Box": ' "square" ',
    "triangle": ' "triangle" ', "angle": ' "angle" ', "aleph": ' "aleph" ', "&": " and ",
    "Delta": " Delta ", "vartriangle": " Delta ", "lim": " lim", "lesssim": " ≲ ", "gtrsim": " ≳ ",
    "#": ' "number of" ', "blacksquare": "", "qed": "",
}  # fmt: skip
"""A command and the signs it stands for."""

IGNORED = frozenset(
    words(
        "big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm middle "
        "tiny Large LARGE huge Huge "
        "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits displaylimits quad "
        "qquad enspace thinspace ! , : ; > cr nonumber notag rm bf it sf tt cal small large "
        "normalsize hline hfill centering mathstrut strut newline allowbreak nobreak bm@ "
    )
) | {" ", "\n", "\t", "/"}
WITH_ARGUMENT = frozenset(
    words("tag tag* label hspace vspace hspace* vspace* phantom hphantom vphantom color ref eqref")
)
"""Commands about the layout, which say nothing, with what they take."""

FONTS = frozenset(
    words(
        "mathbf mathit mathcal mathbb mathfrak mathscr boldsymbol bm vec pmb mathbbm mathds "
        "overrightarrow mathnormal"
    )
)
"""Fonts of letters, which are the letters."""

WORD_FONTS = frozenset(
    words("mathrm mathsf mathtt operatorname operatorname* mathop textsf texttt")
)
"""Fonts of words: several letters are one name."""

TEXTS = frozenset(words("text textrm mbox textbf textit textnormal hbox emph fbox"))
ACCENTS = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar",
    "overline": "bar", "dot": "dot", "ddot": "ddot", "underline": "bar",
}  # fmt: skip
BIG = {
    "sum": "∑", "prod": "∏", "int": "∫", "max": "max", "min": "min", "argmax": "argmax",
    "argmin": "argmin", "lim": "lim", "sup": "sup", "inf": "infimum", "limsup": "lim",
    "liminf": "lim", "bigcup": "bigcup", "bigcap": "bigcap", "iint": "∫", "iiint": "∫",
    "oint": "∫", "bigoplus": "bigcup", "coprod": "∏", "bigwedge": "∏", "bigvee": "∑",
}  # fmt: skip
PLAIN = frozenset(
    words(
        "sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan exp ln lg det gcd arg "
        "min max sup inf log Re Im"
    )
)
NAMED = frozenset(words("ker dim deg hom Pr sgn rank tr Tr diag"))
SAME = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varsigma": "sigma",
        "varrho": "rho", "varkappa": "kappa", "varpi": "pi", "Re": "re", "Im": "im",
        "varSigma": "Sigma", "varPhi": "Phi", "varPi": "Pi", "varTheta": "Theta",
        "varDelta": "Delta", "varGamma": "Gamma", "varLambda": "Lambda", "varOmega": "Omega",
        "varPsi": "Psi"}  # fmt: skip
NEGATED = {"=": "!=", "in": " notin ", "equiv": "!=", "subset": " notin ", "mid": "!="}
MATRICES = frozenset(
    words("matrix pmatrix bmatrix vmatrix Vmatrix Bmatrix smallmatrix array subarray")
)
LINES = frozenset(
    words(
        "align align* aligned alignat alignat* gather gather* gathered split equation equation* "
        "eqnarray eqnarray* multline multline* alignedat dcases* displaymath"
    )
)
"""Environments of lines, each of which goes on from the last or is another statement."""

CHOICES = frozenset({"cases", "dcases", "rcases", "cases*"})
SPOKEN = {
    "and": " and ", "or": " or ", "if": " if ", "when": " if ", "for": " if ", "otherwise": "",
    "else": "", "o.w.": "", "elsewhere": "", "mod": " mod ", "is": "=", "in": " in ",
    "true": " true ", "false": " false ", "given": "|", "not": " not ", "iff": " <=> ",
    "if and only if": " <=> ", "implies": " => ", "const": ' "const" ', "d": " d ",
}  # fmt: skip
"""Words in a text that have a meaning."""

BREAKS = frozenset(
    words("where with then so thus hence i.e. e.g. as by because since st s.t. let and,")
) | {"such that", "subject to", "for all", "where:", "with probability", "as well as"}
"""Words between two statements."""

RELATIONS_NEXT = frozenset("=<>~≈") | frozenset(
    words(
        "approx sim le leq ge geq equiv propto neq ne in to Rightarrow implies iff leftarrow gets"
    )
)
"""What an alignment mark stands before."""
