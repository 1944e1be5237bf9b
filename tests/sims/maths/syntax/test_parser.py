"""Reading text: what it means, what is refused and where, and printing it back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sims.maths import MathsError, parse, parse_tex, to_tex, to_text
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Collection,
    Constant,
    Derivative,
    Divide,
    Index,
    Interval,
    Logic,
    Mul,
    Name,
    Number,
    Piecewise,
    Power,
    Relation,
    Unary,
)

DECLARED = {
    "p": "simplex", "q": "simplex", "z": "vector", "w": "vector", "x": "real", "y": "real",
    "i": "index", "j": "index", "n": "integer", "Q": "function", "s": "name", "a": "name",
    "lr": "positive", "A": "matrix", "X": "random", "yhat": "real", "thetabar": "real",
}  # fmt: skip

READ_AS = {
    "2x(x+1)": "2*x*(x + 1)",
    "x²+σ": "x^2 + sigma",
    "2xy": "2*x*y",
    "xsin(x)": "x*sin(x)",
    "3x lr": "3*x*lr",
    "p_i*(δ_ij - p_j)": "p_i*(delta(i, j) - p_j)",
    "||x|-|y||": "abs(abs(x) - abs(y))",
    "x|y|+|y|": "x*abs(y) + abs(y)",
    "KL(p || q)": "KL(p, q)",
    "sum_{i=1}^n p_i log p_i": "sum(p_i*log(p_i), i, 1, n)",
    "∑_{i=1}^{n} x_i": "sum(x_i, i, 1, n)",
    "sum(p_i, i=1..n)": "sum(p_i, i, 1, n)",
    "-sum(p_i*log(p_i), i)": "-sum(p_i*log(p_i), i)",
    "w^T z": "transpose(w)*z",
    "softmax(z)_i": "softmax(z)_i",
    "log_2 8": "log(8, 2)",
    "sin^2 x + cos^2 x": "sin(x)^2 + cos(x)^2",
    "sin 2x cos x": "sin(2*x)*cos(x)",
    "E[X^2]-E[X]^2": "E[X^2] - E[X]^2",
    "Q(s', a)": "Q(s', a)",
    "1/2x": "1/2*x",
    "-x^2": "-x^2",
    "2^-x": "2^(-x)",
    "2^3^x": "2^3^x",
    "x₁₂": "x_12",
    "√2": "sqrt(2)",
    "5%": "5%",
    "n!": "n!",
    "x ± 1": "x +- 1",
    "0 <= x < 1": "0 <= x < 1",
    "x = -1 or x = 2": "x = -1 or x = 2",
    "(0,1] U [2,3)": "(0, 1] union [2, 3)",
    "[1,2;3,4]": "matrix([1, 2], [3, 4])",
    "if(x > 0, x, 0)": "piecewise(x, x > 0, 0)",
    "y := x^2": "y() := x^2",
    "2xŷ": "2*x*yhat",
    "x_ŷ": "x_yhat",
    "y_hat - yhat": "yhat - yhat",
    "xθ\u0304": "x*thetabar",
    "⌊x⌋ + ⌈4/4⌉": "floor(x) + ceil(4/4)",
    "𝔼[X] + x": "E[X] + x",
    "2⁻ᵗ·qᵝˢ": "2^(-t)*q^(beta*s)",
    "pᴳ": "p^G",
    "∑ₖ₌₁² 1/k": "sum(1/k, k, 1, 2)",
    "n choose k": "binomial(n, k)",
    "1 − (n − 2 choose 2)/(n choose 2)": "1 - binomial(n - 2, 2)/binomial(n, 2)",
    "x choose (n+1)": "binomial(x, n + 1)",
    "x[i = j] + 1_{x > 0}": "x*delta(i, j) + piecewise(1, x > 0, 0)",
    "2 choose(n, 2) + comb(n, 2)": "2*binomial(n, 2) + binomial(n, 2)",
    "x ≈ 0.3": "x ≈ 0.3",
    "x @ y": "x*y",
    "1_024": "1024",
    "nCk": "binomial(n, k)",
}


@pytest.mark.parametrize(("text", "plain"), READ_AS.items())
def test_reads_as(text, plain):
    assert to_text(parse(text, DECLARED)) == plain


REFUSED = {
    "": ("nothing", 0),
    "foo + 1": ("'foo'", 0),
    "x + foo": ("'foo'", 4),
    "(x": ("never closed", 0),
    "x)": ("no opening", 1),
    "x +": ("missing", 3),
    "2 3": ("two numbers", 2),
    "sin^-1(x)": ("asin", 0),
    "[1, 2}": ("closed by", 5),
    "x\u202ey": ("U+202E", 1),
    "x\x00": ("U+0000", 1),
    "１": ("no meaning", 0),
    "max()": ("argument", 0),
    "1_2": ("1024, not 1_024", 1),
    "f(x,)": ("missing after the ','", 4),
    "1 - n choose 2": ("write binomial", 6),
    "2n choose n": ("write binomial", 3),
    "n choose 2x": ("write binomial", 2),
    "atan2(x)": ("2 argument", 0),
    "1e999": ("beyond 400", 0),
    "1" * 61: ("60 digits", 0),
    "x + " + "1" * 61: ("60 digits", 4),
    "x..": ("not expected", 1),
    "matrix([1,2],[3])": ("differ in length", 0),
    "__import__('os')": ("not expected", 0),
}


@pytest.mark.parametrize(("text", "says"), REFUSED.items())
def test_refuses_by_name_and_position(text, says):
    with pytest.raises(MathsError) as caught:
        parse(text, DECLARED)
    assert says[0] in caught.value.message
    assert caught.value.position == says[1]


@pytest.mark.parametrize(
    "text",
    ["(" * 65 + "x" + ")" * 65, "-" * 100 + "x", "√" * 70 + "x", "x" + "+x" * 400, "x" * 2001],
)
def test_refuses_what_is_too_deep_or_too_long(text):
    with pytest.raises(MathsError):
        parse(text, DECLARED)


def test_sixty_brackets_and_a_long_sum_are_fine():
    assert to_text(parse("(" * 60 + "x" + ")" * 60, DECLARED)) == "x"
    assert len(parse("x" + "+x" * 250, DECLARED).children) == 251


def test_a_declared_variable_before_a_bracket_is_a_product():
    assert parse("x(y+1)", DECLARED) == Mul((Name("x"), Add((Name("y"), Number("1")))))
    assert isinstance(parse("Q(y+1)", DECLARED), Call)


def test_constants_are_told_from_bound_and_declared_names():
    assert Constant("i") in (*parse("2i").walk(),)
    assert Constant("i") not in (*parse("sum(x_i, i, 1, 3)").walk(),)
    assert Constant("e") not in (*parse("e + 1", {"e": "real"}).walk(),)


names = st.sampled_from(["x", "y", "n", "lr", "sigma", "s'"]).map(Name)
numbers = st.sampled_from(["0", "2", "0.10", "1e-3", "17"]).map(Number)
leaves = st.one_of(
    names, numbers, st.sampled_from(["pi", "e", "inf"]).map(Constant),
    st.just(Index(Name("p"), (Name("i"),))),
)  # fmt: skip


def _bigger(inner):
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    signed = st.one_of(inner, inner.map(lambda x: Unary("-", x)))
    return st.one_of(
        st.lists(signed, min_size=2, max_size=3).map(tuple).map(Add),
        several.map(Mul),
        st.tuples(inner, inner).map(lambda pair: Divide(*pair)),
        st.tuples(inner, inner).map(lambda pair: Power(*pair)),
        st.tuples(st.sampled_from(["-", "!", "%", "T", "+-"]), inner).map(lambda u: Unary(*u)),
        st.tuples(st.sampled_from(["sin", "exp", "abs", "sqrt", "floor"]), inner).map(
            lambda c: Call(c[0], (c[1],))
        ),
        st.tuples(inner, inner).map(lambda pair: Call("max", pair)),
        inner.map(lambda body: Big("sum", body, "k", Number("1"), Name("n"))),
        inner.map(lambda body: Derivative(body, Name("x"))),
        st.tuples(inner, inner).map(lambda pair: Collection("list", pair)),
        st.tuples(inner, inner).map(lambda pair: Interval(*pair, True, False)),
        st.tuples(inner, inner, inner).map(
            lambda t: Piecewise((t[0],), (Relation((t[1], Number("0")), ("<",)),), t[2])
        ),
    )


trees = st.recursive(leaves, _bigger, max_leaves=12)
statements = st.one_of(
    trees,
    st.tuples(trees, trees).map(lambda pair: Relation(pair, ("<=",))),
    st.tuples(trees, trees).map(
        lambda pair: Logic("or", tuple(Relation((side, Name("x")), ("=",)) for side in pair))
    ),
)


@settings(max_examples=300, deadline=None)
@given(statements)
def test_text_reads_back_as_the_same_tree(tree):
    assert parse(to_text(tree), DECLARED) == tree, to_text(tree)


@settings(max_examples=200, deadline=None)
@given(trees)
def test_latex_is_written_for_every_tree(tree):
    assert to_tex(tree).count("{") == to_tex(tree).count("}")


LATEX = {
    r"p_i(\delta_{ij}-p_j)": "p_i*(delta(i, j) - p_j)",
    r"\frac{e^{z_i}}{\sum_{k=1}^{n} e^{z_k}}": "e^z_i/sum(e^z_k, k, 1, n)",
    r"\sqrt[3]{x}+\left|\frac12 x\right|": "root(x, 3) + abs(1/2*x)",
    r"$\log_2 8$": "log(8, 2)",
    r"-\sum_{i} p_i\log p_i": "-sum(p_i*log(p_i), i)",
    r"\int_0^1 x^2\,dx": "int(x^2, x, 0, 1)",
    r"\begin{cases}x & x>0\\0 & \text{otherwise}\end{cases}": "piecewise(x, x > 0, 0)",
    r"\begin{pmatrix}1&2\\3&4\end{pmatrix}": "matrix([1, 2], [3, 4])",
    r"\mathrm{softmax}(z)_i": "softmax(z)_i",
    r"\mathrm{KL}(p \| q)": "KL(p, q)",
    r"\mathbb{E}[X^2]": "E[X^2]",
    r"\frac94\pi": "9/4*pi",
    r"x \in [-1,\infty)": "x in [-1, inf)",
    r"\sin^2\theta": "sin(theta)^2",
    r"\operatorname{relu}(x)": "relu(x)",
    r"\frac{gamma lrx xy}{2alpha}": "gamma*lr*x*x*y/(2*alpha)",
    r"\mathbb{1}[i = j]x": "1*delta(i, j)*x",
    r"\mathbb{1}_{x > 0}x": "piecewise(1, x > 0, 0)*x",
    r"\frac{exp(x)}{2}e^{lr}": "exp(x)/2*e^lr",
    r"\hat{x}_i x + \bar\theta": "xhat_i*x + thetabar",
    r"r(y\mid x)": "r(y | x)",
    r"\pi^*(a \mid s)": "pi^{*}(a | s)",
    r"\frac{\partial L}{\partial z_i}": "deriv(L, z_i)",
    r"\frac{d}{dx}x^2": "diff(x^2, x)",
    r"\nabla_\theta J(\theta)": "∇_theta (J*theta)",
    r"\|x\|_2^2 + \|x\|_1": "norm(x)^2 + norm(x, 1)",
    r"\mathbb E_{x\sim p}[f(x, y)]": "E_{x ~ p}[f(x, y)]",
    r"\text{Var}(X)": "Var(X)",
    r"\text{TPR} = \frac{TP}{TP + FN}": '"TPR" = T*P/(T*P + F*N)',
    r"\begin{align}a &= b \\ &\le c\end{align}": "a = b <= c",
    r"\left\{\begin{array}{ll}x & x > 0\\0 & \text{otherwise}\end{array}\right.": (
        "piecewise(x, x > 0, 0)"
    ),
    r"x_1 + \dots + x_n": "sum(x_i, i, 1, n)",
    r"\lim_{n \to \infty} x_n": "lim(x_n, n, inf)",
    r"X \sim \mathcal N(\mu, \sigma^2)": "X ~ N(mu, sigma^2)",
    r"\forall x \in S: x > 0": "(forall x in S: x > 0)",
    r"\theta \leftarrow \theta - \eta g": "theta ← theta - eta*g",
    r"\underbrace{x + 1}_{\text{a shift}}y": "(x + 1)*y",
    r"\gamma*x": "gamma*x",
    r"\operatorname*{arg\,max}_a Q(s, a)": "argmax(Q(s, a), a)",
    r"a \equiv b \pmod n": "mod(a, n) = mod(b, n)",
    r"\{x \mid x > 0\}": "{x | x > 0}",
    r"x_{1:t} + y_{\text{train}}": 'x_"1:t" + y_train',
    r"\overline{x + y}": '"overline"(x + y)',
}


@pytest.mark.parametrize(("tex", "plain"), LATEX.items())
def test_latex_reads_as(tex, plain):
    tree = parse_tex(tex, DECLARED)
    assert to_text(tree) == plain
    assert parse_tex(to_tex(tree), DECLARED) == tree


@pytest.mark.parametrize(
    ("tex", "named"),
    [
        (r"x + \foo", r"\foo"),
        (r"\begin{tabular}x\end{tabular}", "tabular"),
        (r"\frac{1}{2", "never closed"),
        (r"x & y", "&"),
        (r"\frac{1}", "argument"),
    ],
)
def test_latex_refuses_by_name(tex, named):
    with pytest.raises(MathsError) as caught:
        parse_tex(tex, DECLARED)
    assert named in caught.value.message


def test_the_index_of_a_sum_over_entries_is_no_letter_of_its_body():
    tree = parse("sum(i*p)", {"p": "simplex"})
    assert tree == parse("sum(i*p_j, j)", {"p": "simplex"})
    assert to_text(tree) == "sum(i*p_j, j)"
    crowded = parse("sum(i*j*k*l*m*n*p)", {"p": "simplex"})
    assert parse(to_text(crowded), {"p": "simplex"}) == crowded
