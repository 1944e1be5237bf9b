"""What can be asked for at a plain prompt besides answering: `:v`, `:d`, `:h` and others.

A line that begins with a colon is never an answer.
"""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cards.statements.verdicts import NEAREST, only_near, shown_claim
from cards.variants.settings import settings_with
from studytui.one_line import maths_on_one_line
from studytui.sessions.question import Question
from studytui.sessions.study import StudySession
from studytui.words import contrary_to

if TYPE_CHECKING:
    from studytui.plain.lines import Lines

QUIT, UNDO, AGAIN, BASICS = "quit", "undo", "again", "basics"
"""What a line may want instead of an answer: to leave, to undo, to go on, to practise basics."""
SECONDS = 300.0
"""How long a simulation, a proof or a judgement may take."""

Aside = Callable[[StudySession, Question, "Lines"], str | None]


def aside(line: str, session: StudySession, question: Question, lines: "Lines") -> str | None:
    """Do what a line with a colon asks for; return what is wanted, or None to ask again."""
    found = ASIDES.get(line.strip().removeprefix(":").lower())
    if found is None:
        lines.tell(f"There is no command {line.strip()}. :help lists them.")
        return None
    return found[1](session, question, lines)


def _hint(session: StudySession, question: Question, lines: "Lines") -> None:
    hint = question.variant.hint
    question.hinted |= bool(hint)
    lines.tell(f"Hint: {maths_on_one_line(hint)}" if hint else "This card has no hint.")


def _simulate(session: StudySession, question: Question, lines: "Lines") -> None:
    """Run the simulation behind the card, or judge its claim, and tell what came of it."""
    from studytui.plots.figure import last_frame
    from studytui.sessions.grading import settings_of

    check = question.card.check
    if claim := shown_claim(check):
        if check and check.refuted:
            lines.tell(contrary_to(check.refuted))
        _judge(session, claim.id, lines)
    elif check is None or not check.simulation:
        lines.tell("No simulation belongs to this card.")
    else:
        question.hinted = True
        if only_near(check, check.simulation):
            lines.tell(NEAREST)
        frame: dict[str, Any] = {}
        settings = settings_of(check.simulation, settings_with(check, question.variant.values))
        arguments = {"name": check.simulation, "settings": settings, "seed": question.variant.seed}
        result = _computed(
            session,
            "sims.tasks:simulate",
            arguments,
            lines,
            lambda message: frame.update(message.get("frame", {})),
        )
        if result is not None:
            lines.tell("\n".join(last_frame(frame)))
            with_values = ", ".join(f"{name} {value}" for name, value in settings.items())
            lines.tell(f"{check.simulation}" + (f" with {with_values}" if with_values else ""))
            for name, text in result["shown"].items():
                lines.tell(f"{name}: {text}")


def _judge(session: StudySession, claim: str, lines: "Lines") -> None:
    from studytui.plain.verdict import lines as judged_lines

    lines.tell(f"Claim {claim}:")
    arguments = {"claims": [claim], "seed": 0}
    for judged in _computed(session, "sims.tasks:verify", arguments, lines) or ():
        lines.tell("\n".join(judged_lines(judged)))


def _derive(session: StudySession, question: Question, lines: "Lines") -> None:
    """Prove the derivation behind the card, or its own fence, and tell each step."""
    from studytui.steps import in_lines as step_lines

    card, check = question.card, question.card.check
    arguments: dict[str, Any]
    if check is not None and check.derivation:
        task, arguments = "sims.tasks:derive", {"name": check.derivation}
    elif card.derive:
        variables = dict(check.variables) if check else {}
        task = "cards.answers.chain:chain_task"
        arguments = {"lines": list(card.derive), "variables": variables}
    else:
        lines.tell("No derivation belongs to this card.")
        return
    question.hinted = True
    if check is not None and only_near(check, check.derivation):
        lines.tell(NEAREST)
    numbers, named = count(1), set[str]()

    def step(message: dict[str, Any]) -> None:
        if "step" in message:
            lines.tell("\n".join(step_lines(message["step"], next(numbers), named)))

    _computed(session, task, arguments, lines, step)


def _computed(
    session: StudySession,
    task: str,
    arguments: dict[str, Any],
    lines: "Lines",
    on_message: Callable[[dict[str, Any]], None] | None = None,
) -> Any:
    """Return the result of a task in the child; None, and a sentence, where there is none."""
    from sims.worker.parent import WorkerError

    worker = session.services.simulations()
    try:
        return worker.call(task, arguments, seconds=SECONDS, on_message=on_message)
    except WorkerError as error:
        lines.tell(f"It could not be computed: {error}.")
        return None


def _info(session: StudySession, question: Question, lines: "Lines") -> None:
    """Tell where the card stands, and its reviews."""
    from studytui.panels.one_card import log, standing

    store, id = session.services.store(), question.card.id
    stored, history = store.card(id), store.history(id)
    lines.tell(f"{question.card.file}:{question.card.line}")
    for part in (standing(stored, history), log(history)):
        lines.tell(part.plain.rstrip())


def _edit(session: StudySession, question: Question, lines: "Lines") -> str | None:
    """Open the note in the person's editor, then read it again and go on."""
    from studytui.editing import edit_in_place, given_deck, reread

    card = question.card
    deck = given_deck(card.file, card.deck) if Path(card.file).is_file() else None
    if problem := edit_in_place(session.services.settings, card.file, card.line):
        lines.tell(problem)
        return None
    lines.tell(reread(session.services.store(), card.file, deck))
    return AGAIN


def _open(session: StudySession, question: Question, lines: "Lines") -> None:
    from studytui.media import media_of, opened

    found = media_of(question.card, answered=question.seconds > 0)
    for path in found:
        lines.tell(opened(path))
    if not found:
        lines.tell("This card has no image and no sound beside its note.")


def _source(session: StudySession, question: Question, lines: "Lines") -> None:
    lines.tell(question.variant.prompt)


def _suspend(session: StudySession, question: Question, lines: "Lines") -> str:
    lines.tell(session.suspend(question).replace("u takes", ":u takes"))
    return AGAIN


def _bury(session: StudySession, question: Question, lines: "Lines") -> str:
    lines.tell(session.bury(question).replace("u takes", ":u takes"))
    return AGAIN


def _correct(session: StudySession, question: Question, lines: "Lines") -> None:
    from studytui.sessions.correcting import accept

    lines.tell(accept(session.services.store(), question.card))


def _mute(session: StudySession, question: Question, lines: "Lines") -> None:
    from studytui.sessions.correcting import mute

    wrong = bool(question.refuted)
    store = session.services.store()
    lines.tell(mute(store, question.card) if wrong else "Nothing on this card is refuted.")


def _basics(session: StudySession, question: Question, lines: "Lines") -> str | None:
    if session.offered:
        return BASICS
    lines.tell("Nothing that you just forgot rests on other cards.")
    return None


def _help(session: StudySession, question: Question, lines: "Lines") -> None:
    lines.tell("An empty line reveals the answer; anything else is graded. Also:")
    for name, (says, _) in ASIDES.items():
        lines.tell(f"  :{name}  {says}")


ASIDES: dict[str, tuple[str, Aside]] = {
    "h": ("a hint", _hint),
    "v": ("run the simulation behind the card, or judge its claim", _simulate),
    "d": ("prove the derivation behind the card, step by step", _derive),
    "i": ("where the card stands, and its reviews", _info),
    "e": ("open the note in your editor", _edit),
    "o": ("open the images and sounds of the card", _open),
    "c": ("make a card of what is right, where the card's statement is refuted", _correct),
    ".": ("say no more that the card's statement is refuted", _mute),
    "g": ("practise what a card that you just forgot rests on", _basics),
    "$": ("the question as it is written", _source),
    "-": ("leave the card out until tomorrow", _bury),
    "!": ("leave the card out until you take it in again", _suspend),
    "u": ("take back what was done last", lambda *_: UNDO),
    "q": ("quit; everything is saved", lambda *_: QUIT),
    "help": ("this list", _help),
}
"""What follows the colon → what it does, in words, and the function that does it."""
