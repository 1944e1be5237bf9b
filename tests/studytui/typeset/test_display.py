"""What formulas look like in two dimensions, row by row."""

from textwrap import dedent

import pytest

from studytui.typeset.maths import display, typeset

PICTURES = {
    r"\mathcal{KL} (p||q) = \sum^K_{k=1} \; p_k \; log \; \frac{p_k}{q_k}": """
                    K          pₖ
        𝒦ℒ(p||q) =  ∑  pₖ log ────
                   k=1         qₖ
    """,
    r"G = \frac{\sum_{i=1}^{n}\sum_{j=1}^{n}|x_i-x_j|}{2n^2\hat{x}}": """
              n   n
              ∑   ∑  |xᵢ − xⱼ|
             i=1 j=1
        G = ───────────────────
                   2n²x̂
    """,
    r"v(s) \gets \sum_{s\prime} p(s\prime \mid s) [r(s) + \gamma v(s\prime)]": """
        v(s) ← ∑  p(s′ ∣ s)[r(s) + γv(s′)]
               s′
    """,
    r"\hat{\theta} = arg\;max_{\theta} \; log \; P_{\theta}(\mathcal{D}|\theta)": """
        θ̂ = arg max log P (𝒟|θ)
                 θ       θ
    """,
    r"Q(s_t, a_t) + \alpha[r(s,a) + \gamma * max_a Q(s_{t+1}, a)]": """
        Q(sₜ, aₜ) + α[r(s, a) + γ * maxₐ Q(sₜ₊₁, a)]
    """,
    r"""\begin{align*} J &= \mathbb{E} \Bigg[&\quad \frac{1}{G} \sum_{i=1}^{G}
        \min\left( r_{i,t} \hat{A}, 1-\varepsilon\right) &\quad - \beta D \Bigg]
        \end{align*}""": """
             ⎡   1   G                         ⎤
        J = 𝔼⎢  ───  ∑  min(r   Â, 1 − ε)  − βD⎥
             ⎣   G  i=1      i,t               ⎦
    """,
    r"\begin{cases} x^2 & x > 0 \\ -x & \text{otherwise} \end{cases}": """
        ⎧x²  x > 0
        ⎨
        ⎩−x  otherwise
    """,
    r"A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}^{-1}": """
        A = ⎡1  2⎤⁻¹
            ⎣3  4⎦
    """,
    r"\int_0^\infty e^{-x} dx": """
        ⌠∞
        ⎮  e⁻ˣdx
        ⌡₀
    """,
    r"\int\limits_{0}^{\infty} x\, dx": """
        ⌠∞
        ⎮  x dx
        ⌡₀
    """,
    r"p_{i} \left(\delta_{i,j} - p_{j}\right)": """
        pᵢ(δ    − pⱼ)
            i,j
    """,
    r"\int_0^1 x\,dx": """
        ∫₀¹ x dx
    """,
    r"\left(\frac{a}{b}\right)^2 + (\frac{c}{d})": """
        ⎛ a ⎞²   ⎛ c ⎞
        ⎜───⎟  + ⎜───⎟
        ⎝ b ⎠    ⎝ d ⎠
    """,
    r"\left(\sum_i |x_i|^p\right)^{1/p}": """
                 1/p
        ⎛∑ |xᵢ|ᵖ⎞
        ⎝i      ⎠
    """,
    r"\binom{n}{k}": """
        ⎛n⎞
        ⎜ ⎟
        ⎝k⎠
    """,
    r"\sqrt[3]{x+1} + \sqrt{d_k}": """
         ┌─────
        ³√x + 1 + √dₖ
    """,
    r"\overline{x+y} \underbrace{a+b+c}_{n}": """
        ─────
        x + y a + b + c
              ╰───┬───╯
                  n
    """,
    r"x_{i,t}^2 + e^{i\pi}": """
                iπ
        x²   + e
         i,t
    """,
    r"\begin{align} a &= b + c \\ &= \frac{d}{e} \tag{1} \end{align}": """
        a = b + c

             d
          = ───    (1)
             e
    """,
    r"\left. \frac{df}{dx} \right|_{x=0}": """
         df │
        ────│
         dx │ₓ₌₀
    """,
    r"\begin{array}{l|c} a & b \\ c & d \end{array}": """
        a │ b
        c │ d
    """,
    r"\boxed{x}": """
        ┌───┐
        │ x │
        └───┘
    """,
    r"\lim_{x \to 0} \frac{\sin x}{x}": """
             sin x
        lim ───────
        x→0    x
    """,
    r"\left\{ x \middle| \frac{x}{2} \right\}": """
        ⎧ │  x ⎫
        ⎨x│ ───⎬
        ⎩ │  2 ⎭
    """,
    r"- a + -b = -c, \{-d\}": "−a + −b = −c, {−d}",
    r"\color{red} x \textcolor{blue}{y} \mathrm{d}z": "xydz",
    r"a \not\in b \not= c": "a ∉ b ≠ c",
    r"\lVert x \rVert_2^2": "‖x‖₂²",
    r"f: X \to Y": "f : X → Y",
    r"1{,}000": "1,000",
    r"\sum_{\substack{i<j\\k}} x": """
         ∑  x
        i<j
         k
    """,
}


def rows_of(picture: str) -> list[str]:
    lines = dedent(picture.strip("\n")).rstrip().split("\n")
    return [line.rstrip() for line in lines]


@pytest.mark.parametrize("tex", PICTURES)
def test_a_formula_looks_as_drawn(tex: str) -> None:
    assert display(tex) == rows_of(PICTURES[tex])


def test_all_of_grpo_is_shown(formulas: list[str]) -> None:
    grpo = next(tex for tex in formulas if "GRPO" in tex)
    rows = display(grpo)
    assert len(rows) == 5
    assert rows[0].count("⎡") == rows[0].count("⎤") == 1
    assert rows[2].rstrip().endswith("⎦")
    assert "−ε".replace("−", "− ") in rows[1]


def test_the_baseline_is_the_row_that_stands_on_the_line() -> None:
    assert typeset(r"x = \frac{a}{b}").baseline == 1
    assert typeset("x").baseline == 0
