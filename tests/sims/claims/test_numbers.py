"""Equations of numbers in prose: what is recomputed, what is flagged, and what is left alone."""

import pytest

from sims.claims import number_equations
from sims.claims.number_equations import equations
from sims.claims.numbers import recomputed


def findings(text):
    found = [(e, recomputed(e)) for e in equations(text)]
    return [(e.line, r.right, r.value) for e, r in found if r is not None]


@pytest.mark.parametrize(
    "text",
    [
        "The share is 100 / 7 = 14.2 of them.",
        "$$Constant = 100 / 7 = 14.2$$",
        r"$185/(14+10) = 185/24 \approx 7.708185$",
        r"Then $\dfrac{24 - 28.61}{1.51} = - 3.04 < -3$.",
        r"$A = \frac{70+80+90}{5} = \frac{1}{5}(70)+\frac{1}{5}(80)+\frac{1}{5}(90) = 48.5$",
        "We have 3 + 4 = 8 apples.",
        "so 2^10 = 1000 bytes",
        "2/3 = 0.66",
        r"$4 \times 5 \equiv 7 \pmod 8$",
        "so (12)(12) = 145",
        "6 days – 5 days = 2 days",
        r"$\frac{6000}{1.11} = 5,405.50$",
        "a rate of 3 GB / 2 s = 1.5 MB/s",
        "so 100 km/h = 28.7 m/s here",
        "10 ms = 0.1 s",
        "17 = 3 mod 5",
        r"$3^5 \equiv 4 \pmod{7}$",
        "5 kg * 10 m/s^2 = 40 N",
        r"$190/1.9 \times 1.5 \approx 120$",
        r"$(5.67\times10^{-8})(5800)^{4} = (5.67\times10^{-8})(1.139\times10^{15})$",
        r"$ y = 0 \cdot 2 + 0 \cdot 3 + 1 = 0 $",
    ],
)
def test_wrong_numbers_are_flagged(text):
    assert [right for _, right, _ in findings(text)].count(False) == 1


@pytest.mark.parametrize(
    "text",
    [
        "100 / 7 = 14.29 and 1/3 = 0.333 and 2/3 ≈ 0.66",
        r"$\frac{1}{4} = 25\%$ and $0.1 \cdot 3 = 0.3$",
        r"\[ \binom{5}{2} = 10 \]",
        "5! = 120, √16 = 4, 3 × 4 = 12",
        "17 = 2 mod 5, and 7^3 mod 10 = 3",
        "3 GB / 2 s = 1.5 GB/s",
        "1 GB = 1024 MB",
        "365 days = 1 year",
        "100 W * 10 h = 1 kWh",
        r"$\frac{3.45\times10^{-9}}{2.59\times10^{-11}} \approx 130$",
        r"$(5.67\times10^{-8})(5800)^{4} = (5.67\times10^{-8})(1.132\times10^{15})$",
        r"- Then $ y_{\text{pred}} = 0 \cdot 2 + 0 \cdot 3 + 0 = 0 $",
    ],
)
def test_right_numbers_are_counted_and_not_flagged(text):
    found = findings(text)
    assert found
    assert all(right for _, right, _ in found)


@pytest.mark.parametrize(
    "text",
    [
        "17 = 2 mod 5",
        "15213(10) = 11101101101101(2)",
        "42.123 = +10+01 x 4.2123",
        "3 + 4 = 2 (mod 5)",
        "1 + 1 = 0 in that field",
        "a bond at 96-12 = 97",
        "x 2 + 3 = 7",
        "2x + 3 = 7",
        "f_2 = 3 + 1 = 5x",
        "the order of magnitude is 2^10 ≈ 1000",
        r"$26! \approx 2^{88}$",
        "10:30 = 11",
        "3 + 5 = 9 <!-- audit: skip -->",
        "Size = 10<sup>9</sup> = 1 Billion",
        r"$$\frac{91881}{161700} = .5682$$",
        "`3 + 5 = 9`",
        "7 / 2 = 3",
        "1010 + 0001 = 1011",
        r"$\frac{(5 \times 10^{-6})(6 \times 10^{23})}{240} = 1.25 \times 10^16$",
        "the parent of the fifth is at 5-1/2 = 2",
        "$(12)(12) = (1)$ and $(123) = (12)(23)$",
        r"As $3 \times 5 \equiv 7 \pmod 8$, $3 \times 7 \equiv 5$ follows",
        r"$(\frac{4}{2}) = \frac{4!}{2! 2!} = 6$",
        "E = (4+9+16+...+121)/10 = 505/10",
        "> r=√(4+9–4)=3",
        "> e=√(1–9/25)=√(16/25)",
        "> it is 1/f = –1/10 + 1/30 = (–3+1)/30",
        "a speed of √(10×6.4×10⁶/2) ≈ 5.6 km/s",
        "- 0.03 x 1.66 x 10-27 x (3 x 108)2 = 4.55 x 10-12 Joules",
        r"the largest sum$= \underbrace{1}_\text{carry} + 9 + 9 = 19$",
        "15 breaths in 1 minute = 4 seconds for each",
        r"$\sqrt{\frac{2}{3}} \approx 0,816$",
        "the mean is 3.8 * 4 = 19 **calc error - 15.2**",
        r"$6!! = 6!^{(2)} = 48$",
        "Excess = 6 days – 5 days = 1 day, and 14 days – 2 days – 1 day = 11 days",
        "$(12)(34)(123)((12)(34))^{-1} = (12)(34)(123)(34)(12)$",
        r"a ratio of $10/3 \div 4/3 = 5/2$",
        "$D \\cdot 2^r = 101110 \\cdot 2^3 = 101110000$",
        "a half-life: 240 / 2 = 120 / 2 = 60",
        r"$0.50 \pm 1.96\times0.25 = 0.50 \pm 0.49$",
        "30x2x360x25 = 540.000",
        "5 km = 5000",
        "if (x == 3 + 4) == 8",
        "| 3 | = 4 |",
        r"$V = 26.5 / 0.6 = 44\frac{1}{6}$",
        "CaCO<sub>3</sub> = 20 / 100 = 0.2 of it",
        "50% + 20 = 70",
        "8 h 45 min = 9 h",
        "7^3 mod 11 = 343 mod 11 = 2",
        "the inverse of 6 mod 23 = 4",
        "5 m = 3 s",
        "4 A = 5 A of them",
        "- [ ] $8/4 = 4/8$",
        "the $9/9 = 100$th percentile",
        "from pH 6 to 3 = 10 × 10 × 10 = 1000 times",
        "you should have ~ 500 / 12 = 40 packets",
        "the time is 100 x ( 9.1 + 10.9) = 2 seconds",
        "the block size: 256 -- 192 = 64",
        r"$\sqrt 10 = 3.162$",
        r"Is $\sqrt{4} + \sqrt{9} = \sqrt{13}$?",
        r"$\frac{18}{6}, \frac{24}{6}, \dots, \frac{96}{6} = 3, 4, \dots, 16$",
    ],
)
def test_what_is_no_equation_of_numbers_alone_is_never_flagged(text):
    assert all(right for _, right, _ in findings(text)), findings(text)


@pytest.mark.parametrize(
    "text", ["7 / 2 = 3", "9/2 = 4", "-7 / 2 = -3", r"$7/2 = 3$", "(3 + 4) / 2 = 3"]
)
def test_integer_division_is_left_alone(text):
    assert findings(text) == []


@pytest.mark.parametrize("text", ["7 / 2 = 4", "9 / 2 = 5", "7 / 2 = 3.5", "7 / 3 = 2"])
def test_a_quotient_that_is_rounded_right_holds(text):
    assert findings(text) == [(1, True, "")]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("12 * 12 = 124", False),
        ("- 12 * 12 = 144", True),
        ("1e3 = 100", False),
        ("1e3 = 1000", True),
        ("- 2.5e-3 = 0.0025.", True),
        ("2 * 1e3 = 200", False),
        ("10 % of 50 = 5", True),
        ("10% of 50 = 6", False),
        ("10% of (20 + 30) = 5", True),
        ("- 12.5% of 80 = 9", False),
        ("99.9 % = 0.999", True),
        ("50% = 0.05", False),
        ("12 * 10 = 124", False),
        ("124 / 10 = 14", False),
        ("2 * 10^3 = 200", False),
        ("2 * 10^3 = 2000", True),
        (r"$2 \times 10^3 = 200$", False),
    ],
)
def test_an_equation_on_a_line_of_its_own_is_recomputed(text, right):
    assert [found for _, found, _ in findings(text)] == [right]


@pytest.mark.parametrize(
    "text",
    [
        "95% = 1.96",
        "10% = 5",
        "100% = 40",
        "5% = 5",
        "50% = 5",
        "0.5% = 0.5",
        "5% = 0.5",
        "the rest after 10% of 50 = 45",
        "line 1e3 = 100 of the file",
        "0x1e3 = 100",
        "a1e3 = 100",
        "1e3e4 = 100",
        "half of 50 = 20",
        "3 of 4 = 5",
        "1e999 = 5",
    ],
)
def test_what_is_not_surely_an_equation_of_numbers_is_left_alone(text):
    assert findings(text) == []


def test_a_share_in_a_sentence_counts_where_it_is_right():
    assert findings("so 10% of 50 = 5 of them") == [(1, True, "")]


@pytest.mark.parametrize(
    "text",
    [
        "> [!question]\n> Are they independent?\n> $$0.1 = 0.4 \\cdot 0.5$$",
        "$0.1 = 0.4 \\cdot 0.5$\n\nThey are $\\color{red}{not\\ independent}$",
        "$0.1 = 0.4 \\cdot 0.5$\n\nSo they are dependent.",
        "Common mistake: $1/2 + 1/3 = 2/5$.",
        "**Wrong**\n\n$1/2 + 1/3 = 2/5$",
        "If $2 + 2 = 5$, then pigs fly.",
        "Suppose that $2 + 2 = 5$.",
        "$2 + 2 = 5$ is false.",
        "- $2 + 2 = 5$ ❌",
        "Someone can say that 2+2=5 and be consistent.\n\n- 2+2=5",
        "Examples of propositions:\n- $2 + 2 = 5$\n- It rains",
        "| proposition | value |\n|---|---|\n| $2 + 2 = 5$ | F |",
        "Test whether it lies on the line:\n$5 = 2 \\cdot 2 + 2$\nwhich does not hold.",
    ],
)
def test_what_a_note_asks_supposes_or_denies_is_not_flagged(text):
    assert all(right for _, right, _ in findings(text)), findings(text)


@pytest.mark.parametrize(
    "text",
    [
        "If $n = 5$, then $5 \\cdot 4 / 2 = 11$.",
        "The false positive rate is $5 / 100 = 0.06$.",
        "Is it large? It is: $3 \\cdot 4 = 13$.",
        "How many are there?\n\n$$3 \\cdot 4 = 13$$",
        "$3 \\cdot 4 = 13$\n\nNo rule says so.",
        "Suppose $n = 4$.\n\nThen $4 \\cdot 3 = 13$.",
    ],
)
def test_a_condition_or_a_question_beside_it_hides_no_wrong_equation(text):
    assert [right for _, right, _ in findings(text)] == [False]


@pytest.mark.parametrize("text", ["9" * 200_000, "1e1." * 50_000, "10% of " * 30_000])
def test_a_very_long_line_of_numbers_is_read(text):
    assert findings(text) == []


def test_code_above_denies_nothing():
    text = "```claim\nknown: false\n```\n- 100 / 7 = 14.2"
    found = [recomputed(e) for e in equations(text, {0, 1, 2})]
    assert [r and r.right for r in found] == [False]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (r"$5(0.7473) = 3.7363$", None),
        (r"$100 \times 12.147 = 1214.72$", None),
        (r"$\frac{1.36049-1}{0.08} \approx 4.50611$", None),
        (r"$7/1/2026 - 7/1/2023 = 3.0$", None),
        (r"$2.345 \times 2 = 4.68$", False),
        (r"$0.9629 \times 1.1593 = 1.1262$", False),
        (r"$1.005^{360} = 6.5$", False),
    ],
)
def test_a_long_decimal_may_be_rounded_itself(text, right):
    assert [found for _, found, _ in findings(text)] == ([right] if right is False else [])


def test_a_line_is_asked_once_for_what_it_denies_however_many_equations_it_has(monkeypatch):
    asked = []
    plain = number_equations._is_denied
    monkeypatch.setattr(
        number_equations, "_is_denied", lambda lines, at: asked.append(at) or plain(lines, at)
    )
    assert len(list(equations("$1+1=2$ " * 50 + "\n\n$2+2=4$"))) == 51
    assert sorted(asked) == [0, 2]
