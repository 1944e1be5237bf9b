"""Claims: processor time of a decision and of an audit, and sympy on the same claims.

Each claim is decided as in the worker, mutants and conditions included. sympy gets the same
statement as its own user would write it: `simplify` of the difference of both sides, which can
prove and never refute; of random variables, the same with `sympy.stats`, whose difference is
refuted where `equals` says so.
"""

import importlib
import signal
import statistics
import time
from pathlib import Path

import pytest

from cards.checking.audit import audit_note, dumped, restored
from cards.formats.claim_fence import parse
from sims.claims.decide import decide
from sims.claims.statement import statement_of

LIMIT = 10.0
"""Seconds of processor time that sympy has for a claim, as the deciders have."""

SIGNS = ("<", ">", "mod", "≈")
DATA = Path(__file__).parents[1] / "sims" / "claims"


def claims(name):
    found = []
    for block in (DATA / name).read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            found.append((lines[0].split()[0], parse(lines[1:])))
    return found


def seconds(statement):
    started = time.process_time()
    evidence = decide(statement)
    return time.process_time() - started, evidence


def test_a_claim_is_decided_quickly(capsys):
    decide(statement_of([("claim", "x + x = 2*x", 0)]))
    importlib.import_module("sims.claims.simulate")
    plain, random = [], []
    for verdict, statement in claims("hundred_statements.txt"):
        took, evidence = seconds(statement)
        assert evidence.verdict == verdict
        (random if statement.draw else plain).append(took)
    with capsys.disabled():
        for name, times in (("symbolic or numeric", plain), ("with random variables", random)):
            print(f"\n  {len(times)} claims {name}: median {statistics.median(times):.3f} s, "
                  f"slowest {max(times):.2f} s", end="")  # fmt: skip
        print()
    assert statistics.median(plain) <= 0.2
    assert statistics.median(random) <= 2


def test_beside_sympy_on_the_same_claims(capsys):
    sympy = importlib.import_module("sympy")
    algebra = importlib.import_module("sims.claims.algebra").Algebra
    read = importlib.import_module("sims.claims.language").read
    rows = {"ours": [0, 0, 0, 0.0], "sympy": [0, 0, 0, 0.0]}
    every = claims("hundred_statements.txt") + claims("statements.txt")
    chosen = [
        (verdict, statement)
        for verdict, statement in every
        if not (statement.draw or statement.let or any(sign in statement.claim for sign in SIGNS))
        and "=" in statement.claim
    ][:40]
    for verdict, statement in chosen:
        took, evidence = seconds(statement)
        _count(
            rows["ours"],
            evidence.verdict == verdict,
            evidence.verdict in ("UNDECIDED", "AGREES"),
            took,
        )
        started = time.process_time()
        try:
            reading = read(statement)
            sides = [
                algebra(reading, {"n": 3, "m": 3}).value(side) for side in reading.goal.operands
            ]
            gap = sides[0] - sides[1] if not hasattr(sides[0], "rows") else None
            zero = None if gap is None else sympy.simplify(gap) == 0
        except Exception:  # whatever sympy makes of it, it does not decide
            zero = None
        said = "HOLDS" if zero else None
        _count(rows["sympy"], said == verdict, said is None, time.process_time() - started)
    with capsys.disabled():
        print(f"\n  {len(chosen)} claims      right  undecided  wrong  seconds")
        for name, (right, open_, wrong, took) in rows.items():
            print(f"  {name:<12} {right:8} {open_:10} {wrong:6} {took:8.1f}")
    assert rows["ours"][2] == 0


def test_beside_sympy_stats_on_the_same_claims(capsys):
    sympy = importlib.import_module("sympy")
    stats = importlib.import_module("sympy.stats")
    written = _in_stats(sympy, stats)
    rows = {"ours": [0, 0, 0, 0.0], "sympy.stats": [0, 0, 0, 0.0]}
    chosen = [row for row in claims("hundred_statements.txt") if row[1].draw]
    for verdict, statement in chosen:
        took, evidence = seconds(statement)
        open_ = evidence.verdict in ("UNDECIDED", "AGREES")
        _count(rows["ours"], evidence.verdict == verdict, open_, took)
        started = time.process_time()
        said = _said_by_stats(sympy, written.get(statement.claim))
        took = time.process_time() - started
        _count(rows["sympy.stats"], said == verdict, said is None, took)
    with capsys.disabled():
        print(f"\n  {len(chosen)} claims      right  undecided  wrong  seconds")
        for name, (right, open_, wrong, took) in rows.items():
            print(f"  {name:<12} {right:8} {open_:10} {wrong:6} {took:8.1f}")
    assert rows["ours"][2] == 0


def _in_stats(sympy, st):
    """Return claim → the difference that a user of sympy.stats writes.

    Laws of which only moments are known, and samples without replacement, cannot be written.
    """
    n = sympy.Symbol("n", positive=True, integer=True)
    p, rate = sympy.symbols("p l", positive=True)
    half = sympy.Rational(1, 2)
    binomial, trials = st.Binomial("X", n, p), st.Geometric("X", p)
    calls, waits = st.Poisson("X", rate), st.Exponential("X", rate)
    even, die = st.Uniform("X", 0, 1), st.Die("X")
    most = sympy.Eq(sympy.Max(die, st.Die("Y")), 6)
    return {
        "E[X^2] = n*p*(1 - p) + n^2*p^2": lambda: st.E(binomial**2) - n * p * (1 - p) - n**2 * p**2,
        "Var(X) = n*p": lambda: st.variance(binomial) - n * p,
        "Var(X) = E[X]": lambda: st.variance(calls) - st.E(calls),
        "Var(X) = 1/p^2": lambda: st.variance(trials) - 1 / p**2,
        "P(X^2 <= 1/4) = 1/2": lambda: st.P(even**2 <= half**2) - half,
        "E[X^2] = 1/4": lambda: st.E(even**2) - half**2,
        "P(X > 1/l) = exp(-1)": lambda: st.P(waits > 1 / rate) - sympy.exp(-1),
        "median(X) = 1/l": lambda: next(iter(st.median(waits))) - 1 / rate,
        "E[X] = 7/2 and Var(X) = 35/12": lambda: (
            abs(st.E(die) - 7 * half) + abs(st.variance(die) - sympy.Rational(35, 12))
        ),
        "Var(X) = 3": lambda: st.variance(die) - 3,
        "P(max(X, Y) = 6) = 1/3": lambda: st.P(most) - sympy.Rational(1, 3),
        "P(max(X, Y) = 6) = 11/36": lambda: st.P(most) - sympy.Rational(11, 36),
    }


def _said_by_stats(sympy, difference):
    """Return the verdict on a difference, None where sympy gives none within the limit."""
    if difference is None:
        return None

    def stop(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    try:
        gap = sympy.simplify(difference())
        zero = True if gap == 0 else gap.equals(0)
    except Exception:  # whatever sympy makes of it, it does not decide
        zero = None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return {True: "HOLDS", False: "FAILS"}.get(zero)


def _count(row, right, undecided, took):
    row[0] += right
    row[1] += undecided and not right
    row[2] += not right and not undecided
    row[3] += took


@pytest.fixture
def megabytes():
    paragraph = (
        "- The mean of 70, 80 and 90 is (70 + 80 + 90)/3 = 80, and $\\frac{1}{3} \\approx 0.333$.\n"
        "- A hash table keeps its load below one, so that a look-up takes constant time.\n"
        "- With $x = \\frac{a + b}{2}$ the gap is $b - a$, whatever the sign of $a$ may be.\n\n"
    )
    return paragraph * (2_000_000 // len(paragraph))


def test_two_megabytes_of_notes_are_audited_in_five_seconds(megabytes, capsys):
    started = time.process_time()
    found = audit_note("n.md", megabytes, lambda statement: {})
    first = time.process_time() - started
    kept = dumped(found)
    started = time.process_time()
    assert restored(kept).summary == found.summary
    again = time.process_time() - started
    with capsys.disabled():
        print(f"\n  audit of 2 MB: {first:.2f} s, from the cache {again:.2f} s")
    assert found.summary["refuted"] == 0
    assert first <= 5
    assert again <= 0.5


PICTURES = {
    "both sides": [("claim", "e^x >= 1 + x", 0)],
    "running mean": [("draw", "X ~ Normal(0, 1)", 0), ("claim", "E[abs(X)] = 1", 1)],
    "trajectory": [("let", "x[0] = 1", 0), ("let", "x[t+1] = x[t]/2 + 1", 1),
                   ("claim", "lim(x[t], t, inf) = 2", 2)],
    "values": [("let", "M = mdp{s: {go: [(1, t, 1)]}, t: {stay: [(1, t, 2)]}}", 0),
               ("claim", "optimal(M, 9/10, s) = 19", 1)],
    "law of a chain": [("let", "C = chain{a: {a: 1/2, b: 1/2}, b: {a: 1}}", 0),
                       ("claim", "stationary(C) = [2/3, 1/3]", 1)],
    "points": [("variables", "{A: matrix(n, n), B: matrix(n, n)}", 0),
               ("claim", "trace(A*B) = trace(B*A)", 1)],
}  # fmt: skip


class Shown(Exception):  # noqa: N818 - it ends a picture at its first frame
    """The first frame is there."""


def test_a_picture_shows_its_first_frame_within_a_second(capsys):
    task = importlib.import_module("sims.claims.picture").picture_task

    def first(fields):
        def send(message):
            if "frame" in message:
                raise Shown

        started = time.process_time()
        with pytest.raises(Shown):
            task({"statement": statement_of(fields).to_dict(), "settings": {}, "seed": 0}, send)
        return time.process_time() - started

    for fields in PICTURES.values():
        first(fields)  # the worker is warm once it has drawn one
    times = {name: first(fields) for name, fields in PICTURES.items()}
    with capsys.disabled():
        print("\n  first frame: " + ", ".join(f"{n} {t:.3f} s" for n, t in times.items()))
    assert max(times.values()) <= 1
