"""Audit: the statements of one's notes, each with what computing says of it, beside the note."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cards.text.clean import clean_line
from studytui.one_line import maths_on_one_line
from studytui.painting import after_painting
from studytui.screens.mode import ModeScreen
from studytui.screens.page import SIDE_BY_SIDE, in_thread
from studytui.services import Services
from studytui.typeset.sheet import Block, Sheet
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.widgets.options import Options
from studytui.widgets.title import TitleBar
from studytui.widgets.verdict import CITED, VERDICTS, VerdictView
from studytui.words import counted, key

if TYPE_CHECKING:
    from cards.checking.audit import Audit
    from cards.checking.row import Row
    from db.store import Store

AROUND = 12
"""Lines of the note shown above and below a statement."""
MOST_ROWS = 5_000
"""Findings that the list shows."""
LONGEST = 400
"""Characters of a statement that are shown."""
SHOWN = {
    "wrong": "refuted and conditional ones",
    "checked": "those that were checked",
    "all": "all statements",
}
"""What the list can show."""


class AuditScreen(ModeScreen):
    """Decides every statement of the notes that were imported, or of those that are named."""

    CSS_PATH = "../styles/audit.tcss"
    AUTO_FOCUS = "#audit-rows"
    BODY = "#audit-evidence"
    BADGES = True
    HELP = (
        "Each claim fence, each equation of numbers and each sentence of your notes is decided "
        "where that can be done. A sentence that nobody decided is not checked. The note is on "
        "the left; on the right stand the finding, what was decided in its place, and why."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Notes", id="audit.notes", tooltip="Choose a note or a folder"),
        Binding(
            "greater_than_sign", "show", "Show", id="audit.show", tooltip="Refuted, checked, or all"
        ),
        Binding("e", "edit", "Edit", id="audit.edit", tooltip="Open the note at the statement"),
        Binding("P", "picture", "Picture", id="audit.picture", tooltip="Draw the claim"),
        Binding("C", "claim", "Claim", id="audit.claim", tooltip="Write a claim under it"),
        Binding("r", "run", "Run", id="audit.run", tooltip="Audit again"),
        Binding("x", "cancel", "Cancel", id="audit.cancel", tooltip="Stop the audit"),
    ]

    @dataclass
    class Moved(Message):
        """The audit has come further."""

        says: str
        share: float

        def can_replace(self, message: Message) -> bool:
            """Give way to a newer one."""
            return isinstance(message, AuditScreen.Moved)

    @dataclass
    class Done(Message):
        """The audit has ended."""

        audit: "Audit"

    def __init__(self, services: Services, path: str = "") -> None:
        super().__init__(services)
        self.path, self.show_what, self.running = path, "checked", False
        self.says = ""
        """The counts of the last audit, in words; empty before there is one."""
        self.rows: list[Row] = []
        self.listed: list[Row] = []
        self._notes: dict[str, list[str]] = {}
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        """Show the page empty first."""
        yield TitleBar("audit")
        yield Field(self.path, placeholder="a note or a folder; empty: all that were imported")
        yield Static(Content("Reading your notes …"), id="audit-says")
        with Container(id="audit-parts"):
            with VerticalScroll(id="audit-note", can_focus=False):
                yield Static(id="audit-source")
            with Vertical(id="audit-findings"):
                yield Options(id="audit-rows")
                with VerticalScroll(id="audit-evidence", can_focus=False):
                    yield VerdictView(id="audit-verdict")
        yield KeyBar()

    def on_mount(self) -> None:
        """Audit once the page is painted."""
        after_painting(self, self.action_run)

    def on_resize(self) -> None:
        """Show the note where there is room."""
        self.query_one("#audit-parts").set_class(self.size.width >= SIDE_BY_SIDE, "-wide")

    # Running

    def action_run(self) -> None:
        """Audit the notes."""
        if not self.running:
            self.running, self._stop = True, threading.Event()
            self.refresh_bindings()
            self.run_audit(self.query_one(Field).value.strip())

    @in_thread("audit")
    def run_audit(self, path: str) -> Done:
        """Decide the statements of the notes; unchanged ones come from the cache."""
        from studytui.sessions.auditing import audited, keep_counts, kept_results

        files = notes_to_audit(self.services.store(), path)
        self._notes.clear()
        done = audited(
            files,
            kept_results(),
            lambda says, share: self.post_message(self.Moved(says, share)),
            self._stop,
        )
        if not path and not self._stop.is_set():
            keep_counts(done)
        return self.Done(done)

    def on_audit_screen_moved(self, message: Moved) -> None:
        """Say how far it is."""
        if self.running:
            stops = f"{key('audit.cancel', 'x')} stops"
            says = f"{message.share:.0%}  {message.says}   {stops}"
            self.query_one("#audit-says", Static).update(Content(says))

    def on_audit_screen_done(self, message: Done) -> None:
        """List what was found."""
        self.running = False
        self.rows = list(message.audit.rows)
        counts, unread = message.audit.summary, message.audit.problems
        self.says = (
            f"{counted(counts['statements'], 'statement')}: {counts['checked']} checked, "
            f"{counts['refuted']} refuted, {counts['conditional']} conditional, "
            f"{counts['undecided']} undecided, {counts['not_checked']} not checked."
        )
        if unread:
            self.says += f" {counted(len(unread), 'fence')} not read: {unread[0]}"
        self._list()

    def failed(self, message: str) -> None:
        """Say why there is no audit."""
        self.running = False
        self.query_one("#audit-says", Static).update(Content.styled(message, "$warning"))
        self.refresh_bindings()

    def action_cancel(self) -> None:
        """Stop; what was audited until now is listed."""
        self._stop.set()

    def on_unmount(self) -> None:
        """Stop."""
        self._stop.set()

    # Looking

    def _list(self) -> None:
        self.listed = [row for row in self.rows if self._wants(row)][:MOST_ROWS]
        says = f"{self.says}\nShown: {SHOWN[self.show_what]}."
        self.query_one("#audit-says", Static).update(Content(says))
        options = self.query_one("#audit-rows", OptionList)
        options.clear_options()
        options.add_options([Option(line(row), id=str(at)) for at, row in enumerate(self.listed)])
        options.highlighted = 0 if self.listed else None
        self.query_one("#audit-verdict").display = bool(self.listed)
        self.refresh_bindings()

    def _wants(self, row: "Row") -> bool:
        if self.show_what == "wrong":
            return row.wrong or row.verdict == "CONDITIONAL"
        return self.show_what == "all" or row.verdict != "not checked"

    @property
    def selected(self) -> "Row | None":
        """The finding under the cursor."""
        at = self.query_one("#audit-rows", OptionList).highlighted if self.is_mounted else None
        return self.listed[at] if at is not None and at < len(self.listed) else None

    def on_option_list_option_highlighted(self) -> None:
        """Show the evidence, and the note around the statement."""
        if (row := self.selected) is not None:
            self.query_one(VerdictView).show(judgement(row))
            self.query_one("#audit-source", Static).update(self._around(row))
            self.refresh_bindings()

    def _around(self, row: "Row") -> Sheet:
        """Return the lines of the note around a statement, the statement's own marked."""
        if row.file not in self._notes:
            from cards.formats.notebook import note_text

            text = note_text(Path(row.file))
            self._notes[row.file] = text.split("\n") if isinstance(text, str) else []
        lines, first = self._notes[row.file], max(1, row.line - AROUND)
        shown = [Block(Content.styled(f"{row.file}:{row.line}", "bold"))]
        for number in range(first, min(len(lines), row.line + AROUND) + 1):
            style = "bold $accent" if number == row.line else "$text-muted"
            shown.append(
                Block(
                    Content.styled(clean_line(lines[number - 1]), style),
                    first=Content.styled(f"{number:>4}  ", style),
                    rest=Content(" " * 6),
                )
            )
        return Sheet(shown)

    def action_show(self) -> None:
        """Show the next kind of findings."""
        names = list(SHOWN)
        self.show_what = names[(names.index(self.show_what) + 1) % len(names)]
        if self.says:
            self._list()

    def action_search(self) -> None:
        """Go to the field for a path."""
        self.query_one(Field).focus()

    def on_input_submitted(self) -> None:
        """Audit what is named."""
        self.action_leave()
        self.action_run()

    def action_leave(self) -> None:
        """Leave the field for the findings."""
        self.query_one("#audit-rows").focus()

    def action_edit(self) -> None:
        """Open the note in the editor at the statement, then audit again."""
        if (row := self.selected) is not None and self.edited(row.file, row.line):
            self.action_run()

    def action_picture(self) -> None:
        """Draw the claim under the cursor."""
        from studytui.screens.picture import PictureScreen

        row = self.selected
        if row is not None and row.statement is not None:
            says = on_one_line(row.text)
            self.app.push_screen(PictureScreen(self.services, row.statement, says))

    def action_claim(self) -> None:
        """Write a claim under the statement."""
        from studytui.screens.claim import ClaimScreen

        if (row := self.selected) is not None:
            screen = ClaimScreen(self.services, row.file, row.line, row.text)
            self.app.push_screen(screen, lambda done: self.action_run() if done else None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop while it runs, and what needs a finding where there is one."""
        if action in ("edit", "claim") and self.selected is None:
            return False
        if action == "picture" and (self.selected is None or self.selected.statement is None):
            return False
        usual = super().check_action(action, parameters)
        return {"cancel": self.running, "run": usual and not self.running}.get(action, usual)


def line(row: "Row") -> Sheet:
    """Return a finding: its sign, and beside it where it is and the statement."""
    sign, _, style = VERDICTS.get(row.verdict, ("?", "", ""))
    if row.evidence_kind == "cited":
        sign, _, style = CITED
    place = f"{Path(row.file).name}:{row.line}"
    said = Content.assemble((f"{place}  ", "dim"), Content(on_one_line(row.text)))
    return Sheet(
        [Block(said, first=Content.styled(f"{sign} ", f"bold {style}"), rest=Content("  "))]
    )


def on_one_line(text: str) -> str:
    """Return a statement with its formulas as one line of Unicode."""
    return maths_on_one_line(clean_line(text)[:LONGEST])


def judgement(row: "Row") -> dict[str, object]:
    """Return a finding in the fields of the evidence view."""
    data = row.to_dict() | {
        "id": f"{Path(row.file).name}:{row.line}",
        "says": on_one_line(row.text),
    }
    if row.known:
        data["source"] = f"the note says known: {row.known}"
    return data


def notes_to_audit(store: "Store", path: str) -> list[tuple[Path, str]]:
    """Return the notes at a path, or those that were imported here; each with how it is named.

    Raises InputError where there is no note.
    """
    from sims.errors import InputError
    from studytui.sessions.note_paths import find

    if not path:
        here = [Path(name) for name in store.notes_under([""]) if Path(name).is_file()]
        return [(note, str(note)) for note in here]
    found = find([path])
    if found.missing:
        raise InputError(found.missing[0].message)
    return [(note, str(note)) for note in found.files]
