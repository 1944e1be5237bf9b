"""Do the claims notice a fault in the model they rest on? Mutants of the code that they execute.

`python tests/sims/mutation.py [TOPIC …] [--count 10] [--light] [--json]` changes one place of a
topic's own code (or of `sims/rl/environments`) at a time: a sign, a dropped factor, min for max,
< for <=, a number off by one, swapped arguments. Only functions that the claims really run are
changed, never a claim's procedure or its cases. A mutant is caught when the outcome of some claim
changes: a verdict of any case, an error, or no end within the time limit.

`survivors.toml` says of mutants that nobody notices why they are harmless, or what is missing.

Each run is a fork of this process with the heavy libraries loaded, which sees the changed source
through an import hook; nothing is written to disk.
"""

import argparse
import ast
import copy
import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import json
import os
import random
import re
import signal
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from sims import registry
from sims.claims.claim import Claim, judge
from sims.claims.evidence import Kind
from sims.run import Run

SEED = 20
REASONS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("survivors.toml").read_text(encoding="utf-8")
)
"""Topic → function and change → why it does no harm, or what would be needed to notice it."""
LIMIT_FACTOR, LIMIT_LEAST = 3, 20


# --- Mutants of a syntax tree ----------------------------------------------------------------

SWAPPED_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
SWAPPED_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
SYMMETRIC = {"allclose", "cosine_similarity", "equal", "hypot", "isclose", "logaddexp"}
"""Functions whose first two arguments may change places."""
SWAPPED_NAMES = {
    "min": "max",
    "max": "min",
    "amin": "amax",
    "amax": "amin",
    "argmin": "argmax",
    "argmax": "argmin",
    "minimum": "maximum",
    "maximum": "minimum",
}


@dataclass(frozen=True)
class Mutant:
    """One changed source: the module it replaces, where, and how."""

    module: str
    function: str
    line: int
    change: str
    source: str


def variants(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield (kind of change, changed copy) of one node."""
    changed: Any = copy.deepcopy(node)
    if isinstance(node, ast.BinOp):
        if type(node.op) in SWAPPED_OPERATORS:
            changed.op = SWAPPED_OPERATORS[type(node.op)]()
            yield "sign", changed
        elif isinstance(node.op, ast.Mult | ast.Div):
            yield "dropped factor", changed.left
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", changed.operand
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPPED_COMPARISONS:
        changed.ops[0] = SWAPPED_COMPARISONS[type(node.ops[0])]()
        yield "bound", changed
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        changed.value += 1
        yield "off by one", changed
    elif isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in SWAPPED_NAMES:
            key = "attr" if isinstance(node.func, ast.Attribute) else "id"
            setattr(changed.func, key, SWAPPED_NAMES[name])
            yield "min for max", changed
        elif (
            name not in SYMMETRIC
            and len(node.args) >= 2
            and not any(isinstance(argument, ast.Starred) for argument in node.args[:2])
        ):
            changed.args[0], changed.args[1] = changed.args[1], changed.args[0]
            yield "swapped arguments", changed


class _Replace(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def mutants(module: str, path: Path, functions: set[tuple[str, int]]) -> Iterator[Mutant]:
    """Yield every mutant of the executed functions of a file, as (name, first line)."""
    source = path.read_text()
    tree = ast.parse(source)
    for function in executed(tree, functions):
        for node in body_nodes(function):
            for kind, new in variants(node):
                if ast.dump(new) == ast.dump(node):
                    continue
                changed = ast.unparse(_Replace(node, new).visit(copy_around(tree, node)))
                old_text, new_text = ast.unparse(node), ast.unparse(new)
                change = f"{kind}: {old_text} -> {new_text}"
                yield Mutant(module, function.name, node.lineno, change, changed)


def copy_around(tree: ast.Module, node: ast.AST) -> ast.Module:
    """Return a deep copy of the tree that shares only `node`, which marks its place."""
    return copy.deepcopy(tree, {id(node): node})


def executed(tree: ast.Module, functions: set[tuple[str, int]]) -> Iterator[ast.FunctionDef]:
    """Yield the module's functions and methods that ran, but none that a topic registers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            registered = any("topic." in ast.unparse(d) for d in node.decorator_list)
            if (node.name, first) in functions and not registered:
                yield node


def body_nodes(function: ast.FunctionDef) -> Iterator[Any]:
    """Yield the expressions of a function's body, without texts, annotations and inner types."""
    waiting: list[ast.AST] = [n for n in function.body if not _is_text(n)]
    while waiting:
        node = waiting.pop(0)
        yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            children = value if isinstance(value, list) else [value]
            waiting += [
                c
                for c in children
                if isinstance(c, ast.AST) and not isinstance(c, ast.JoinedStr | ast.Raise)
            ]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


# --- Running claims in a fork ----------------------------------------------------------------


class _Hook(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Serves the changed source in place of one module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self.mutant.module:
            return None
        real = importlib.machinery.PathFinder.find_spec(name, path)
        assert real
        spec = importlib.util.spec_from_loader(name, self, origin=real.origin)
        assert spec
        spec.submodule_search_locations = real.submodule_search_locations
        return spec

    def get_source(self, name: str) -> str:
        return self.mutant.source

    def is_package(self, name: str) -> bool:
        return False


def forked(work: Any, seconds: float) -> Any:
    """Return `work()` (JSON-able) computed in a fork; None if it raised or took too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        # So much of the processor, however busy the machine is; and an end where it only waits.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.alarm(max(1, int(4 * seconds)))
        try:
            with os.fdopen(writing, "w") as pipe:
                json.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    try:
        return json.loads(text)
    except ValueError:
        return None


def stands(claim: Claim) -> bool:
    """Return whether a claim comes out as expected, its mutant refused and its control passed."""
    judgement = judge(claim, Run())
    return (
        judgement.verdict is claim.expected
        and judgement.mutant_refused
        and judgement.control_passed
    )


_identity = id


def observe(slug: str, id: str) -> dict[str, Any] | None:
    """Return the seconds of a claim and the functions that it runs, by file; None if it fails.

    Called in a fork for each claim: what one keeps for the next would hide functions.
    """
    codes: dict[int, Any] = {}
    root = str(Path(inspect.getfile(registry)).parent)

    def note(frame: Any, event: str, argument: Any) -> None:
        code = frame.f_code
        codes[_identity(code)] = code  # a code's own hash is that of all it holds

    claim = registry.load(slug).claims[id]
    started = time.process_time()
    sys.settrace(note)  # sees calls alone, and none of what is written in C
    try:
        standing = stands(claim)
    finally:
        sys.settrace(None)
    if not standing:
        return None
    seconds = time.process_time() - started
    ran: dict[str, set[tuple[str, int]]] = {}
    for code in codes.values():
        if code.co_filename.startswith(root):
            ran.setdefault(code.co_filename, set()).add((code.co_name, code.co_firstlineno))
    return {"seconds": seconds, "ran": {file: sorted(names) for file, names in ran.items()}}


def survives(slug: str, ids: Sequence[str], mutant: Mutant, limit: float) -> bool:
    """Return whether every claim still stands on the changed code, tried in the order given."""

    def work() -> bool:
        sys.meta_path.insert(0, _Hook(mutant))
        topic = registry.load(slug)
        return all(stands(topic.claims[id]) for id in ids)

    return forked(work, limit) is True


# --- A topic ---------------------------------------------------------------------------------


def lot(slug: str, mutant: Mutant) -> tuple[bytes, int]:
    """Return a mutant's place in a random order that the rest of the code does not change."""
    text = f"{SEED} {slug} {mutant.module} {mutant.change}"
    return hashlib.sha256(text.encode()).digest(), mutant.line


CASES = ("sims.rl.environments.garnet",)
"""Modules that draw the cases of a statement about all of them: other draws are as good."""


def model_files(slug: str, ran: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    """Yield (module, file) of the executed files that are a topic's model or an environment.

    A topic in a folder keeps its procedures in modules of their own; in one file they are
    registered functions, which `executed` leaves out.
    """
    root = Path(inspect.getfile(registry)).parent
    own = f"sims.topics.{slug.replace('-', '_')}"
    for file in sorted(ran):
        parts = Path(file).relative_to(root).with_suffix("").parts
        module = ".".join(["sims", *(part for part in parts if part != "__init__")])
        belongs = module == own or module.startswith((f"{own}.", "sims.rl.environments."))
        checks = parts[-1] == "second_routes" or (module != own and decides(Path(file)))
        if belongs and module not in CASES and not checks:
            yield module, Path(file)


def decides(path: Path) -> bool:
    """Return whether a module of a topic's folder registers claims: it is no model then."""
    kinds = "claim|proved|proved_for_sizes|all_cases|agrees|simulated|ran"
    return re.search(rf"^@topic\.({kinds})\(", path.read_text(), re.MULTILINE) is not None


def examine(slug: str, count: int, light: bool) -> dict[str, Any]:
    """Return how many of `count` seeded mutants of a topic's model its claims catch.

    `light` draws from the code that one quick claim runs, and tries the quick claims only.
    """
    claims = [c for c in catalogue_claims(slug) if c["computed"]]
    ids = [c["id"] for c in claims]
    if light:
        quick = [c["id"] for c in claims if c["formula"] and not c["torch"]]
        ids = quick or ids[:1]
        random.Random(slug).shuffle(ids)
    watched = ids[:1] if light else ids
    looked = {id: forked(lambda id=id: observe(slug, id), 3600) for id in watched}
    seen: dict[str, dict[str, Any]] = {id: one for id, one in looked.items() if one}
    ran: dict[str, set[tuple[str, int]]] = {}
    for one in seen.values():
        for file, names in one["ran"].items():
            ran.setdefault(file, set()).update((name, line) for name, line in names)
    found = {  # by source, since the body of an inner function is part of the outer one's
        mutant.source: (str(path), function, mutant)
        for module, path in model_files(slug, ran)
        for function in sorted(ran[str(path)])
        for mutant in mutants(module, path, {function})
    }
    chosen = sorted(found.values(), key=lambda one: lot(slug, one[2]))[:count]
    survivors = []
    for file, function, mutant in chosen:
        if light:
            order, limit = ids, 300.0
        else:
            using = [id for id in seen if list(function) in seen[id]["ran"].get(file, [])]
            order = sorted(using, key=lambda id: seen[id]["seconds"])
            limit = LIMIT_LEAST + LIMIT_FACTOR * sum(seen[id]["seconds"] for id in using)
        if survives(slug, order, mutant, limit):
            change = f"{mutant.function}: {mutant.change}"
            reason = REASONS.get(slug, {}).get(change, "")
            survivors.append(
                {"place": f"{mutant.module}:{mutant.line}", "change": change, "why": reason}
            )
    caught = len(chosen) - len(survivors)
    return {"topic": slug, "mutants": len(chosen), "caught": caught, "survivors": survivors}


def catalogue_claims(slug: str) -> list[dict[str, Any]]:
    """Return what is needed to choose claims, read in a fork: topics stay unimported here."""

    def work() -> list[dict[str, Any]]:
        return [
            {
                "id": claim.id,
                "computed": claim.procedure is not None,
                "formula": claim.kind is Kind.FORMULA,
                "torch": "torch" in inspect.unwrap(claim.procedure or work).__code__.co_names,
            }
            for claim in registry.load(slug).claims.values()
        ]

    return forked(work, 60) or []


def main() -> None:
    """Examine topics and print what they catch and what survives."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topics", nargs="*")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--light", action="store_true", help="one quick exact claim a topic")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--asked", action="store_true", help="a topic for each line that is read")
    options = parser.parse_args()
    for module in ("torch", "sympy", "mpmath", "scipy.stats", "scipy.optimize"):
        importlib.import_module(module)
    for topics in ([line.strip()] for line in sys.stdin) if options.asked else [options.topics]:
        report(topics or registry.available(), options)


def report(topics: Sequence[str], options: argparse.Namespace) -> None:
    """Examine topics, and print what was found."""
    results = []
    for slug in topics:
        results.append(examine(slug, options.count, options.light))
        if not options.json:
            print("{topic}: {caught} of {mutants} caught".format(**results[-1]), flush=True)
            for survivor in results[-1]["survivors"]:
                why = survivor["why"] or "no reason is written down"
                print(f"    survives: {survivor['place']}: {survivor['change']}", flush=True)
                print(f"        {why}", flush=True)
    if options.json:
        print(json.dumps(results), flush=True)


if __name__ == "__main__":
    main()
