"""EDN and Transit, as Mochi's archives have them, read into plain data."""

from contextlib import suppress

import pytest

from cards.formats import edn, transit


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{:version 2 :decks []}", {"version": 2, "decks": []}),
        ("{:a/b (1, 2.5 -3 4N 1e3 0.5M)}", {"a/b": [1, 2.5, -3, 4, 1000.0, 0.5]}),
        ("#{:d}", ["d"]),
        (r'"a\n\"b\" \\ \u00e4"', 'a\n"b" \\ ä'),
        ("[nil true false sym \\a \\newline \\u0041]", [None, True, False, "sym", "a", "\n", "A"]),
        ("; said\n[1 ; 2\n #_ 3 #_ #_ 4 5 6]", [1, 6]),
        ('#inst "1970-01-02T00:00:00.000-00:00"', 86_400_000),
        ('#inst "no date"', None),
        ('#uuid "f81d"', "f81d"),
        ("{1 2 [3] 4 :k #_ x :v}", {"1": 2, "k": "v"}),
        ("[#_ {:a 1} :b]", ["b"]),
        ('[""]', [""]),
        ("[:3z8Y :a? ::b]", ["3z8Y", "a?", ":b"]),
    ],
)  # fmt: skip
def test_edn_is_read(text, wanted):
    assert edn.loads(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "; only", "[1", "{:a}", "]", "[1)", '"open', "#{1 2", "#_", "[" * 100_000,
        "(" * 70 + ")" * 70, '"\\', "#", "\\", "[" + "#_ " * 50_000, "{" * 100_000,
        "[" + '"' * 100_001,
    ],
)  # fmt: skip
def test_what_is_no_edn_is_refused_with_its_line(text):
    with pytest.raises(edn.EdnError, match="line "):
        edn.loads(text)


def test_too_many_values_are_refused(monkeypatch):
    monkeypatch.setattr(edn, "MOST_TOKENS", 100)
    assert edn.loads("[" + "1 " * 40 + "]") == [1] * 40
    with pytest.raises(edn.EdnError, match="after 100 values"):
        edn.loads("[" + "1 " * 60 + "]")


@pytest.mark.parametrize("sign", ["a", ":", ";", ",", "\\", "\\a ", '\\"', "1", "#a ", "[] ", "# "])
def test_a_long_text_of_one_sign_takes_no_time(sign):
    text = "[" + sign * (100_000 // len(sign)) + "]"
    with suppress(edn.EdnError):
        assert isinstance(edn.loads(text), list)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"~:a?": ["~:b", "~~c", "~^d", "plain"]}, {"a?": ["b", "~c", "^d", "plain"]}),
        ({"~#list": [{"~:x": {"~#set": ["~:y"]}}]}, [{"x": ["y"]}]),
        ({"~:at": {"~#dt": 5}, "~:on": "~t7", "~:m": "~m8"}, {"at": 5, "on": 7, "m": 8}),
        ("~t1970-01-01T00:00:01Z", 1000),
        (["~i12", "~d1.5", "~?t", "~?f", "~_"], [12, 1.5, True, False, None]),
        (["~nx", "~tno"], [None, None]),
        (["~", "~u1-2", None, 3, True], ["", "1-2", None, 3, True]),
    ],
)  # fmt: skip
def test_transit_is_made_plain(said, wanted):
    assert transit.plain(said) == wanted


def test_transit_that_is_too_deep_or_short_is_refused():
    deep = []
    for _ in range(80):
        deep = [deep]
    for said in (deep, ["^ ", "~:a", 1]):
        with pytest.raises(transit.TransitError):
            transit.plain(said)
