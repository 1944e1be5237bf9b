"""Definitions that ship: text in the language of claims, read at first use.

`BUILT_IN` are those of the maths language itself, said in the same words, so that a person sees
what `entropy` or `KL` means; a note's own definition of the name goes before either.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from sims.claims.vocabulary import SPOKEN
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tree import Call, Definition, Node

BUILT_IN = {
    "entropy": "entropy(p) = -sum(p_i*log(p_i), i), in nats, with 0*log(0) = 0",
    "crossentropy": "crossentropy(p, q) = -sum(p_i*log(q_i), i), in nats",
    "KL": "KL(p, q) = sum(p_i*log(p_i/q_i), i), in nats, with 0*log(0) = 0",
    "softmax": "softmax(z)_i = exp(z_i)/sum(exp(z_j), j)",
    "logsumexp": "logsumexp(z) = log(sum(exp(z_j), j))",
    "sigmoid": "sigmoid(x) = 1/(1 + exp(-x))",
    "softplus": "softplus(x) = log(1 + exp(x))",
    "relu": "relu(x) = max(x, 0)",
    "leakyrelu": "leakyrelu(x) = max(x, 0.01*x)",
    "silu": "silu(x) = x*sigmoid(x)",
    "gelu": "gelu(x) = x*normcdf(x)",
    "logit": "logit(p) = log(p/(1 - p))",
    "normcdf": "normcdf(x) = P(Z <= x) for Z ~ Normal(0, 1)",
    "mean": "mean(x) = sum(x_i, i)/size(x)",
    "var": "var(x) = sum((x_i - mean(x))^2, i)/size(x), over N",
    "std": "std(x) = sqrt(var(x)), over N",
    "norm": "norm(x) = sqrt(sum(x_i^2, i)); norm(A) of a matrix is the Frobenius norm",
    "delta": "delta(i, j) = 1 if i = j, else 0",
    "bellman": "bellman(M, v, g)_s = max_a sum(p*(r + g*v_next)), the optimal Bellman operator",
    "log": "log(x) is the natural logarithm",
}  # fmt: skip


@lru_cache(maxsize=1)
def texts() -> Mapping[str, str]:
    """Return every shipped definition by name, as it is written."""
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    kept = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return {line.partition("(")[0]: line for line in kept}


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Definition]:
    """Return every shipped definition, read."""
    found: dict[str, Definition] = {}
    for name, line in texts().items():
        head, _, body = line.partition(" = ")
        parameters = tuple(part.strip() for part in head.partition("(")[2].rstrip(")").split(","))
        arrays = {p: "vector" if f"{p}_" in body else "real" for p in parameters}
        words = dict.fromkeys((*texts(), *SPOKEN), "function")
        tree = parse_named(body, Names({**words, **arrays}))
        found[name] = Definition(name, parameters, tree)
    return found


def listed() -> list[dict[str, str]]:
    """Return every definition as name and text, those of the maths language among them."""
    return [{"name": name, "text": text} for name, text in sorted({**BUILT_IN, **texts()}.items())]


def used_in(nodes: list[Node]) -> list[str]:
    """Return the texts of the built-in definitions that some trees call."""
    names = {part.function for node in nodes for part in node.walk() if isinstance(part, Call)}
    return [
        text for name, text in BUILT_IN.items() if name in names and name not in ("log", "mean")
    ]
