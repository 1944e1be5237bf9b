"""`studytui exam`: plan for an exam, see what will be recalled on its day, study today's part."""

import json as json_text
import sys
from dataclasses import asdict
from typing import Annotated

import typer


def exam(
    day: Annotated[
        str | None, typer.Argument(help="Its day, such as 2026-12-31; the planned one if left out.")
    ] = None,
    query: Annotated[
        list[str] | None, typer.Argument(help="A search for its cards, such as topic:softmax.")
    ] = None,
    study: Annotated[
        bool, typer.Option("--study", help="Study today's part of the plan, line by line.")
    ] = False,
    end: Annotated[bool, typer.Option("--end", help="Plan for no exam any more.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Plan for an exam: expected recall on its day, card by card, without and with the plan.

    The plan adds extra reviews and changes their order; the log has nothing but your reviews.
    """
    from sims.errors import InputError
    from studytui import config
    from studytui.services import Services
    from studytui.sessions import exam as plans

    if end:
        plans.forget()
        return
    chosen = plans.choose(day, " ".join(query or ())) if day else plans.chosen()
    if chosen is None:
        raise InputError("no exam is planned for; give its day, such as 2026-12-31")
    with Services(config.load()) as services:
        if study:
            from studytui.plain.lines import Lines
            from studytui.plain.study import study as study_plainly

            session = plans.ExamSession(services, chosen)
            study_plainly(session, Lines(sys.stdin, sys.stdout))
            return
        found = plans.prospect(services, chosen)
    if json:
        means = {name: found.mean(planned=name == "planned") for name in ("without", "planned")}
        cards = [asdict(one) | {"today": one.extra == found.today} for one in found.outlooks]
        print(json_text.dumps({**asdict(chosen), "days": found.days, **means, "cards": cards}))
        return
    print(found.says())
    if found.outlooks:
        print("\n".join(["", plans.HEAD, *map(found.line, found.outlooks)]))
