"""Code in answers: what is meant to the letter, and what may be typed in another way."""

import time
from typing import Any

import pytest

from cards.answers.code import code_of, has_code, keeps_code

ASKED = "Q: What is it?\nA: {}"


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        ("`tar -C dir`", "tar -c dir"),
        ("`grep -V`", "grep -v"),
        ("`pushd ..`", "pushd"),
        ("`popd`", "popd .."),
        ("`:q!`", ":q"),
        ("`echo $USER`", "echo USER"),
        ("`*rest`", "rest"),
        ("`**options`", "*options"),
        ("`row[1]`", "row(1)"),
        ("`g[k]`", "g(k)"),
        ("`b.*d`", "b d"),
        ("`~/bin`", "/bin"),
        ("`./configure`", "configure"),
        ("`@staticmethod`", "staticmethod"),
        ("`__len__`", "len"),
        ("`'x y'`", "x y"),
        ("`String`", "string"),
        ("`git checkout -b x`", "git chekout -b x"),
        ("```\nexport EDITOR=$VISUAL\n```", "export EDITOR=VISUAL"),
        ("sort -R names", "sort -r names"),
        ("The option is `-N`", "the option is n"),
        ("Write echo $SHELL", "write echo shell"),
        ("Take `d[k]` of it", "take d(k) of it"),
        ("`rm -r *`", "rm -r"),
        ("Press :x! to quit", "press x to quit"),
        ("List[int]", "list(int)"),
        ("`a[1:]`", "a[1]"),
        ("`!important`", "important"),
    ],
)
def test_code_is_compared_to_the_letter(graded: Any, answer: str, typed: str) -> None:
    found = graded(ASKED.format(answer), typed)
    assert found.verdict == "undecided"
    assert not any(point.found for point in found.points)


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        ("`tar -C dir`", "tar  -C dir "),
        ("`tar -C dir`", "`tar -C dir`"),
        ("`pushd ..`", "pushd .."),
        ("`git log`", "git log."),
        ("`git log`.", "git log"),
        ("```sh\ndu -h\n```", "du -h"),
        ("```\n$ du -h\n```", "du -h"),
        ("`du -h`", "```\ndu -h\n```"),
        ("`f(x, y)`", "f(x,y)"),
        ("`print('hi')`", "print(‘hi’)"),
        ("`sigmoid`", "Sigmoid"),
        ("`sigmoid`", "sigmoyd"),
        ("`GROUP BY`", "group by"),
        ("`..`", ".."),
        ("`git add .`", "git add ."),
        ("The option is `-N`", "the option is -N"),
        ("Use **two layers** here", "use two layers here"),
        ("*args* and *kwargs*", "args and kwargs"),
        ("the neuron(s) that fire", "the neuron s that fire"),
        ("the class(es) of it", "the class es of it"),
        ("well-known, self-made", "well known, self made"),
        ("so it goes ...", "so it goes"),
    ],
)
def test_what_says_the_same_code_is_right(graded: Any, answer: str, typed: str) -> None:
    assert graded(ASKED.format(answer), typed).right


def test_code_that_a_longer_answer_has_is_ticked(graded: Any) -> None:
    found = graded(ASKED.format("You call `flush -A` at last"), "Well, you call flush -A at last.")
    assert [point.found for point in found.points] == [True]


def test_a_command_with_a_star_is_no_formula(graded: Any) -> None:
    assert graded(ASKED.format("`rm *`"), "mr *").verdict == "undecided"
    assert graded(ASKED.format("`rm *`"), "rm *").right


@pytest.mark.parametrize(
    "sign", ["`", "*", "$", "-", " -a", "[", "a[", "..", "/", "~", ":", "(", "${"]
)
def test_hostile_text_is_read_in_time(sign: str) -> None:
    text = sign * (100_000 // len(sign))
    started = time.process_time()
    code_of(text)
    keeps_code(text, text)
    has_code(f"`{text}", text)
    assert time.process_time() - started < 5
