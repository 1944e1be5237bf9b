"""`studytui verify`: run the claims of topics, beside their mutants, and say which hold."""

import json as json_text
import sys
from typing import Annotated, Any

import typer

from studytui import config
from studytui.commands.child import check_device, say_what_is_broken
from studytui.commands.progress import ProgressLine
from studytui.plain.verdict import lines
from studytui.words import counted

WRONG, OPEN = 1, 3


def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Topics or claim ids; all topics if none is given.")
    ] = None,
    device: Annotated[str, typer.Option(help="Torch device: cpu, cuda …")] = "cpu",
    seed: Annotated[int, typer.Option(help="Seed of all randomness.")] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ignore results kept earlier.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge claims; exit code 1 for a wrong verdict or a passing mutant, 3 for an open one."""
    from sims.cache import Cache
    from sims.verification import Verification, select, summary

    claims = select(names or [])
    if not names:
        say_what_is_broken()
    check_device(device)
    folder = config.home() / "cache" / "verify"
    verification = Verification(claims, seed, device, None if fresh else Cache(folder))
    asking = cards_of_claims()
    done = 0
    try:
        with ProgressLine() as line:

            def arrived(judged: dict[str, Any]) -> None:
                nonlocal done
                done += 1
                judged["cards"] = asking.get(judged["id"], [])
                if not json:
                    line.show("")
                    print("\n".join(lines(judged)), flush=True)
                line.show(f"{done} of {len(claims)}")

            judgements = verification.run(arrived)
    except KeyboardInterrupt:
        print(f"stopped at {done} of {len(claims)}; verify again to go on", file=sys.stderr)
        raise
    counts = summary(judgements)
    if json:
        print(json_text.dumps({"claims": judgements, "summary": counts}))
    else:
        print(in_words(counts))
    if counts["wrong"]:
        raise typer.Exit(WRONG)
    if counts["undecided"]:
        raise typer.Exit(OPEN)


def cards_of_claims() -> dict[str, list[str]]:
    """Return the ids of the bundled cards that ask for each claim, by the claim's number."""
    from cards.formats import read
    from cards.notes import bundled_notes

    found: dict[str, list[str]] = {}
    for path in bundled_notes():
        for card in read(path).cards:
            if card.check and card.check.claim:
                found.setdefault(card.check.claim, []).append(card.id)
    return found


def in_words(counts: dict[str, Any]) -> str:
    """Return the summary: what was decided, by what evidence, and what was not."""
    evidence = ", ".join(f"{count} {kind}" for kind, count in counts["evidence"].items())
    text = (
        f"{counted(counts['claims'], 'claim')}: {counts['decided']} decided here "
        f"({counts['held']} hold, {counts['refuted']} refuted, {counts['conditional']} on a "
        f"condition), {counts['agrees']} agree where tried, {counts['cited']} cited, "
        f"{counts['not_decidable']} not decidable."
    )
    if evidence:
        text += f"\nEvidence: {evidence}."
    text += f"\n{counts['mutants_refused']} of {counted(counts['computed'], 'mutant')} refused."
    if counts["wrong"]:
        text += f" Wrong: {', '.join(counts['wrong'])}."
    if counts["undecided"]:
        text += f" Undecided: {', '.join(counts['undecided'])}."
    return text
