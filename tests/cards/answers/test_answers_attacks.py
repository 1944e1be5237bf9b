"""Wrong answers made to fool the grader, cause by cause: none may be accepted.

Each cause once let wrong answers through. A strategy yields cases `(teacher, student, variables)`
with, for numbers, a tolerance. `make soak` tries 10,000.
"""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.answers.case import grade_case

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
POSITIVE, NATURAL = {"x": "positive"}, {"n": "natural"}
VECTOR, RANDOM = {"x": "vector"}, {"X": "random", "Y": "random"}
MATRICES = {"A": "matrix", "B": "matrix", "x": "vector", "y": "vector"}
small, whole = st.integers(2, 9), st.integers(2, 99)
CAUSES = {}


def cause(strategy):
    """Keep a strategy under its name."""
    CAUSES[strategy.__name__] = st.composite(strategy)
    return CAUSES[strategy.__name__]


def pick(draw, *options):
    return draw(st.sampled_from(options))


def constant(draw, low=-3, high=9):
    """Draw a positive constant, as a decimal or as what must be computed."""
    digits, power = draw(st.integers(11, 99)), draw(st.integers(low, high))
    return pick(draw, f"{digits}e{power - 1}", f"{digits / 10}*10^{power}", f"e^{digits % 7 + 1}")


@cause
def the_bar(draw):
    function, names = pick(draw, "P", "q", "H", "pi"), draw(st.permutations("abcd"))
    names = names[: draw(st.integers(2, 4))]
    bars = draw(st.permutations(range(len(names))))

    def call(bar):
        before, after = ", ".join(names[:bar]), ", ".join(names[bar:])
        return f"{function}({before} | {after})" if bar else f"{function}({after})"

    factor = pick(draw, "", "*a", "^2", "*log(b)")
    return call(bars[0]) + factor, call(bars[1]) + factor, {function: "function"}


@cause
def the_semicolon(draw):
    one, other, after = draw(st.permutations("xyz"))
    teacher = f"{pick(draw, '', '2*')}p({one}; {after}) + {other}"
    return teacher, teacher.replace(f"p({one};", f"p({other};"), {"p": "function"}


@cause
def the_condition(draw):
    power, factor = draw(st.integers(1, 3)), draw(small)
    wrong = pick(draw, "E[X^{p}]", "E[X^{p}, Y]", "E[Y | X]^{p}", "E[X | Y]^{q}", "X^{p}")
    wrong = wrong.format(p=power, q=power + 1)
    return f"{factor}*E[X^{power} | Y]", f"{factor}*{wrong}", RANDOM


@cause
def the_number_of_arguments(draw):
    extra = pick(draw, "0", "s", "1", "s, s")
    factor = draw(whole)
    return f"r + V(s)/{factor}", f"r + V(s, {extra})/{factor}", {"V": "function"}


@cause
def the_choice(draw):
    factor = draw(small)
    wrong = pick(
        draw, "argmin_a Q(s, a)", f"argmax_a Q(s, a)^{2 * (factor // 2)}", "max_a Q(s, a)",
        f"argmax_a (Q(s, a) + {factor}*a)", f"argmax_a -{factor}*Q(s, a)", "argmax_a Q(a, s)",
    )  # fmt: skip
    return "argmax_a Q(s, a)", wrong, {"Q": "function"}


@cause
def the_shapes_of_matrices(draw):
    teacher, student = pick(
        draw,
        ("inv(A^T*A)*A^T*y", "inv(A)*y"), ("A^T*A", "A*A^T"), ("A*B", "B*A"),
        ("(A*B)^T", "A^T*B^T"),
        ("A^T*A*x", "A*A^T*x"), ("trace(A^T*B)", "trace(A*B)"), ("A^T*(A*x - y)", "A*(A^T*x - y)"),
        ("inv(A*B)", "inv(A)*inv(B)"), ("A*x", "x^T*A"), ("x^T*A*y", "y^T*A*x"),
    )  # fmt: skip
    factor = draw(small)
    return f"{factor}*{teacher}", f"{factor}*{student}", MATRICES


@cause
def the_law_of_random_names(draw):
    k = draw(small)
    teacher, student = pick(
        draw,
        ("E[X*Y]", "E[X]*E[Y]"), (f"Var(X + {k}*Y)", f"Var(X) + {k**2}*Var(Y)"),
        (f"E[X^{k}]", f"E[X]^{k}"), ("E[X]", f"X + {k}/10"), (f"Var({k}*X)", f"{k}*Var(X)"),
        ("Cov(X, Y)/Var(X)", str(k)), (f"P(X > {k}/2)", f"P(X > {k})"),
        (f"E[(X + {k}*Y)^2]", f"E[X^2] + {k**2}*E[Y^2]"),
    )  # fmt: skip
    return teacher, student, RANDOM


@cause
def caps(draw):
    c = constant(draw)
    variables = pick(draw, {}, POSITIVE)
    wrong = [
        f"min(x, {c})", f"clip(x, -({c}), {c})", f"if(x < {c}, x, 0)", f"x*(x < {c})",
        f"x + relu(x - {c})", f"x - floor(abs(x)/({c}))", f"x*sign({c} - x)",
    ]  # fmt: skip
    return "x", pick(draw, *wrong, *([] if variables else [f"max(x, -({c}))"])), variables


@cause
def caps_of_vectors(draw):
    c = draw(st.integers(1, 10**5))
    teacher, wrong = pick(
        draw, ("norm(x)", f"min(norm(x), {c})"), ("x_i", f"min(x_i, {c})"),
        ("sum(x_i, i, 1, n)", f"sum(max(x_i, -{c}), i, 1, n)"),
        ("norm(x)", f"norm(x)*(norm(x) < {c})"),
    )  # fmt: skip
    return teacher, wrong, VECTOR | ({"i": "index"} if "_i" in teacher + wrong else {})


@cause
def caps_of_integers(draw):
    c, few = draw(st.integers(2, 10**6)), draw(st.integers(3, 60))
    wrong = [
        f"min(n, {c})", f"mod(n, {c})", f"n + floor(n/{c})", f"if(n <= {c}, n, 0)", f"n*(n < {c})",
        f"n + prod(n - j, j, 0, {few})", f"n + binomial(n, {few})", f"clip(n, -{c}, {c})",
    ]  # fmt: skip
    return "n", pick(draw, *wrong), pick(draw, NATURAL, {"n": "integer"})


@cause
def caps_within_a_domain(draw):
    low, width = draw(st.integers(-50, 500)), draw(st.integers(2, 100))
    cap = low + width * draw(st.integers(20, 80)) / 100
    wrong = pick(draw, f"min(x, {cap})", f"max(x, {cap})", f"x*(x > {cap})", f"if(x < {cap}, x, 1)")
    return "x", wrong, {"x": f"in ({low}, {low + width})"}


@cause
def few_sizes(draw):
    c = draw(st.integers(3, 20))
    wrong = pick(
        draw, f"sum(x_i, i, 1, min(n, {c}))", f"sum(x_i, i, 1, n)*(n < {c})",
        f"sum(x_i, i, 1, n) + prod(n - j, j, 2, {c})*x_1", f"sum(x_i*(i < {c}), i, 1, n)",
    )  # fmt: skip
    return "sum(x_i, i, 1, n)", wrong, VECTOR


@cause
def lattices(draw):
    k, digits = draw(st.integers(2, 10**6)), draw(st.integers(1, 8))
    wrong = [
        f"x + sin({k}*pi*x)^2", f"x*cos(2*pi*{k}*x)", f"floor({k}*x)/{k}", f"round(x, {digits})",
        f"x + (-1)^({k}*x)*(x + 2)*(x + 1)*x*(x - 1)*(x - 2)", f"round({k}*x)/{k}",
    ]  # fmt: skip
    return "x", pick(draw, *wrong), pick(draw, {}, POSITIVE, {"x": "probability"})


@cause
def corners(draw):
    return pick(
        draw, ("(a^b)^c", "a^(b*c)", {}), ("sqrt(a*b)", "sqrt(a)*sqrt(b)", {}),
        ("(a^2)^(1/2)", "a", {}), ("sqrt((a - b)^2)", "a - b", {}),
        ("log(a*b)", "log(a) + log(b)", {}),
        ("asin(sin(a))", "a", {}), ("atan(1/a)", "pi/2 - atan(a)", {}),
    )  # fmt: skip


@cause
def tolerances_in_another_unit(draw):
    value, share = draw(st.integers(2, 90)), draw(st.integers(0, 9))
    one, other = pick(draw, ("GB", "TB"), ("ms", "s"), ("MB", "GB"), ("km", "Mm"))
    share += share * 10 == value  # 40 GB is 0.04 TB
    return f"{value} {one}", f"0.0{share} {other}".replace("0.00", "0"), {}, f"0.{draw(small)}"


@cause
def figures_below_a_power_of_ten(draw):
    power, off = draw(st.integers(-3, 5)), draw(st.integers(2, 5))
    typed = f"{1 - off / 100:.2f}e{power}"
    return f"1e{power}", typed, {}, "at least 2 figures"


@cause
def infinities(draw):
    c = draw(whole)
    wrong = pick(draw, "inf", "-inf", f"inf - {c}", f"{c}*inf", "inf - inf", "0*inf", "1/inf + inf")
    return str(c - 50), wrong, {}, pick(draw, None, "0.1", "1%", "3 places", "2 figures")


@cause
def statements_without_letters(draw):
    a, b, c = draw(whole), draw(whole), draw(st.integers(100, 999))
    c += 10_000 * (c in (a + b, a * b, a + b - 1, a * b - 1))  # 2 + 98 = 100 is 100 = 100
    teacher = pick(draw, f"{a} + {b} = {a + b}", f"{a} < {a + b}", f"{a}*{b} = {a * b}")
    wrong = pick(draw, f"{c} = {c}", f"{c} < {c * c}", f"{c} + 1 = {c + 1}", "true")
    return teacher, wrong, {}


@cause
def what_is_small(draw):
    n, m = draw(st.integers(20, 300)), draw(small)
    return pick(
        draw, (f"10^-{n}", f"{m}*10^-{n}", {}, "1%"), (f"{m}*10^-{n}", "0", {}, "1%"),
        (f"{m}", f"{m} + 10^-{n}", {}, "0"), ("x", f"x + 10^-{n}", {}),
        ("x", f"x*(1 + 10^-{n})", {}), ("x", f"x^(1 + 10^-{n})", POSITIVE),
        ("x", f"x*cos(10^-{n})", {}), ("x", f"x + exp(-{2 * n})", {}), ("1", f"erf({m + 4})", {}),
        ("0", f"exp(-10^{m})", {}), ("x", f"x*tanh({20 + n})", {}),
    )  # fmt: skip


@cause
def errors_of_integrals(draw):
    k, b, off = draw(st.integers(1, 6)), draw(small), draw(st.integers(3, 15))
    integral = f"int(t^{k}, t, 0, {b})"
    return pick(
        draw, (integral, f"{b}^{k + 1}/{k + 1}*(1 + 10^-{off})", {}), (f"x + {integral}", "x", {}),
        (f"int(exp(-t^2), t, {b + 3}, inf)", "0", {}), (f"int(t^40, t, 0, 1/{b})", "0", {}),
        (f"int(exp(-x*t), t, {10 * b}, inf)", "0", {"x": "in (1, 3)"}),
        (f"erfc({b + 4})", "0", {}), (f"int(exp(-t), t, 0, {10 * b})", "1", {}),
        (f"int(abs(t - {b}), t, 0, 10)", "50 - 10*" + str(b), {}),
    )  # fmt: skip


@cause
def divergence(draw):
    c, k = draw(st.integers(-9, 9)), draw(small)
    wrong = [
        f"int(t, t, -inf, {k})", f"int(1/t, t, -{k}, {k})", f"int(t^3, t, -inf, inf) + {c}",
        f"int(sin({k}*t), t, 0, inf)", f"int(1/t, t, {k}, inf)", f"int(1/t^{k}, t, 0, 1)",
        "int(exp(t), t, 0, inf)", f"int(1/(t - {k})^2, t, 0, 10)", "int(tan(t), t, 0, pi)",
        f"sum(1/j, j, {k}, inf)", f"sum((-1)^j*{k}, j, 0, inf)", f"sum(10^-60*{k}, j, 0, inf)",
        f"sum(j^{k}, j, 0, inf)", "prod(2, j, 1, inf)", f"int(1/(t*log(t)), t, {k}, inf)",
    ]  # fmt: skip
    return str(c), pick(draw, *wrong), {}


@cause
def lost_intervals(draw):
    c = draw(st.integers(-9, 9))
    u = f"(x - {c})"
    return pick(
        draw, (f"ln(abs{u})", f"ln{u}", {}), (f"abs{u}", f"sqrt({u})^2", {}),
        (f"ln({u}^2)", f"2*ln{u}", {}), (f"sqrt({u}^2)", f"({u}^(1/4))^4", {}),
        (f"abs{u}^3", f"exp(3*ln{u})", {}),
    )  # fmt: skip


@pytest.mark.parametrize("name", CAUSES)
def test_no_attack_is_accepted(name):
    refused = set()

    @settings(max_examples=10_000 // len(CAUSES) + 1 if SOAK else 4, derandomize=not SOAK)
    @given(case=CAUSES[name]())
    def attack(case):
        if repr(case) in refused:
            return  # drawn once more, it would be refused once more
        teacher, student, variables, *tolerance = case
        row = {"teacher": teacher, "student": student, "variables": variables}
        line = grade_case({**row, "tolerance": tolerance[0] if tolerance else None})
        assert line["verdict"] in ("different", "undecided", "invalid"), (case, line)
        refused.add(repr(case))

    attack()


RIGHT = [
    ("P(A | B)", "P(A|B)", {"P": "function"}), ("E[X]", "E[E[X | Y]]", RANDOM),
    ("argmax_a Q(s, a)", "argmax_a (3*Q(s, a) - s)", {"Q": "function"}),
    ("inv(A^T*A)*A^T*y", "inv(A^T*A)*(A^T*y)", MATRICES), ("trace(A*B)", "trace(B*A)", MATRICES),
    ("Var(X + Y)", "Var(X) + Var(Y) + 2*Cov(X, Y)", RANDOM), ("x", "min(x, x + 1)", {}),
    ("abs(x)", "max(x, -x)", {}), ("x", "abs(x)", POSITIVE), ("max(x, -5)", "x", POSITIVE),
    ("n", "floor(n + 1/2)", NATURAL), ("x^3", "exp(3*ln(x))", {}), ("x", "(x^3)^(1/3)", {}),
    ("x", "x^2/x", {}), ("ln(x)", "ln(abs(x))", {}), ("1 < 2", "2 < 4", {}),
    ("1/3", "int(t^2, t, 0, 1)", {}), ("1", "int(1/t^2, t, 1, inf)", {}),
    ("2", "int(1/sqrt(t), t, 0, 1)", {}), ("x", "log(exp(x))", {}), ("1e-60", "10^-60", {}, "1%"),
    ("3 GB", "3050 MB", {}, "0.1"), ("10", "9.96", {}, "at least 2 figures"),
    ("e^x", "sum(x^k/k!, k, 0, inf)", {}), ("if(x > 0, 1, 0)", "heaviside(x)", {}),
]  # fmt: skip


@pytest.mark.parametrize("case", RIGHT)
def test_what_guards_against_attacks_refuses_nothing_right(case):
    teacher, student, variables, *tolerance = case
    row = {"teacher": teacher, "student": student, "variables": variables}
    line = grade_case({**row, "tolerance": tolerance[0] if tolerance else None})
    assert line["verdict"] in ("equal", "equal-where-defined"), line
