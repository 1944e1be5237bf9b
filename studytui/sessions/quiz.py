"""Quiz papers: drawn in the algebra child, marked there, and kept in the store."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cards.answers.result import Grade, Output, invalid
from sims import private
from studytui import config
from studytui.services import Services
from studytui.sessions import grading
from studytui.words import computed

if TYPE_CHECKING:
    from cards.card import Card
    from cards.quiz import Paper, Question, Result

DRAW_SECONDS = 60.0
"""How long drawing a paper may take."""

FOR_A_PROOF = 10
"""Questions of a paper to one that asks for the lines of a proof in order."""

FOR_A_PREDICTION = 5
"""Questions of a paper to one that is decided by a run, which one watches."""


def draw(services: Services, topics: Sequence[str], count: int, seed: int) -> "Paper":
    """Return a paper from the cards in the store. Blocks.

    Raises WorkerError with a sentence when there is no card to ask.
    """
    from cards.quiz import Paper, part_of

    cards = services.store().chosen_cards(
        lambda briefs: part_of(briefs, topics=topics, count=count, seed=seed)
    )
    arguments = {
        "cards": [card.to_dict() for card in cards],
        "topics": list(topics),
        "count": count,
        "seed": seed,
        "predictions": count // FOR_A_PREDICTION,
        "proofs": count // FOR_A_PROOF,
    }
    drawn = services.algebra().call("cards.quiz:draw_task", arguments, seconds=DRAW_SECONDS)
    return Paper.from_dict(drawn)


def order_proof(services: Services, card: "Card", seed: int) -> "Paper":
    """Return a paper of one question: the proof behind a card, to be put in order. Blocks.

    Raises WorkerError with a sentence where it is too short.
    """
    from cards.quiz import Paper

    arguments = {"card": card.to_dict(), "seed": seed}
    posed = services.algebra().call("cards.quiz:proof_task", arguments, seconds=DRAW_SECONDS)
    return Paper.from_dict(posed)


def behind(name: str) -> "Card":
    """Return a card that stands for a derivation which no card asks for."""
    from cards.card import Card, Check, Kind

    topic = name.partition(".")[0]
    check = Check(derivation=name)
    return Card(f"proof-{name}", f"proof-{name}", "", topic, (), Kind.BASIC, "", "", "", 0, check)


def mark(
    services: Services,
    paper: "Paper",
    typed: Sequence[str],
    judged: Mapping[int, bool] | None = None,
    grades: Sequence[Grade] | None = None,
    sure: Mapping[int, bool] | None = None,
    watched: Mapping[int, Output] | None = None,
) -> "Result":
    """Return the marked paper, grading the answers unless `grades` holds them. Blocks.

    The paper of the result has the values in its answers that simulations gave; `watched` are
    those of runs that were seen before, by the places of their questions.
    """
    from cards.predictions import judged_by
    from cards.quiz import mark as mark_paper

    if grades is None:
        seen = watched or {}
        outputs = [
            seen.get(place) or grading.output_of(services, one.card, one.variant)
            for place, one in enumerate(paper.questions)
        ]
        grades = [
            grading.grade(services, judged_by(one.card, output), one.variant, text, output)
            if text.strip()
            else invalid("Nothing was typed.", "empty")
            for one, text, output in zip(paper.questions, typed, outputs, strict=True)
        ]
        questions = [
            replace(one, variant=replace(one.variant, answer=computed(one.variant.answer, output)))
            for one, output in zip(paper.questions, outputs, strict=True)
        ]
        paper = replace(paper, questions=tuple(questions))
    return mark_paper(paper, list(typed), list(grades), judged, sure)


def decided(
    services: Services, question: "Question", typed: str, outputs: Mapping[str, float] | None
) -> tuple[Output | None, Grade]:
    """Return what a run gave, and the grade of what was predicted. Blocks.

    `outputs` are those of a run that was watched; without them it is run here.
    """
    from cards.predictions import judged_by

    output = grading.output_of(services, question.card, question.variant, outputs)
    card = judged_by(question.card, output)
    return output, grading.grade(services, card, question.variant, typed, output)


def verdict_on(typed: str, output: Output | None, grade: Grade) -> str:
    """Return in words what a run says of the number that was committed to."""
    if output is None or output.value is None:
        return f"The run gave no number, so you judge. {output.says if output else ''}".strip()
    error = f" ± {output.standard_error:.2g}" if output.standard_error else ""
    says = "Right" if grade.right else "Not right"
    apart = ""
    if output.standard_error and grade.score < 1:
        with suppress(ValueError):
            errors = abs(float(typed) - output.value) / output.standard_error
            apart = f", {errors:.0f} standard errors away" if errors >= 1 else ""
    return f"{says}: you said {typed}, the run gave {output.value:.3g}{error}{apart}."


def keep(services: Services, result: "Result", id: str | None = None) -> str:
    """Append a marked paper to the store's log and return its id.

    Keeping it again under the same `id` replaces what readers see of it. Blocks.
    """
    id = id or uuid.uuid4().hex
    services.store().record_quiz({"id": id, **result.to_dict()})
    return id


def as_markdown(paper: Mapping[str, Any]) -> str:
    """Return a paper that was handed in, as the store keeps it, in Markdown."""
    score = paper["score"]
    asked = score["right"] + score["wrong"] + score["open"]
    parts = [f"# Paper of {paper.get('at', '')[:10]}", f"{score['right']} of {asked} right."]
    for place, question in enumerate(paper["questions"], 1):
        mark = {True: "✓ right", False: "✗ not right", None: "· to judge"}[question["right"]]
        parts.append(f"## Question {place}: {mark}\n\n{question['prompt']}")
        if question.get("choices"):
            parts.append("\n".join(f"{n}. {text}" for n, text in enumerate(question["choices"], 1)))
        typed = question["typed"].strip()
        parts.append(f"**Answered:** {typed}" if typed else "**Not answered.**")
        if question["right"] is not True:
            apart = "\n\n" if "\n" in question["answer"] else " "  # a list begins a line
            parts.append(f"**Answer:**{apart}{question['answer']}")
    return "\n\n".join(parts) + "\n"


def mistakes(paper: Mapping[str, Any]) -> list[str]:
    """Return the ids of the cards that were not answered rightly, each once."""
    wrong = [question["card"] for question in paper["questions"] if question["right"] is not True]
    return list(dict.fromkeys(wrong))


def write_paper(paper: Mapping[str, Any]) -> Path:
    """Write a paper to a new Markdown file beside the data, and return its path."""
    name = f"{paper['at'][:10]}-seed-{paper['seed']}"
    return private.write_new(config.home() / "papers", name, ".md", as_markdown(paper))
