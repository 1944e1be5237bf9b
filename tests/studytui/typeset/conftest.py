"""Formulas of all the shapes that notes use, and an independent count of the symbols in them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest
from latex2mathml.commands import FUNCTIONS, LIMIT
from latex2mathml.symbols_parser import convert_symbol
from latex2mathml.tokenizer import tokenize

FORMULAS = [
    r"Q(s_t, a_t) = Q(s_t, a_t) + \alpha[r(s,a) + \gamma * max_a Q(s_{t+1}, a) - Q(s_t, a_t)]",
    r"v(s) \gets \sum_{s\prime} p(s\prime \mid s, \pi (s)) [r(s, \pi (s), s\prime) + \gamma v(s)]",
    r"v(s) \gets max_a \sum_{s\prime} p(s\prime \mid s,a) [r(s,a,s\prime) + \gamma v(s\prime)]",
    r"max_a{a\prime} Q(s\prime, a\prime)",
    r"\nabla_{\theta} J(\theta) = \sum_{t \geq 0} r(\tau) \;\nabla_{\theta} \;log\; \pi_{\theta}",
    r"\hat{\theta} = arg\;max_{\theta} \; log \; P_{\theta}(\mathcal{D}|\theta)",
    r"NLL(\theta) = - \sum^N_{i=1} log \; p(y_i|x_i, \theta)",
    r"\mathcal{KL} (p||q) = \sum^K_{k=1} \; p_k \; log \; \frac{p_k}{q_k}",
    r"\mathcal{KL} = -\mathcal{H}(p) + \mathcal{H}(p,q)",
    r"|f(x) - f(y)| \leq K \ |x-y|",
    r"G = \frac{\sum_{i=1}^{n}\sum_{j=1}^{n}|x_i-x_j|}{2n^2\hat{x}}",
    r"A_{i,t} = \frac{r_i - \text{mean}(r)}{\text{std}(r)}",
    r"{𝑜1, 𝑜2, · · · , 𝑜𝐺}",
    r"r_{i,t}(\theta) = \frac{\pi_\theta(o_{i,t}|q, o_{i,<t})}{\pi_{\theta_{old}}(o_{i,t}|q)}",
    r"""\begin{align*}
    J_{GRPO}(\theta) &= \mathbb{E}_{q \sim P(Q), \{o_i\}_{i=1}^G \sim \pi_{\theta_{old}}(O|q)}
    \Bigg[&\quad \frac{1}{G} \sum_{i=1}^{G} \frac{1}{|o_i|} \sum_{t=1}^{|o_i|} \min\left(
    r_{i,t}(\theta) \hat{A}_{i,t}, \text{clip}(r_{i,t}(\theta), 1-\varepsilon, 1+\varepsilon)
    \hat{A}_{i,t}\right) &\quad - \beta D_{KL}(\pi_\theta || \pi_{ref}) \Bigg]
    \end{align*}""",
    r"f(x) = \begin{cases} x^2 & x > 0 \\ -x & \text{otherwise} \end{cases}",
    r"A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}^{-1}",
    r"\begin{pmatrix} \frac{a}{b} & 1 \\ 0 & \sqrt{x} \end{pmatrix}",
    r"\lVert x - y \rVert_2^2 \le K \lvert z \rvert",
    r"\int_0^\infty e^{-\frac{x^2}{2\sigma^2}} \, dx = \sqrt{\frac{\pi}{2}}\sigma",
    r"\left(\frac{a}{b}\right)^2 + \left|\frac{x}{y}\right|_\theta",
    r"\binom{n}{k} p^k (1-p)^{n-k}",
    r"\overline{x + y} \underbrace{a+b+c}_{n} \bar{x} \tilde{\theta}",
    r"\sqrt[3]{x+1} + \sqrt{d_k} + \sqrt[n]{\frac{1}{2}}",
    r"\operatorname*{argmax}_{\theta} \underset{x}{\operatorname{argmin}} f",
    r"x \overset{\text{def}}{=} y \stackrel{iid}{\sim} p",
    r"\begin{aligned} a &= b + c \\ &= \frac{d}{e} \end{aligned}",
    r"p(y \mid x) \propto \exp\left\{ -\tfrac{1}{2} x^\top \Sigma^{-1} x \right\}",
    r"\nabla_\theta J = \mathbb{E}_{\pi_\theta}\left[ \sum_{t=0}^{T} \log \pi(a_t) A_t \right]",
    r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)",
    r"\frac{\frac{a}{b}}{\frac{c}{d}} \frac12 x",
    r"x_{i_j}^{k^2} e^{i\pi} 2^{2^n}",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
    r"\prod_{i=1}^n \bigcup_{j} A_{ij} \iint_D f",
    r"\sum_{\substack{i<j\\k}} x",
    r"\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
    r"\boldsymbol{\theta} \mathbf{x} \mathfrak{g} \mathbb{R}^{n \times m} \mathsf{s} \mathtt{t}",
    r"f: X \to Y, x \mapsto x^2, \forall x \exists y : x \le y \land y \ge z",
    r"P(|X - \mu| \geq k\sigma) \leq \frac{1}{k^2} \ldots",
    r"\Big(\frac{a}{b}\Big) \bigl[x\bigr] \Bigg|_{0}^{1}",
    r"\langle x, \frac{y}{2} \rangle \lceil x \rceil \lfloor y \rfloor",
    r"50\% \{a\} \$5 \# x_1' + y''",
]

_STRUCTURE = {
    *(r"\frac", r"\tfrac", r"\dfrac", r"\left", r"\right", r"\text", r"\mathbb", r"\mathcal"),
    *(r"\mathrm", r"\mathbf", r"\mathfrak", r"\mathsf", r"\mathtt", r"\boldsymbol", r"\substack"),
    *(r"\Bigg", r"\Big", r"\bigl", r"\bigr", r"\overset", r"\underset", r"\stackrel", r"\binom"),
    *(r"\underbrace", r"\overline", r"\quad", r"\,", r"\;", r"\ ", r"\\", "{", "}", "^", "_", "&"),
}
_ACCENTS = {r"\hat": "\u0302", r"\bar": "\u0304", r"\tilde": "\u0303"}
_SHOWN_AS = {r"\sqrt": "√", r"\top": "T", r"\lVert": "‖", r"\rVert": "‖", "'": "′", "-": "−"}
_PIECES = str.maketrans("⎛⎞⎡⎤⎨⎬⌠│", "()[]{}∫|")


def _symbols(tex: str) -> Counter[str]:
    """Return what the token stream says must be seen, in Unicode's compatibility form."""
    seen = ""
    for token in tokenize(re.sub(r"(\\sqrt)\[(.)\]", r"\1{\2}", tex)):
        if token in _STRUCTURE or token.startswith((r"\begin", r"\end")):
            continue
        if token in _ACCENTS:
            seen += _ACCENTS[token]
        elif token in _SHOWN_AS:
            seen += _SHOWN_AS[token]
        elif token.startswith("&#x"):
            seen += chr(int(token[3:-1], 16))
        elif token.startswith(r"\operatorname"):
            seen += token[token.index("{") + 1 : -1]
        elif token in FUNCTIONS or token in LIMIT:
            seen += token[1:]
        elif token.startswith("\\"):
            symbol = convert_symbol(token)
            seen += chr(int(symbol, 16)) if symbol else token[1:]
        else:
            seen += token
    return Counter(_plain(seen))


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKD", text.translate(_PIECES))
    return "".join(normal.replace("-", "−").split())


@pytest.fixture
def missing() -> Callable[[str, str], Counter[str]]:
    """Return what a formula's token stream has and its picture has not."""
    return lambda tex, picture: _symbols(tex) - Counter(_plain(picture))


@pytest.fixture(params=FORMULAS, ids=range(len(FORMULAS)))
def formula(request: pytest.FixtureRequest) -> str:
    """Return each formula in turn."""
    return str(request.param)


@pytest.fixture
def formulas() -> list[str]:
    """Return all formulas."""
    return FORMULAS
