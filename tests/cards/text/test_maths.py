import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.text.maths import at, parser

MARKDOWN = parser()


def tokens(source):
    """All tokens of a source as (type, markup, content), inline children flattened."""
    found = []
    for token in MARKDOWN.parse(source):
        found.append((token.type, token.markup, token.content))
        found += [(child.type, child.markup, child.content) for child in token.children or []]
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"the \(x_i*y*z\) here", ("maths_inline", r"\(", "x_i*y*z")),
        (r"in a line \[a_b\] too", ("maths_inline", r"\[", "a_b")),
        ("price $p_i$ here", ("maths_inline", "$", "p_i")),
        ("double $$a$$ here", ("maths_inline", "$$", "a")),
        ("- bullet\n\\[G = \\frac{1}{2}\\]\n- next", ("maths_block", r"\[", r"G = \frac{1}{2}")),
        ("- bullet\n  \\[G\\]", ("maths_block", r"\[", "G")),
        ("-\n\\[Q\\]\n- m", ("maths_block", r"\[", "Q")),
        ("text\n$$\na \\\\\nb\n$$\nafter", ("maths_block", "$$", "a \\\\\nb")),
        (
            "- it is \\(\\begin{align*}\na &= o<t>\\\\\nb\\end{align*}\\) so",
            ("maths_inline", r"\(", "\\begin{align*}\na &= o<t>\\\\\nb\\end{align*}"),
        ),
        (r"\(a \\) b\)", ("maths_inline", r"\(", r"a \\) b")),
    ],
)
def test_maths_is_found_with_its_source_intact(source, expected):
    assert expected in tokens(source)


@pytest.mark.parametrize(
    "source",
    [
        "costs $5 and $6",
        "costs $ x$ and $x $",
        r"escaped \$x$ only",
        "`\\(code\\)`",
        "    \\(indented code\\)",
        "```\n\\[fenced\\]\n```",
        r"an escaped \\(backslash\\)",
        "\\[not\n\nclosed\\]",
        "$a$1",
        r"\( \)",
    ],
)
def test_what_is_not_maths_stays_text(source):
    assert not [token for token in tokens(source) if token[0].startswith("maths")]


def test_a_lone_dollar_does_not_swallow_a_code_span():
    assert ("code_inline", "`", "a$b") in tokens("costs $x and `a$b`")


def test_html_is_not_interpreted():
    assert not [token for token in tokens("<b>x</b> o<t>x") if token[0].startswith("html")]


@given(st.text(alphabet="ab $\\()[]`\n-*", max_size=60))
def test_any_text_parses_and_spans_lie_inside_it(source):
    MARKDOWN.parse(source)
    for start in range(len(source)):
        span = at(source, start)
        if span:
            assert start < span.end <= len(source)
            assert source[start:].startswith(span.markup + span.content)
