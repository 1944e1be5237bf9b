"""``studytui verify``: run the claims of topics, beside their mutants, and say which hold."""

import json as json_text
import sys
from typing import Annotated, Any

import typer

from studytui import config
from studytui.commands.child import check_device
from studytui.commands.progress import ProgressLine
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
    check_device(device)
    folder = config.home() / "cache" / "verify"
    verification = Verification(claims, seed, device, None if fresh else Cache(folder))
    done = 0
    try:
        with ProgressLine() as line:

            def arrived(judged: dict[str, Any]) -> None:
                nonlocal done
                done += 1
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
        print(levels(judgements))
    if counts["wrong"]:
        raise typer.Exit(WRONG)
    if counts["undecided"]:
        raise typer.Exit(OPEN)


def lines(judged: dict[str, Any]) -> list[str]:
    """Return one judgement as a few lines: verdict, level, what it rests on, mutant and control."""
    rows = [f"{judged['id']:<7} {judged['verdict']:<12} {judged['level']:<10} {judged['says']}"]
    if judged["verdict"] != judged["expected"]:
        rows[0] += f" (expected {judged['expected']})"
    if judged.get("error"):
        rows.append(f"        not decided: {judged['error']}")
    for name in ("inside", "outside"):
        if judged[name]:
            rows.append(f"        {name}: {judged[name]['verdict']}, {judged[name]['evidence']}")
    if judged["evidence"] and not judged["inside"]:
        rows.append(f"        {judged['evidence']}")
    if judged["mutant"]:
        refused = "refused" if judged["mutant"]["refused"] else "NOT REFUSED"
        passed = "passed" if judged["control"]["passed"] else "DID NOT PASS"
        rows.append(f"        mutant {refused}: {judged['mutant']['says']}")
        rows.append(f"        control {passed}: {judged['control']['says']}")
    if judged["assumptions"]:
        rows.append(f"        assuming: {'; '.join(judged['assumptions'])}")
    if judged["right"] and judged["verdict"] != "HOLDS":
        rows.append(f"        right: {judged['right']}")
    if judged["source"]:
        rows.append(f"        source: {judged['source']}")
    return rows


def levels(judgements: list[dict[str, Any]]) -> str:
    """Return what the levels of the judgements mean, as one line."""
    from sims.claims.evidence import LEVEL_WORDS

    seen = {judged["level"] for judged in judgements}
    return "; ".join(f"{level}: {words}" for level, words in LEVEL_WORDS.items() if level in seen)


def in_words(counts: dict[str, Any]) -> str:
    """Return the summary as one line."""
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts["verdicts"].items())
    text = (
        f"{counted(counts['claims'], 'claim')}: {verdicts}. "
        f"{counts['mutants_refused']} of {counted(counts['computed'], 'mutant')} refused."
    )
    if counts["wrong"]:
        text += f" Wrong: {', '.join(counts['wrong'])}."
    if counts["undecided"]:
        text += f" Undecided: {', '.join(counts['undecided'])}."
    return text
