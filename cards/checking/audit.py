"""The audit of a note: its claims, its equations of numbers and its sentences, row by row.

The caller decides claims (in the worker), numbers are recomputed here, and sentences are linked to
the claims of bundled topics by `cards.checking.sentences`. A statement that nobody decided is shown
as not checked.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cards.checking.row import NOT_CHECKED, Row

if TYPE_CHECKING:
    from cards.formats.claim_fence import Fence
    from sims.claims.number_equations import Equation

Decide = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From a statement's dict to its evidence's dict, as `sims.claims.decide:decide_task` gives."""

_LONGEST = 400
DECIDED = ("HOLDS", "FAILS", "CONDITIONAL", "AGREES")


@dataclass(frozen=True)
class Problem:
    """A fence that cannot be read: its place, and what to write."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return `file:line: message`."""
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Audit:
    """The rows of some notes, and the fences that cannot be read."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: "Audit") -> "Audit":
        """Return the audit of both."""
        return Audit(self.rows + other.rows, self.problems + other.problems)

    @property
    def summary(self) -> dict[str, int]:
        """The number of statements, and of those with each outcome."""
        checked = [row for row in self.rows if row.verdict in DECIDED]
        return {
            "statements": len(self.rows),
            "checked": len(checked),
            "refuted": sum(row.wrong for row in self.rows),
            "conditional": sum(row.verdict == "CONDITIONAL" for row in self.rows),
            "not_checked": sum(row.verdict == NOT_CHECKED for row in self.rows),
            "undecided": sum(row.verdict == "UNDECIDED" for row in self.rows),
            "known_false": sum(row.known == "false" and not row.wrong for row in self.rows),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return what `studytui audit --json` prints."""
        return {
            "statements": [_contract(row) for row in self.rows],
            "problems": [asdict(problem) for problem in self.problems],
            "summary": self.summary,
        }


def _contract(row: Row) -> dict[str, Any]:
    """Return a row for `--json`, without the field that only the app needs."""
    data = row.to_dict()
    del data["statement"]
    return data


def audit_note(path: str, text: str, decide: Decide) -> Audit:
    """Return the audit of one note, the sentences that nobody decided included."""
    from cards.checking import sentences
    from cards.formats.claim_fence import code_lines, fences
    from sims.claims.number_equations import equations

    rows: list[Row] = []
    problems: list[Problem] = []
    for fence in fences(text) if "```claim" in text or "~~~" in text or "``` claim" in text else ():
        row, problem = _fence(path, fence, decide)
        rows += [row] if row else []
        problems += [problem] if problem else []
    code = code_lines(text)
    lines = text.split("\n")
    for equation in equations(text, code):
        if row := _number(path, equation):
            line = lines[row.line - 1].strip()
            rows.append(replace(row, text=line if len(line) <= _LONGEST else row.text))
    rows += sentences.rows(path, text, {row.line for row in rows}, code)
    rows.sort(key=lambda row: (row.line, row.kind))
    return Audit(tuple(rows), tuple(problems))


def _fence(path: str, fence: "Fence", decide: Decide) -> tuple[Row | None, Problem | None]:
    """Return the row of a claim, or its problem."""
    if fence.statement is None:
        return None, Problem(path, fence.error_line, fence.error)
    statement = fence.statement
    evidence = decide(statement.to_dict())
    if "error" in evidence:
        line = fence.opened + 1 + int(evidence.get("line", 0))
        return None, Problem(path, line, str(evidence["error"]))
    row = Row(
        file=path,
        line=fence.line,
        text=fence.text or statement.says or statement.claim,
        kind="fence",
        claim=statement.id or None,
        known=statement.known,
        statement=statement.to_dict(),
    )
    return with_evidence(row, evidence), None


def with_evidence(row: Row, evidence: Mapping[str, Any]) -> Row:
    """Return a row with the evidence of a decision."""
    return replace(
        row,
        decided_as=evidence.get("decided_as", ""),
        verdict=str(evidence["verdict"]),
        evidence=evidence.get("says", ""),
        evidence_kind=evidence.get("kind"),
        condition=evidence.get("condition") or None,
        counterexample=evidence.get("counterexample") or None,
        right=evidence.get("right") or None,
        rule=evidence.get("rule") or None,
        shown=evidence.get("shown", ""),
        power=evidence.get("power"),
        conventions=tuple(evidence.get("conventions", ())),
    )


def _number(path: str, equation: "Equation") -> Row | None:
    """Return the row of an equation of numbers, None for one that cannot be recomputed."""
    from sims.claims.numbers import recomputed

    result = recomputed(equation)
    if result is None:
        return None
    sign = "≈" if equation.sign == "≈" else "="
    row = Row(
        path, equation.line, equation.text, "number",
        decided_as=f"{equation.left} {sign} {equation.right}, to the digits written",
    )  # fmt: skip
    if result.right:
        return replace(
            row, verdict="HOLDS", evidence="recomputed", evidence_kind="proved", shown="✓ proved"
        )
    return replace(
        row, verdict="FAILS", evidence=result.says, evidence_kind="refuted",
        counterexample=result.says, right=result.value, shown=f"✗ {result.says}",
        rule="recomputed to the digits written",
    )  # fmt: skip


def fresh(audit: Audit, baseline: Iterable[Mapping[str, Any]]) -> Audit:
    """Return the audit without the rows of an earlier one, whose lines may have moved."""
    old = {_key(row) for row in baseline}
    return replace(audit, rows=tuple(row for row in audit.rows if _key(_contract(row)) not in old))


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("file", "text", "kind", "decided_as", "verdict"))


def key_of(path: str, text: str) -> dict[str, str]:
    """Return the cache key of a note's audit: its path and its bytes."""
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()
    return {"audit": path, "bytes": digest}


@cache
def language() -> str:
    """Return the version of the language: a digest of the sources that verdicts depend on."""
    total = hashlib.blake2b(digest_size=16)
    root = Path(__file__).parents[2]
    for package in ("sims", "cards"):
        for source in sorted((root / package).rglob("*")):
            if source.suffix in (".py", ".txt") and source.is_file():
                total.update(source.read_bytes())
    return total.hexdigest()


_HEAD = "# Audit\n\n"


def is_report(text: str) -> bool:
    """Whether a text was written by `report`: such a file may be overwritten."""
    counts = text[len(_HEAD) :].partition("\n")[0] if text.startswith(_HEAD) else ""
    return " statements: " in counts and counts.endswith(" not checked.")


def report(audit: Audit) -> str:
    """Return the rows as Markdown: refuted ones first, then conditional ones, then the rest."""
    counts = audit.summary
    lines = [
        f"{_HEAD}{counts['statements']} statements: {counts['checked']} checked, "
        f"{counts['refuted']} refuted, {counts['conditional']} conditional, "
        f"{counts['undecided']} undecided, {counts['not_checked']} not checked.",
    ]  # fmt: skip
    fine = [row for row in audit.rows if not row.wrong]
    groups = {
        "Refuted": [row for row in audit.rows if row.wrong],
        "Conditional": [row for row in fine if row.verdict == "CONDITIONAL"],
        "Undecided": [row for row in fine if row.verdict == "UNDECIDED"],
        "Holds or agrees": [row for row in fine if row.verdict in ("HOLDS", "AGREES")],
        "Known to be wrong": [row for row in fine if row.verdict == "FAILS"],
    }
    for title, rows in groups.items():
        if rows:
            lines += ["", f"## {title}", ""]
            lines += [line for row in rows for line in _reported(row)]
    if audit.problems:
        lines += ["", "## Not read", ""]
        lines += [f"- {problem}" for problem in audit.problems]
    return "\n".join(lines) + "\n"


def _reported(row: Row) -> list[str]:
    text = row.text.replace("\n", " ")
    lines = [f"- **{row.file}:{row.line}** {text}", f"  - decided as: `{row.decided_as}`"]
    lines.append(f"  - {row.verdict} {row.shown}: {row.evidence}")
    if row.condition:
        lines.append(f"  - only if: {row.condition}")
    if row.right:
        lines.append(f"  - right: {row.right}")
    return lines


def dumped(audit: Audit) -> dict[str, Any]:
    """Return an audit as it is kept in a cache."""
    return {
        "rows": [_short(row) for row in audit.rows],
        "problems": [asdict(problem) for problem in audit.problems],
    }


def _short(row: Row) -> dict[str, Any]:
    """Return the fields of a row that are not empty; most rows are sentences with few."""
    return {name: value for name, value in vars(row).items() if value or name == "line"}


def restored(data: Mapping[str, Any]) -> Audit:
    """Return the audit that `dumped` wrote."""
    return Audit(
        tuple(Row.from_dict(row) for row in data["rows"]),
        tuple(Problem(**problem) for problem in data["problems"]),
    )
