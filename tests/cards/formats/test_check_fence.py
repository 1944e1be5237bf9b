import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.card import Check
from cards.formats.check_fence import CheckError, parse, split, swallowed


def check(text):
    return parse(text.split("\n"), 7)


def test_every_scalar_is_the_text_that_was_written():
    found = check("tolerance: 0.10\nhint: no\nclaim: 1:30")
    assert (found.tolerance, found.hint, found.claim, found.line) == ("0.10", "no", "1:30", 7)


@pytest.mark.parametrize("name", ["answer", "require"])
@given(st.text(alphabet="ab{}[]'\"#:,*&!|> 1", min_size=1, max_size=30))
def test_answer_and_require_are_raw_to_the_end_of_the_line(name, text):
    if text.strip():
        assert getattr(check(f"{name}: {text}"), name) == text.strip()


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("choices: [f(x, y), $a, b$, [0, 1]]", ("f(x, y)", "$a, b$", "[0, 1]")),
        ("choices: one, two", ("one", "two")),
        ("choices: (0, 1]; [0, 1)", ("(0, 1]", "[0, 1)")),
        ('choices: ["a, b", c]', ("a, b", "c")),
        ("choices: ['it''s, so', b]", ("it's, so", "b")),
        ("choices: [f'(x), 'g''(x)']", ("f'(x)", "g'(x)")),
        ("choices:\n  - a: b\n  - {1, 2}\n  - 'q'", ("a: b", "{1, 2}", "q")),
        ("choices:\n- x\n- y # z", ("x", "y # z")),
    ],
)
def test_choices_keep_what_brackets_and_formulas_hold(text, items):
    assert check(text).choices == items


def test_parameters_are_raw_texts():
    found = check("given: {a: 0.5..2 step 0.1, T: [0.5, 1]}\nvariables: {x: in (0, 1), y: 'real'}")
    assert found.given == {"a": "0.5..2 step 0.1", "T": "[0.5, 1]"}
    assert found.variables == {"x": "in (0, 1)", "y": "real"}
    assert check("given:\n  a: 1..3\n  b: [1, 2]").given == {"a": "1..3", "b": "[1, 2]"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('misconceptions:\n  - {answer: "\\frac{a}{b}", says: "No."}', [(1, r"\frac")]),
        ('hint: "See $\\tau$."', [(0, r"\tau")]),
        ("hint: 'See $\\tau$.'", []),
        ('hint: "one\\nline"', []),
        ('answer: "\\frac12"', []),  # taken as written
    ],
)
def test_latex_that_double_quotes_spoil_is_told(text, found):
    told = list(swallowed(text.split("\n")))
    assert [line for line, _ in told] == [line for line, _ in found]
    for (_, message), (_, command) in zip(told, found, strict=True):
        assert f"'…{command}…'" in message


def test_an_escape_that_yaml_does_not_know_says_what_to_do():
    with pytest.raises(CheckError, match="LaTeX in single quotes"):
        check('hint: "$\\sigma$"')


def test_misconceptions_in_both_styles():
    found = check('misconceptions:\n  - {answer: "x, y", says: "no: not so"}')
    assert found.misconceptions[0].answer == "x, y"
    found = check("misconceptions:\n  - answer: [0, 1\n    says: no")
    assert found.misconceptions[0].answer == "[0, 1"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("answer: 1\nanswer: 2", 1, "given twice"),
        ("hint: x\ntolerence: 1%", 1, "did you mean `tolerance`"),
        ("kind: sideways", 0, "one of basic"),
        ("answer:", 0, "one value"),
        ("hint: [a, b]", 0, "one value"),
        ("- a\n- b", 0, "name: value"),
        ("choices: [one]", 0, "at least two"),
        ("order: [a, a]", 0, "same item twice"),
        ("id: a b", 0, "letters"),
        ("misconceptions: x", 0, "misconception is written"),
        ("given:\n  a: {b: c}", 0, "needs a value"),
        ("hint: &a x", 0, "anchors"),
        ("hint: !!python/object:os.system x", 0, "tags"),
        ("hint: " + "[" * 5000, 1, "not YAML"),
        ("hint: " + "x" * 30_000, 0, "longer than"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, line, says):
    with pytest.raises(CheckError, match=re.escape(says)) as caught:
        check(text)
    assert caught.value.line == line


@given(st.text(alphabet="abc:-[]{}\"'\n #&*!|>%@`", max_size=60))
def test_any_text_gives_a_check_or_a_check_error(text):
    with suppress(CheckError):
        assert isinstance(check(text), Check)


NESTED = st.recursive(
    st.text("ab ", max_size=3),
    lambda inner: st.builds(
        lambda brackets, items, after: f"{brackets[0]}{','.join(items)}{brackets[1]}{after}",
        st.sampled_from(["()", "[]", "{}"]),
        st.lists(inner, max_size=3),
        st.text("ab ", max_size=3),
    ),
    max_leaves=8,
)


@given(st.lists(NESTED, max_size=5))
def test_split_cuts_between_brackets_and_never_in_them(parts):
    parts = [part.strip() for part in parts if part.strip()]
    assert split(", ".join(parts), ",") == parts


def test_a_bracket_that_closes_none_shifts_none():
    assert split("a), b, (c, d)", ",") == ["a)", "b", "(c, d)"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["answer", "require", "tolerance", "hint", "claim", "output"]),
            st.text(alphabet="ab1 .:#%'-é", min_size=1, max_size=12),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda pair: pair[0],
    )
)
def test_plain_values_read_the_same_with_and_without_yaml(pairs):
    text = "\n".join(f"{name}: {value}" for name, value in pairs)
    results = []
    for source in (text, text + "\ntags: [x]"):
        try:
            results.append(check(source).to_dict() | {"tags": ["x"]})
        except CheckError:
            results.append("error")
    assert results[0] == results[1]
