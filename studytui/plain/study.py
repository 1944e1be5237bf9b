"""Studying line by line on standard input and output: for pipes and screen readers.

No colours, no cursor movement; maths on one line. `studytui.sessions.study` does the work.
"""

from cards.answers.result import Grade, Output
from cards.card import Card, Kind
from cards.scheduling.fsrs import Rating
from cards.statements.badges import CONDITIONAL, REFUTED
from cards.statements.verdicts import said_of
from cards.variants.choices import proof_lines, several
from cards.variants.variant import Variant, revealed
from studytui.one_line import maths_on_one_line
from studytui.plain.asides import BASICS, QUIT, UNDO, aside
from studytui.plain.lines import Lines
from studytui.sessions.practice import Practice
from studytui.sessions.question import Question
from studytui.sessions.study import StudySession
from studytui.words import (
    LEECH,
    NOTHING_TO_UNDO,
    VERDICTS,
    computed,
    counted,
    interval_text,
    rests_on,
)

SETTLES = ":v shows why, :c makes a card of the correction, :m mutes it."
"""What can be done about a statement that does not simply hold."""

UNDOES = ("u", ":u")
"""What takes back a rating at the end, where no answer is waited for."""


def study(session: StudySession, lines: Lines) -> None:
    """Ask cards until none is due, the learner quits, or the input ends."""
    while True:
        question = session.next()
        if question is None:
            lines.tell(f"{session.END} {session.outlook()}".rstrip())
            if (lines.ask("u takes back what was last, Enter ends>") or "").strip() not in UNDOES:
                break
            done: str | None = UNDO
        else:
            done = _ask(session, question, lines)
        if done == UNDO:
            lines.tell(session.undo() or NOTHING_TO_UNDO)
        elif done == BASICS:
            basics, session.offered = session.offered, []
            study(Practice(session.services, cards=[one.card.id for one in basics]), lines)
        elif done == QUIT:
            break
    lines.tell(f"{counted(session.ratings.total(), 'card')} reviewed.")


def _ask(session: StudySession, question: Question, lines: Lines) -> str | None:
    """Ask one card and keep its review; return what is wanted instead, one of `asides`."""
    left = question.queued.remaining
    place = " > ".join(question.place)
    lines.tell(f"\n{place} ({left.new} new, {left.learning} learning, {left.due} due)")
    lines.tell(asked(question.card, question.variant))
    while True:
        typed = lines.ask("answer>")
        if typed is None:
            return QUIT
        if typed.strip().startswith(":"):
            if wanted := aside(typed, session, question, lines):
                return wanted
            continue
        question.reveal()
        if not typed.strip():
            break
        grade = session.grade(question, typed)
        lines.tell(said(grade))
        if grade.verdict != "invalid":
            break
    refuted = f"{said_of(question.card)}. {SETTLES}" if question.refuted else ""
    output = session.output(question)
    lines.tell(f"Answer: {answer_text(question.card, question.variant, output, refuted)}")
    return _rate(session, question, lines)


def asked(card: Card, variant: Variant) -> str:
    """Return a question and its options, one a line, and how several of them are given."""
    shown = [maths_on_one_line(variant.prompt)]
    shown += [f"  {n}. {maths_on_one_line(choice)}" for n, choice in enumerate(variant.choices, 1)]
    if several(card):
        shown.append("Several are right: give the numbers of all of them, such as 1 3.")
    if proof_lines(card):
        shown.append("Give the numbers of the lines that belong, in order, such as 2 1.")
    elif card.kind is Kind.ORDER:
        shown.append("Give all the numbers in their right order, such as 2 1 3.")
    return "\n".join(shown)


def answer_text(
    card: Card, variant: Variant, output: Output | None = None, refuted: str | None = None
) -> str:
    """Return the answer with maths on one line, its value, and where its proof can be seen.

    `refuted` says what is wrong with the card's statement; None looks it up.
    """
    shown = maths_on_one_line(computed(revealed(card, variant, mark=""), output))
    check = card.check
    if says := said_of(card) if refuted is None else refuted:
        shown += f"\n{says}"
    elif check and check.statement and check.evidence in (REFUTED, CONDITIONAL):
        how = "is refuted" if check.evidence == REFUTED else "holds on a condition only"
        shown += f"\nThe claim of this card {how}: see studytui audit {card.file}"
    if card.check and card.check.derivation:
        shown += f"\nDerivation: studytui derive {card.check.derivation}"
    if card.check and card.check.simulation:
        shown += f"\nSimulation: studytui sim {card.check.simulation}"
    return shown


def _rate(session: StudySession, question: Question, lines: Lines) -> str | None:
    """Ask for a rating until one is given, and commit it; or return what is wanted instead."""
    waits = question.queued.previews
    offered = ", ".join(
        f"{r.value} {r.name.lower()}" + (f" {interval_text(waits[r])}" if waits else "")
        for r in Rating
    )
    suggestion = question.suggestion
    hint = f" [{suggestion.value}]" if suggestion else ""
    while True:
        said = lines.ask(f"rating ({offered}, u undo, q quit){hint}>")
        if said is not None and said.strip().startswith(":"):
            if done := aside(said, session, question, lines):
                return done
            continue
        wanted = "q" if said is None else said.strip().lower()
        if wanted == "q":
            return QUIT
        if wanted == "u":
            return UNDO
        if wanted == "" and suggestion:
            wanted = str(suggestion.value)
        if wanted in ("1", "2", "3", "4"):
            rating = Rating(int(wanted))
            review = session.rate(question, rating)
            if review is None:
                return None
            lines.tell(f"saved {rating.name.lower()}, next in {interval_text(review.interval)}")
            if review.leech:
                lines.tell(LEECH)
            if says := rests_on(session.basics(question, rating)):
                lines.tell(f"{says.partition(':')[0]}: :g asks it.")
            return None
        lines.tell("Give 1, 2, 3 or 4, u to undo, q to quit, or :help.")


def said(grade: Grade) -> str:
    """Return a grade in lines of words."""
    parts = [f"{VERDICTS.get(grade.verdict, grade.verdict)}."]
    if grade.read_as:
        parts.append(f"Read as {maths_on_one_line(grade.read_as)}.")
    if grade.message:
        parts.append(maths_on_one_line(grade.message) if grade.quotes else grade.message)
    if grade.witness:
        parts.append(f"It differs, yours against the right one: {grade.witness}.")
    if grade.accepted:
        parts.append(f"Accepted: {grade.accepted}.")
    parts += [
        f"{'said' if point.found else 'not said'}: {maths_on_one_line(point.text)}"
        for point in (grade.points if len(grade.points) > 1 else ())  # one is the answer above
    ]
    return "\n".join(parts)
