"""`studytui quiz`: sit a paper in the app, or line by line."""

import json
import secrets
import sys
from typing import Annotated

import typer

from sims.errors import InputError
from studytui.limits import LARGEST_SEED, MOST_MINUTES, MOST_QUESTIONS


def quiz(
    topic: Annotated[
        list[str] | None, typer.Option("--topic", help="A topic; may be given several times.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=MOST_QUESTIONS, help="How many questions.")] = 10,
    minutes: Annotated[
        float, typer.Option(min=0, max=MOST_MINUTES, help="Time limit; 0 means none.")
    ] = 0,
    seed: Annotated[
        int | None,
        typer.Option(min=0, max=LARGEST_SEED, help="The same seed and cards give the same paper."),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Ask line by line.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the paper that was left.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Ask on standard error and print the result as JSON.")
    ] = False,
) -> None:
    """Sit a quiz paper; answers are marked at the end and no schedule is touched."""
    from studytui import config, terminal
    from studytui.services import Services
    from studytui.sessions.open_paper import remembered
    from studytui.sessions.quiz import draw
    from studytui.sessions.scope import known_topics

    by_line = plain or as_json
    if not by_line:
        terminal.require("studytui quiz --plain")
    with Services(config.load()) as services:
        sat = remembered() if resume else None
        if resume and sat is None:
            raise InputError("no paper was left; begin one with studytui quiz")
        topics = known_topics(services, topic or [])
        seed = secrets.randbelow(10_000) if seed is None else seed
        paper = sat.paper if sat else draw(services, topics, count, seed)
        if by_line:
            from studytui.plain.lines import Lines
            from studytui.plain.quiz import sit

            lines = Lines(sys.stdin, sys.stderr if as_json else sys.stdout)
            result = sit(services, paper, minutes, lines, sat)
            if as_json and result is not None:
                print(json.dumps(result.to_dict()))
        else:
            from studytui.app import StudyApp
            from studytui.screens.paper import PaperScreen

            opening = PaperScreen(services, paper, minutes, confidence=True, sat=sat)
            StudyApp(services, opening=opening).run_to_end()
