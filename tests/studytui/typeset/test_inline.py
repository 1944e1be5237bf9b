"""What formulas look like on one row."""

import pytest

from studytui.typeset.maths import inline

ROWS = {
    r"\frac{r_i - \text{mean}(r)}{\text{std}(r)}": "(rᵢ − mean(r))/std(r)",
    r"\frac{a}{b}": "a/b",
    r"\frac{a}{bc}": "a/(bc)",
    r"\frac{|a - b|}{2(a + b)}": "|a − b|/(2(a + b))",
    r"\frac{2}{n(n - 1)}": "2/(n(n − 1))",
    r"\frac{2}{f(x)}": "2/f(x)",
    r"p \ln\frac{p}{q}": "p ln (p/q)",
    r"\log_2 \frac{1}{p} + \sum_k \frac{1}{k}": "log₂ (1/p) + ∑ₖ 1/k",
    r"\sqrt{2(a + b)}": "√(2(a + b))",
    r"\frac{\sin{\left(x \right)}}{x}": "sin(x)/x",
    r"\frac{\partial p_i}{\partial z_j}": "∂pᵢ/∂zⱼ",
    r"\frac{d}{d x} f{\left(x \right)}": "(d/dx) f(x)",
    r"\frac{1}{2} x": "(1/2) x",
    r"\frac{a}{b} + c": "a/b + c",
    r"\frac{\frac{a}{b}}{c}": "(a/b)/c",
    r"\left(\frac{a}{b}\right)^2": "(a/b)²",
    r"\pi_{\theta_{old}}": "π_{θ_{old}}",
    r"\pi_\theta": "π_θ",
    r"x_i^2": "xᵢ²",
    r"\sum_{k=1}^K p_k \log p_k": "∑ₖ₌₁ᴷ pₖ log pₖ",
    r"\sqrt{x+1} + \sqrt{x} + \sqrt[3]{y}": "√(x + 1) + √x + ³√y",
    r"\binom{n}{k}": "(n choose k)",
    r"\hat{\theta} + \bar{x} + \vec{v}": "θ̂ + x̄ + v⃗",
    r"\widehat{ab}": "hat(ab)",
    r"\overbrace{a+b}^{n}": "(a + b)ⁿ",
    r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}": "[1, 2; 3, 4]",
    r"arg\;max_{\theta} f": "arg max_θ f",
    r"Q^*(s,a) + w^\top x + 90^\circ": "Q*(s, a) + wᵀx + 90°",
    r"\{o_1, \ldots, o_G\}": "{o₁, …, o_G}",
    r"p(y \mid x)": "p(y ∣ x)",
    r"a_{n+1}": "aₙ₊₁",
    r"x'": "x′",
}


@pytest.mark.parametrize("tex", ROWS)
def test_a_formula_on_one_row(tex: str) -> None:
    assert inline(tex) == ROWS[tex]


def test_it_is_one_row(formula: str) -> None:
    assert "\n" not in inline(formula)
