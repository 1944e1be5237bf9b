"""The verbs of the command line, each with what it does, and where its function stands."""

import keyword

COMMANDS = {
    "import": "Read notes into cards.",
    "add": "Add a card to a note, and import it.",
    "cards": "List cards.",
    "study": "Study what is due.",
    "card": "Show one card, its reviews and forgetting curve, or change it.",
    "quiz": "Sit a quiz paper; the schedule stays as it is.",
    "exam": "Plan for an exam: expected recall on its day, and extra reviews.",
    "grade": "Compare an answer with the expected one by computing.",
    "sim": "List or run simulations.",
    "derive": "List or prove derivations.",
    "verify": "Run the claims of topics and say which hold.",
    "check": "Check the cards of notes: variants, answers, derivations.",
    "audit": "Decide the statements of notes, one by one.",
    "prove": "Decide one claim.",
    "define": "List the definitions that claims may use.",
    "stats": "Show progress.",
    "due": "Print one line on what is due.",
    "deck": "List decks; rename, pause, resume or remove one.",
    "options": "Show scheduling options, or change those of a deck.",
    "optimize": "Fit the schedule's parameters to your own reviews.",
    "id": "Write explicit ids into notes.",
    "doubts": "List edited cards that may be earlier ones, and say which they are.",
    "export": "Write cards and progress for other programs, or for another store.",
    "backup": "Write a copy of the store.",
    "restore": "Put a copy back.",
    "sync": "Exchange reviews with another store.",
    "completion": "Print a script that completes commands and options in your shell.",
    "doctor": "Look for damage, and rebuild what can be rebuilt.",
}


def place_of(verb: str) -> tuple[str, str]:
    """Return the names of a verb's module and of the function in it."""
    name = f"{verb}_" if keyword.iskeyword(verb) else verb
    return f"studytui.commands.{name}", name
