"""Fences of strangers: whatever they hold, reading and deciding ends in words, within limits."""

import contextlib
import os
import random
import time

import pytest

from cards.formats.claim_fence import FenceError, parse
from sims.claims.decide import decide_task
from sims.maths.syntax.vocabulary import words

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
PARSED, DECIDED = (100_000, 2_000) if SOAK else (2_000, 25)
WORDS = words(
    "x y n p A B X Y f(x) E[X] Var(X) P(X>0) ^ * + - / = <= < ≈ => and or not ( ) [ ] { } , ; | "
    "1 2 0 -1 1/2 10^9 9^9^9 1e400 sum(i,i,1,n) sum(x_i,i) lim(1/n,n,inf) det(A) inv(A) norm(x) "
    "sqrt log exp __class__ eval import \\frac{1}{2} $x$ \\begin{cases} mod given in {1,2} if( "
    "diff(f(x),x) int(x,x,0,1) x^T A^T psd(A) rank(A) is O(n,n) defined T(n) x[t] steps(C,a,b) inf "
    "é ∑ √ 🙂 \u202e \x00 % ! _ ~ : = = binomial(n,5) factorial(n) n! gcd(n,6) 1000000!"
)
DOMAINS = words(
    "real positive natural prime integer vector(n) matrix(n,n) psd(n) simplex(n) unit(n) function "
    "in(0,1) residue(7) boolean vector(99999) matrix(m) in{} quantity(m) purple complex"
)
LAWS = words(
    "Normal(0,1) Normal(0,-1) Binomial(n,p) Binomial(10^9,p) iid(Normal(0,1),n) any(m) "
    "table{1:1/2,2:1/2} table{1:2} Poisson(l) sample([1,2],3) Nope(1) Exponential( Geometric(p)"
)
LETS = (
    "f(x) = f(x)", "f(x) = x^2", "T(1) = 1", "T(n) = 2*T(n/2) + n", "x[t+1] = x[t]^9", "x[0] = 9",
    "C = chain{a: {b: 1/2, a: 1/2}}", "M = mdp{s: {go: [(1, s, 1)]}}", "C = chain{", "a = a",
)  # fmt: skip


def fence(draw: random.Random) -> list[str]:
    lines = [f"claim: {' '.join(draw.choices(WORDS, k=draw.randint(1, 9)))}"]
    if draw.random() < 0.6:
        names = draw.sample(["x", "y", "n", "p", "A", "B", "f", "m"], k=draw.randint(1, 4))
        pairs = ", ".join(f"{name}: {draw.choice(DOMAINS)}" for name in names)
        lines.append(f"variables: {{{pairs}}}")
    if draw.random() < 0.4:
        lines.append(f"draw: X ~ {draw.choice(LAWS)}")
    if draw.random() < 0.4:
        lines += [f"let: {draw.choice(LETS)}" for _ in range(draw.randint(1, 3))]
    if draw.random() < 0.3:
        lines.append(f"if: {' '.join(draw.choices(WORDS, k=3))}")
    draw.shuffle(lines)
    return lines


def test_any_fence_is_read_or_refused_in_words():
    draw = random.Random(1)
    for _ in range(PARSED):
        with contextlib.suppress(FenceError):
            parse(fence(draw))


def test_any_claim_ends_in_words_within_its_limits():
    draw = random.Random(2)
    decided = 0
    while decided < DECIDED:
        try:
            statement = parse(fence(draw))
        except FenceError:
            continue
        started = time.thread_time()
        found = decide_task(
            {"statement": statement.to_dict(), "attack": False}, lambda message: None
        )
        assert found.get("error") or found["verdict"]
        assert time.thread_time() - started < 25
        decided += 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"claim": "E[X] = 1", "draw": ("X ~ Normal(0, -1)",)}, "needs -1 >= 0"),
        ({"claim": "E[X] = 1", "draw": ("X ~ table{1: 1/2, 2: 1/3}",)}, "sums to 5/6"),
        ({"claim": "x = 1", "variables": {"x": "integer in [1, 10000000]"}}, "10,000,000 cases"),
        ({"claim": "x[t] > 0", "let": ("x[0] = 9", "x[t+1] = x[t]^9"),
          "variables": {"t": "natural"}}, ""),
        ({"claim": "f(x) = 1", "let": ("f(x) = f(x)",)}, "start"),
        ({"claim": "A*x = x", "variables": {"A": "matrix(2, 3)", "x": "vector(2)"}}, "sizes"),
        ({"claim": "__import__(x) = 1"}, "_"),
        ({"claim": "steps(C, a, z) = 1", "let": ("C = chain{a: {b: 1}}",)}, "states are a, b"),
        ({"claim": "E[X] = 1", "draw": ("X ~ Normal(Y, 1)", "Y ~ Normal(X, 1)")}, "after it"),
        ({"claim": "x in 3"}, "set"),
        ({"claim": "x = 1", "within": "soon"}, "tolerance"),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_a_sentence(fields, says):
    from sims.claims.statement import Statement

    found = decide_task({"statement": Statement(**fields).to_dict()}, lambda message: None)
    assert says in (found.get("error") or found["says"])
