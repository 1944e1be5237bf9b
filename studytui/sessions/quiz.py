"""Quiz papers: drawn in the algebra child, marked there, and kept in the store."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cards.answers.result import Grade, invalid
from studytui import config
from studytui.services import Services
from studytui.sessions import grading
from studytui.words import computed

if TYPE_CHECKING:
    from cards.quiz import Paper, Result

DRAW_SECONDS = 60.0
"""How long drawing a paper may take."""


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
    }
    drawn = services.algebra().call("cards.quiz:draw_task", arguments, seconds=DRAW_SECONDS)
    return Paper.from_dict(drawn)


def mark(
    services: Services,
    paper: "Paper",
    typed: Sequence[str],
    judged: Mapping[int, bool] | None = None,
    grades: Sequence[Grade] | None = None,
) -> "Result":
    """Return the marked paper, grading the answers unless ``grades`` holds them. Blocks.

    The paper of the result has the values in its answers that simulations gave.
    """
    from cards.quiz import mark as mark_paper

    if grades is None:
        outputs = [grading.output_of(services, one.card, one.variant) for one in paper.questions]
        grades = [
            grading.grade(services, question.card, question.variant, text, output)
            if text.strip()
            else invalid("Nothing was typed.", "empty")
            for question, text, output in zip(paper.questions, typed, outputs, strict=True)
        ]
        questions = [
            replace(one, variant=replace(one.variant, answer=computed(one.variant.answer, output)))
            for one, output in zip(paper.questions, outputs, strict=True)
        ]
        paper = replace(paper, questions=tuple(questions))
    return mark_paper(paper, list(typed), list(grades), judged)


def keep(services: Services, result: "Result", id: str | None = None) -> str:
    """Append a marked paper to the store's log and return its id.

    Keeping it again under the same ``id`` replaces what readers see of it. Blocks.
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
            parts.append(f"**Answer:** {question['answer']}")
    return "\n\n".join(parts) + "\n"


def mistakes(paper: Mapping[str, Any]) -> list[str]:
    """Return the ids of the cards that were not answered rightly, each once."""
    wrong = [question["card"] for question in paper["questions"] if question["right"] is not True]
    return list(dict.fromkeys(wrong))


def write_paper(paper: Mapping[str, Any]) -> Path:
    """Write a paper to a new Markdown file beside the data, and return its path."""
    folder = config.home() / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{paper['at'][:10]}-seed-{paper['seed']}"
    for number in count(1):
        path = folder / (f"{name}.md" if number == 1 else f"{name}-{number}.md")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(as_markdown(paper))
        except FileExistsError:
            continue
        return path
    raise AssertionError  # a count has no end
