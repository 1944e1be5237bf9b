"""README, docs and ARCHITECTURE hold to the program: command lines parse, paths and links exist."""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest
import typer

from cards.formats import FORMATS
from studytui.cli import COMMANDS, load_command, run_command

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")} - {ROOT / "CHANGELOG.md"})
FENCES = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def command_lines(text):
    """Yield the command lines of a page: in backticks, and in fences without a language."""
    for _, language, body in FENCES.findall(text):
        for line in body.splitlines() if not language else ():
            if found := re.match(r"(?:\.venv/bin/)?(studytui [a-z].*)", line):
                yield re.split(r" {2,}| #| only what", found[1])[0]
    for line in re.findall(r"`(?:\.venv/bin/)?(studytui [a-z][^`]*)`", FENCES.sub("", text)):
        yield line.replace("\\|", "|")


LINES = sorted({line for page in PAGES for line in command_lines(page.read_text("utf-8"))})


@cache
def parser(verb):
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(load_command(verb))
    return typer.main.get_command(app)


def test_the_pages_have_command_lines():
    assert len(LINES) > 60


@pytest.mark.parametrize("line", LINES)
def test_command_lines_parse(line):
    _, verb, *arguments = shlex.split(line)
    assert verb in COMMANDS
    if verb == "due" or not arguments:  # it is named, not called
        return
    parser(verb).make_context(verb, [word.split("|")[0] for word in arguments])


def test_options_exist():
    options = {"--help", "--version", "--store", "--json"}
    for verb in COMMANDS:
        if verb != "due":
            parameters = parser(verb).params
            options |= {name for one in parameters for name in (*one.opts, *one.secondary_opts)}
    for page in PAGES:
        named = set(re.findall(r"`(--[a-z][a-z-]*)", page.read_text("utf-8")))
        assert named - options == set(), page.name


def test_every_format_is_explained():
    explained = (ROOT / "docs" / "formats.md").read_text("utf-8")
    assert [name for name in FORMATS if f"`{name}`" not in explained] == []


def test_a_wrong_option_is_noticed():
    with pytest.raises(SystemExit, match="2"):
        run_command("audit", ["notes/", "--jason"])


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_paths_exist(page):
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"`((?:studytui|db|cards|sims|tests|docs)/[^`\s]*)`", text)
    missing = [path for path in named if "<" not in path and not (ROOT / path).exists()]
    assert named
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", FENCES.sub("", page.read_text("utf-8")))
    assert [link for link in links if not (page.parent / link).exists()] == []
