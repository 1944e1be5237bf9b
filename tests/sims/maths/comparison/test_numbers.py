"""Numbers from their typed text, with tolerances, figures and units."""

from fractions import Fraction

import pytest

from sims.maths import compare, parse
from sims.maths.comparison.numbers import rounded, to_figures, typed
from sims.maths.comparison.tolerance import Tolerance, of_tolerance, read_tolerance
from sims.maths.comparison.units import quantity, table

TOLERANCES = [
    ("3.14", "pi", "0.01", "equal", "right"),
    ("3.2", "pi", "±0.01", "different", "too-large"),
    ("99", "100", "1%", "equal", "right"),
    ("98.99", "100", "1%", "different", "too-small"),
    ("-100", "100", "1%", "different", "wrong-sign"),
    ("1e5", "100", "1%", "different", "wrong-power-of-ten"),
    ("0", "0", "1%", "equal", "right"),
    ("1e-30", "0", "1%", "different", "too-large"),
    ("3.142", "pi", "3 places", "equal", "right"),
    ("3.14", "pi", "3 places", "different", "too-small"),
    ("3.141", "pi", "2 places", "equal", "right"),
    ("22/7", "pi", "2 places", "equal", "right"),
    ("3.15", "pi", "2 places", "different", "too-large"),
    ("0.13", "1/8", "2 places", "equal", "right"),
    ("3.14", "pi", "3 figures", "equal", "right"),
    ("3.1416", "pi", "3 figures", "different", "wrong-figures"),
    ("3.1416", "pi", "at least 3 figures", "equal", "right"),
    ("3.1", "pi", "1 decimal place", "equal", "right"),
    ("3.1416", "pi", "at least 3 places", "equal", "right"),
    ("3.1426", "pi", "at least 3 places", "different", "too-large"),
    ("3.14", "pi", "at least 3 places", "different", "too-small"),
    ("3", "pi", "1 significant figure", "equal", "right"),
    ("1/3", "0.3333", "0.001", "equal", "right"),
    ("33%", "0.333", "0.01", "equal", "right"),
    ("1.5*10^3", "1500", "2 figures", "equal", "right"),
    ("1.005", "1.01", "0.005", "equal", "right"),
    ("0.3", "3*0.1", "0", "equal", "right"),
    ("0.30000000000000004", "3*0.1", "0", "different", "too-large"),
    ("0.005 GB", "5 MB", "0", "equal", "right"),
    ("0.0051 GB", "5 MB", "0", "different", "too-large"),
    ("foo", "1", "1%", "invalid", "invalid"),
    ("x", "1", "1%", "invalid", "invalid"),
    ("{1, 2}", "1", "1%", "different", "wrong-kind"),
]


@pytest.mark.parametrize(("answer", "expected", "tolerance", "verdict", "outcome"), TOLERANCES)
def test_tolerances(answer, expected, tolerance, verdict, outcome):
    found = compare(answer, expected, tolerance=tolerance)
    assert (found.verdict, found.outcome) == (verdict, outcome)


def test_the_accepted_interval_is_shown():
    assert compare("3.1", "pi", tolerance="3 figures").accepted == "3.135 to 3.145"
    assert compare("9", "10", tolerance="5%").accepted == "9.5 to 10.5"
    assert compare("1", "sqrt(2)", tolerance="1%").accepted == "1.4001 to 1.4283"  # both accepted
    assert compare("1", "1234567.8", tolerance="1%").accepted == "1222223 to 1246913"


def test_standard_errors_need_a_simulation():
    assert compare("1", "1", tolerance="2 standard errors").verdict == "invalid"
    found = compare("1.1", "1", tolerance="2 standard errors", options={"standard_error": 0.05})
    assert found.verdict == "equal"


def test_an_unknown_tolerance_is_refused():
    assert "tolerance" in compare("1", "1", tolerance="roughly").message
    with pytest.raises(ValueError, match="roughly"):
        of_tolerance("roughly")


@pytest.mark.parametrize(
    ("text", "kind", "size", "at_least"),
    [
        ("0.01", "absolute", "0.01", False),
        (".5", "absolute", "0.5", False),
        (" ± 1e-3", "absolute", "0.001", False),
        ("5 Percent", "relative", "0.05", False),
        ("1 decimal place", "places", "1", False),
        ("0 places", "places", "0", False),
        ("at least 2 dp", "places", "2", True),
        ("1 significant figure", "figures", "1", False),
        ("at least 3 sf", "figures", "3", True),
        ("1 standard error", "errors", "1", False),
        ("2 se", "errors", "2", False),
    ],
)
def test_what_a_tolerance_says(text, kind, size, at_least):
    assert read_tolerance(text) == Tolerance(kind, Fraction(size), at_least)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2 sense", "not understood"),
        ("1" * 20_000, "not understood"),
        ("1" * 20_000 + "!", "not understood"),
        ("2.5 places", "whole number"),
        ("51 figures", "at most 50"),
        ("at least 0 figures", "whole number"),  # would accept any number
        ("at least 1%", "places and figures"),
    ],
)
def test_a_tolerance_that_means_nothing_is_refused(text, says):
    with pytest.raises(ValueError, match=says):
        read_tolerance(text)


@pytest.mark.parametrize(
    ("text", "fewest", "most", "places"),
    [
        ("100", 1, 3, 0), ("100.", 3, 3, 0), ("0.0010", 2, 2, 4), ("0.00", 2, 2, 2), ("0", 1, 1, 0),
        ("1.00e2", 3, 3, 0), ("-2.50", 3, 3, 2), ("138*10^(-3)", 3, 3, 3), ("12%", 2, 2, 2),
    ],
)  # fmt: skip
def test_figures_are_counted_from_the_text(text, fewest, most, places):
    found = typed(parse(text))
    assert found is not None
    assert (found.fewest, found.most, found.places) == (fewest, most, places)


def test_halves_round_away_from_zero():
    assert rounded(Fraction("2.5"), 0) == 3
    assert rounded(Fraction("-0.125"), 2) == Fraction("-0.13")
    assert to_figures(Fraction("0.04985"), 3) == (Fraction("0.0499"), 4)


UNITS = [
    ("3000 MB", "3 GB", "equal", "right"),
    ("3", "3 GB", "different", "missing-unit"),
    ("3 MB", "3 GB", "different", "wrong-unit"),
    ("3 s", "3 GB", "different", "wrong-dimension"),
    ("24 Gbit", "3 GB", "equal", "right"),
    ("GB", "3 GB", "different", "missing-number"),
    ("0.5 ms", "500 us", "equal", "right"),
    ("0.5 ms", "500 μs", "equal", "right"),
    ("2 km/h", "0.5556 m/s", "equal", "right"),
    ("312 TFLOP/s", "0.312 PFLOP/s", "equal", "right"),
    ("1 KiB", "1024 B", "equal", "right"),
    ("50 token/s", "0.05 token/ms", "equal", "right"),
    ("7 N m", "7 J", "equal", "right"),
]


@pytest.mark.parametrize(("answer", "expected", "verdict", "outcome"), UNITS)
def test_units_are_told_apart(answer, expected, verdict, outcome):
    found = compare(answer, expected, tolerance="0.1%")
    assert (found.verdict, found.outcome) == (verdict, outcome), found.message


def test_every_unit_reads_as_one():
    for symbol in ("kg", "GB", "MiB", "TFLOP", "min", "mol", "kWh", "ohm"):
        split = quantity(parse(f"2 {symbol}", dict.fromkeys(table(), "real")))
        assert split is not None
        assert split.unit == table()[symbol]
