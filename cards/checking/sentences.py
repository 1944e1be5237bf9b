"""The sentences of a note that have no fence and no numbers: statements that are not checked.

A statement is a bullet, or a paragraph of prose. Those under the heading of a bundled topic may be
linked to its claims; one that nobody decided is listed as such.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cards.checking.row import Row

_BULLET = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s+(?P<text>\S.*)$")
_NONE = re.compile(r"\s*(?:#|\||!\[|\[[^\]]*\]:|---|===|\$\$|<|>\s*$|```|~~~|[-*_]{3,}\s*$)")
_ASKED = re.compile(r"Q:\s*(?P<question>.+?)\s+A:\s*(?P<answer>.+)", re.DOTALL)
_LONGEST = 400


def statements(text: str, code: set[int]) -> Iterator[tuple[int, str]]:
    """Yield the statements of a note: their 1-based line and their words."""
    lines = text.split("\n")
    number, total = _after_front_matter(lines), len(lines)
    while number < total:
        line = lines[number]
        start = number
        number += 1
        if number - 1 in code or not line.strip() or _NONE.match(line):
            continue
        bullet = _BULLET.match(line)
        words = [bullet["text"] if bullet else line.strip()]
        while number < total and number not in code and _goes_on(lines[number]):
            words.append(lines[number].strip())
            number += 1
        if line.startswith("Q:") and number < total and lines[number].startswith("A:"):
            words.append(lines[number].strip())  # question and answer are one statement
            number += 1
            while number < total and number not in code and _goes_on(lines[number]):
                words.append(lines[number].strip())
                number += 1
        said = " ".join(words)
        if len(said.split()) >= 3:
            yield start + 1, said[:_LONGEST]


def _goes_on(line: str) -> bool:
    """Whether a line goes on with the paragraph above it."""
    return (
        bool(line.strip())
        and not _NONE.match(line)
        and not _BULLET.match(line)
        and not (line[1:2] == ":" and line[0] in "QAC")
    )


def _after_front_matter(lines: list[str]) -> int:
    if not lines or lines[0].strip() != "---":
        return 0
    return next((k + 1 for k in range(1, min(60, len(lines))) if lines[k].strip() == "---"), 0)


def rows(path: str, text: str, taken: set[int], code: set[int]) -> list[Row]:
    """Return a row for each statement that has none yet; `taken` holds the lines that do.

    One under a bundled topic is linked to the claim that it is, whose verdict and evidence it gets,
    and to those that are near.
    """
    from sims.registry import available

    places, topics = _topics(path, text), frozenset(available())
    lines = text.split("\n")
    found: list[Row] = []
    for line, said in statements(text, code):
        if line in taken:
            continue
        place = bisect_right(places, line, key=lambda one: one[0]) - 1
        _, slug, headings = places[place] if place >= 0 else (0, "", ())
        row = Row(path, line, said, "sentence")
        found.append(linked(row, slug, headings, lines) if slug in topics else row)
    return found


def _topics(path: str, text: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return where the text of each topic begins: its 1-based line, its slug, its headings."""
    from cards.formats.outline import without_front_matter
    from cards.formats.outline.sections import cut
    from cards.formats.source import deck_of
    from cards.formats.topics import topic_of

    sections, _ = cut(without_front_matter(text.split("\n")))
    name = deck_of(path)
    return sorted(
        (
            section.line + 1,
            topic_of(list(enumerate(section.headings, 1)), name),
            tuple(section.headings),
        )
        for section in sections
    )


def linked(row: Row, slug: str, headings: Sequence[str] = (), lines: Sequence[str] = ()) -> Row:
    """Return the row of a statement under a topic, with the verdict on its claim.

    Of several claims in one statement the first that fails or has a condition stands for it; the
    others are related. What a claim refutes comes before what holds. `headings` are those above
    it, `lines` those of its note.
    """
    from cards.statements.joined import claims_in
    from cards.statements.links import link
    from sims.registry import claim as claim_of

    text = _told(row.text)
    claims = [claim_of(one.claim) for one in claims_in(slug, text)]
    worst = ("FAILS", "CONDITIONAL")
    ranks = {verdict: place for place, verdict in enumerate(worst)}
    claim = min(claims, key=lambda one: ranks.get(one.expected.value, len(worst)), default=None)
    if claim is None or claim.expected.value != "FAILS":
        against = _against(row, slug, text, headings, lines)
        if against is not None:
            return against
    if claim is None:
        return replace(row, related=link(slug, text).related)
    refuted = claim.expected.value == "FAILS" and claim.procedure is not None
    return replace(
        row,
        claim=claim.id,
        verdict=claim.expected.value,
        decided_as=claim.decided_as,
        evidence=f"bundled claim {claim.id}: {claim.says}",
        evidence_kind="refuted" if refuted else claim.by.value,
        condition=claim.condition or None,
        right=claim.right or None,
        source=claim.source or None,
        rule=claim.rule or None,
        related=tuple(one.id for one in claims if one is not claim),
    )


def _against(
    row: Row, slug: str, text: str, headings: Sequence[str], lines: Sequence[str]
) -> Row | None:
    """Return the row of a statement that a claim refutes, with the claim's verdict on it."""
    from cards.statements.joined import beside, counts
    from cards.statements.refutations import Around, refuted_in
    from cards.statements.verdicts import contrary, correction
    from sims.registry import claim as claim_of

    if len(row.text) >= _LONGEST:
        return None  # what it ends with is cut off
    for found in refuted_in(slug, text):
        claim, verdict = claim_of(found.claim), contrary(found.claim)
        around = Around(row.file, headings, lines, row.line)
        if verdict is None or not counts(slug, text, found, around):
            continue
        told = claim.decided_as or "a source says so"
        refuted = verdict == "FAILS" and claim.procedure is not None
        return replace(
            row,
            claim=claim.id,
            verdict=verdict.value,
            decided_as=found.decided_as,
            evidence=f"contrary to bundled claim {claim.id}, {claim.says}: {told}",
            evidence_kind="refuted" if refuted else claim.by.value,
            condition=claim.condition or None,
            right=correction(claim),
            source=claim.source or None,
            rule=claim.rule or None,
            related=tuple(beside(slug, text, found)),
        )
    return None


def _told(text: str) -> str:
    """Return what a question and its answer, or a cloze, say as their card does; else the text."""
    from cards.formats.cloze import sentence
    from cards.statements.joined import told

    if text.startswith("C:"):
        return sentence(text[2:].strip())[0]
    asked = _ASKED.fullmatch(text)
    return told(asked["question"], asked["answer"]) if asked else text
