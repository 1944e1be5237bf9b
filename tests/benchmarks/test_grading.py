"""Grading measured on answers that other systems publish, beside sympy on the same pairs.

The answers are not part of the project: without them (see STUDYTUI_SHARED) everything here skips.
Run by `make bench`; as part of the whole test suite it skips too, being long.
"""

import collections
import json
import os
import statistics
import time
from pathlib import Path

import pytest

from cards.answers.case import grade_case
from sims.maths import to_text
from sims.maths.cases import judge_case
from sims.maths.errors import MathsError
from sims.maths.judge import TESTS
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.worker.parent import Worker
from studytui.grading import judged, started

SHARED = Path(os.environ.get("STUDYTUI_SHARED", Path(__file__).parents[3] / "shared"))
MEASURE = SHARED / "measure"
CORE = (
    "AlgEquiv", "Int", "Diff", "Sets", "SysEquiv", "NumRelative", "NumAbsolute", "NumDecPlaces",
    "NumSigFigs",
)  # fmt: skip
MUTATED = ("AlgEquiv", "Diff", "EqualComAss", "FacForm", "PartFrac", "SingleFrac", "CompSquare")
SYMPY_SECONDS = 3.0
MUTANTS = 1_000


@pytest.fixture(autouse=True)
def _only_when_asked(request):
    asked = any("benchmarks" in str(a) for a in request.config.invocation_params.args)
    if not asked:
        pytest.skip("a benchmark: run `make bench`")


def rows(name):
    """Return the cases of a file, or skip."""
    path = MEASURE / name
    if not path.exists():
        pytest.skip(f"no {name}: set STUDYTUI_SHARED to the folder that holds measure/")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def worker():
    child = started(
        "cards.answers.case", "sims.maths.comparison.algebra", "sims.maths.answer_forms.forms"
    )
    yield child
    child.close()


def accepted(line):
    return line["verdict"] in ("equal", "equal-where-defined")


def score(cases):
    """Return per test [right, undecided, refused wrongly, accepted wrongly], and the seconds.

    They are seconds of the processor, so that a busy machine makes no answer slow.
    """
    table = collections.defaultdict(lambda: [0, 0, 0, 0])
    seconds = []
    for case in cases:
        start = time.process_time()
        line = grade_case(case)
        seconds.append(time.process_time() - start)
        right = accepted(line) == case["expected"]
        undecided = line["verdict"] == "undecided"
        column = 1 if undecided else 0 if right else 2 if case["expected"] else 3
        table[case["test"]][column] += 1
        if column:
            print(
                f"  {line['verdict']:10} {str(case['student'])[:60]} | {str(case['teacher'])[:60]}"
            )
    return table, seconds


def share(table, names):
    counts = [table[name] for name in names]
    return sum(c[0] for c in counts) / max(1, sum(map(sum, counts)))


def test_stack_answers():
    cases = [
        row for row in rows("stack_open.jsonl") if row["basis"] == "maths" and row["test"] in TESTS
    ]
    table, seconds = score(cases)
    print(f"\n{'test':20}{'right':>7}{'undecided':>11}{'missed':>8}{'false accept':>14}")
    for name, counts in sorted(table.items()):
        print(f"{name:20}{counts[0]:7}{counts[1]:11}{counts[2]:8}{counts[3]:14}")
    core, every = share(table, [n for n in CORE if n in table]), share(table, list(table))
    print(f"core {core:.2%}, all {every:.2%}, median {statistics.median(seconds) * 1e3:.1f} ms, "
          f"longest {max(seconds):.2f} s")  # fmt: skip
    assert not sum(counts[3] for counts in table.values())
    assert core >= 0.98
    assert every >= 0.90
    assert max(seconds) < 2


def test_peers_answers():
    cases = [row for row in rows("peer_open.jsonl") if row["test"] == "compareExpressions"]
    table, _ = score(cases)
    print(dict(table))
    assert not sum(counts[3] for counts in table.values())
    assert share(table, ["compareExpressions"]) >= 0.90


def test_invalid_answers_get_a_message_at_once(worker):
    for case in rows("stack_invalid.jsonl"):
        if case["test"] not in TESTS:
            continue
        start = time.thread_time()
        line = judge_case(case)
        assert line["verdict"] == "invalid", case
        assert line["message"]
        assert time.thread_time() - start < 0.1


def test_one_node_mutants_of_accepted_answers(mutants):
    tried, passed, undecided = 0, [], 0
    names = Names(lenient=True, calls=True)
    for case in rows("stack_open.jsonl"):
        if case["test"] not in MUTATED or case["basis"] != "maths" or not case["expected"]:
            continue
        if tried >= MUTANTS:
            break
        for mutant in mutants(parse_named(case["student"], names))[:12]:
            text = to_text(mutant)
            line = judge_case({**case, "student": text})
            tried += 1
            undecided += line["verdict"] == "undecided"
            if accepted(line):
                passed.append(f"  {case['test']}: {text}  =  {case['teacher']}")
    print(f"\n{tried} mutants, {undecided} undecided, {len(passed)} accepted:", *passed, sep="\n")
    assert tried >= MUTANTS


SYMPY = """
import sympy
from sims.maths.syntax.parser import parse_named
from sims.maths.comparison.symbolic import Symbolic
from sims.maths.evaluation.symbols import symbols_of
from sims.maths.syntax.names import Names

def decide(arguments, send):
    names = Names(lenient=True, calls=True)
    sides = [parse_named(arguments[key], names) for key in ("student", "teacher")]
    builder = Symbolic(symbols_of(sides, {}).domains)
    left, right = (builder.value(side) for side in sides)
    if arguments["rule"] == "equals":
        return left.equals(right)
    return bool(sympy.simplify(left - right) == 0)
"""


def test_beside_sympy(worker, tmp_path, monkeypatch):
    cases = [
        row
        for row in rows("stack_open.jsonl")
        if (row["test"], row["basis"], row["kind"]) == ("AlgEquiv", "maths", "expression")
        and not row["options"]
    ]
    (tmp_path / "sympy_rules.py").write_text(SYMPY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    peer = Worker()
    peer.warm("sympy_rules")
    print(f"\n{len(cases)} pairs{'right':>16}{'undecided':>11}{'wrong':>7}{'seconds':>9}")
    try:
        for rule in ("equals", "simplify"):
            _row(f"sympy {rule}", cases, lambda case, r=rule: _sympy(peer, case, r))
    finally:
        peer.close()
    _row("ours", cases, lambda case: _ours(worker, case))


def _row(name, cases, decide):
    start, counts = time.perf_counter(), collections.Counter()
    for case in cases:
        says = decide(case)
        counts[
            "undecided" if says is None else "right" if says == case["expected"] else "wrong"
        ] += 1
    seconds = time.perf_counter() - start
    print(f"{name:16}{counts['right']:8}{counts['undecided']:11}{counts['wrong']:7}{seconds:9.1f}")


def _sympy(peer, case, rule):
    from sims.worker.parent import WorkerError

    arguments = {"student": case["student"], "teacher": case["teacher"], "rule": rule}
    try:
        return peer.call("sympy_rules:decide", arguments, seconds=SYMPY_SECONDS)
    except (WorkerError, MathsError):
        return None


def _ours(worker, case):
    line = judged(worker, case)
    return None if line["verdict"] == "undecided" else accepted(line)
