"""Import: the cards that a folder of notes would give, shown before anything is imported."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import DataTable, Static

from cards.formats.folders import SUFFIXES
from sims.errors import InputError
from studytui.screens.page import SIDE_BY_SIDE, Page, in_thread
from studytui.services import Services
from studytui.sessions import importing
from studytui.sessions.importing import Entry, Preview
from studytui.typeset.markdown import inline, render
from studytui.typeset.sheet import Block, Sheet
from studytui.widgets.badge import badge
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.words import counted, key, short

if TYPE_CHECKING:
    from cards.note import Note

SAYS = (
    "Type the path of a note or of a folder of notes, and press Enter. The right arrow takes the "
    "name that is proposed. You see which cards it gives before anything is imported."
)
SHOWN = 12
"""Cards of a note, and lines left out of it, that are shown below the list."""
BESIDE = 60
"""The same where they stand beside the list, the cards typeset."""
FIRST = """
What gives a card:

    Q: What is the derivative of $x^2$?
    A: $2x$

    C: Softmax turns scores into [positive weights] that [sum to 1].

    - Gini coefficient: a measure of inequality, from 0 to 1
    - learning rate too high => the loss diverges

Headings are topics. Formulas are `$…$`, `$$…$$`, `\\(…\\)` or `\\[…\\]`. Plain outlines, Org,
LaTeX, CSV, packages of Anki and more are read too; what gives no good card is left out and listed
with the reason.
"""
KEPT, SKIPPED, NEVER = "✓", "–", "✗"
COLUMNS = {"": 1, "Note": 0, "Cards": 5, "New": 5, "Changed": 7, "Left out": 8, "Faults": 6}
"""Column → cells; the note's name has what the others leave."""


class Paths(Suggester):
    """Suggests how a path may go on: folders, and files that can be notes."""

    MOST = 2_000

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first path, by name, that begins with what is typed."""
        folder, _, start = value.rpartition("/")
        if not folder and not value.startswith("/"):
            return None
        try:
            with os.scandir(Path(f"{folder}/").expanduser()) as entries:
                names = sorted(
                    f"{entry.name}/" if entry.is_dir() else entry.name
                    for entry in islice(entries, self.MOST)
                    if entry.name.startswith(start) and (start or not entry.name.startswith("."))
                )
        except (OSError, RuntimeError, ValueError):
            return None
        name = next((name for name in names if name.endswith(("/", *SUFFIXES))), None)
        return f"{folder}/{name}" if name else None


class Notes(DataTable[Text]):
    """The list of notes. Their names have the width that the counts leave."""

    def on_resize(self) -> None:
        """Fit the new width."""
        names = self.ordered_columns[1]
        others = sum(column.get_render_width(self) for column in self.ordered_columns) - names.width
        names.width = max(12, self.scrollable_content_region.width - others)
        self.refresh(layout=True)


class ImportScreen(Page):
    """Reads notes, shows what they would give, and imports those that are kept."""

    CSS_PATH = "../styles/import.tcss"
    AUTO_FOCUS = "#import-path"
    BODY = "#import-note"
    BADGES = True
    HELP = (
        "Name a note, or a folder of notes. What each would give is shown, with what is left out "
        "and why; nothing is imported before you say so. A note that you skip is skipped this "
        "time; one that you exclude is left out for good, by a line in .studytuiignore beside it. "
        "What is left out of a note can be taken too, now and later, by a line in .studytuiall."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("I", "bring", "Import", id="import.bring", tooltip="Import the notes kept"),
        Binding(
            "space,enter", "skip", "Keep or skip", id="import.skip", tooltip="This note, this time"
        ),
        Binding(
            "asterisk", "all", "All or none", id="import.all", tooltip="Keep all notes, or none"
        ),
        Binding(
            "A", "whole", "All of it", id="import.whole", tooltip="Leave out nothing of the note"
        ),
        Binding(
            "delete,backspace",
            "exclude",
            "Exclude",
            id="import.exclude",
            tooltip="Leave it out for good",
        ),
        Binding("e", "edit", "Edit", id="import.edit", tooltip="Open the note in your editor"),
        Binding("slash", "path", "Path", id="import.path", tooltip="Name other notes"),
        Binding("q,escape", "back", "Back", id="import.back", tooltip="Back; nothing is imported"),
    ]

    @dataclass
    class Moved(Message):
        """The reading has come further."""

        says: str

        def can_replace(self, message: Message) -> bool:
            """Give way to a newer one."""
            return isinstance(message, ImportScreen.Moved)

    @dataclass
    class Looked(Message):
        """The notes have been read."""

        preview: Preview

    @dataclass
    class Compared(Message):
        """The notes have been compared with the store again, after a change of one of them."""

    @dataclass
    class Imported(Message):
        """The notes have been imported."""

        says: str

    def __init__(self, services: Services, path: str = "") -> None:
        """Ask for a path; one that is given is only a proposal."""
        super().__init__(services)
        self.preview = Preview()
        self.path = path
        self._left = False

    def compose(self) -> ComposeResult:
        """Show the field for the path and nothing else yet."""
        yield Static(Content("Import notes"), id="import-title")
        yield Field(
            self.path,
            placeholder="a note or a folder of notes, such as ~/notes",
            id="import-path",
            suggester=Paths(),
        )
        yield Static(SAYS, id="import-says")
        with VerticalScroll(id="import-first", can_focus=False):
            yield Static(render(FIRST))
        with Container(id="import-parts"):
            with Vertical(id="import-list"):
                yield Notes(id="import-notes", cursor_type="row", zebra_stripes=True)
                with VerticalScroll(id="import-rest", can_focus=False):
                    yield Static(id="import-without")
            with VerticalScroll(id="import-note", can_focus=False):
                yield Static(id="import-shown")
        yield KeyBar()

    def on_mount(self) -> None:
        """Prepare the columns; propose where notes came from before."""
        super().on_mount()
        self._show_parts(shown=False)
        table = self.query_one(Notes)
        for name, width in COLUMNS.items():
            table.add_column(Text(name, justify="left" if name == "Note" else "right"), width=width)
        if not self.path:
            self.propose()

    def on_unmount(self) -> None:
        """Stop reading."""
        self._left = True

    def on_resize(self) -> None:
        """Put a note's cards beside the list where there is room, else below it."""
        self.query_one("#import-parts").set_class(self.wide, "-wide")
        self.show_note()

    @property
    def wide(self) -> bool:
        """Whether a note's cards stand beside the list."""
        return self.size.width >= SIDE_BY_SIDE

    def _show_parts(self, *, shown: bool) -> None:
        """Show the notes that were read, else the page on what gives a card."""
        self.query_one("#import-parts").display = shown
        self.query_one("#import-first").display = not shown

    # Reading

    @dataclass
    class Proposed(Message):
        """The folder of earlier imports has been found."""

        path: str

    @in_thread("propose")
    def propose(self) -> Proposed | None:
        """Find the folder in which all notes imported before lie."""
        from cards.notes import bundled_notes

        bundled = {str(path) for path in bundled_notes()}
        own = [path for path in self.services.store().notes_under(["/"]) if path not in bundled]
        return self.Proposed(os.path.commonpath(own)) if own else None

    def on_import_screen_proposed(self, message: Proposed) -> None:
        """Propose it, unless something has been typed."""
        field = self.query_one("#import-path", Field)
        if not field.value:
            field.value = message.path
            field.action_select_all()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Read what is named."""
        if event.value.strip():
            self.set_focus(None)  # so that keys pressed while it reads do not go into the path
            self.preview = Preview()
            self._show_parts(shown=False)
            self._say(Content("Reading …"))
            self.look(event.value.strip())

    @in_thread("look")
    def look(self, path: str) -> Looked:
        """Read the notes."""

        def moved(name: str, share: float) -> None:
            how_far = f" {share:.0%}" if share else ""
            self.post_message(self.Moved(f"Reading {name} …{how_far}"))

        store = self.services.store()
        return self.Looked(importing.look(store, [path], moved, lambda: self._left))

    def on_import_screen_moved(self, message: Moved) -> None:
        """Say how far it is."""
        self._say(Content(message.says))

    def on_import_screen_looked(self, message: Looked) -> None:
        """Show the notes."""
        self.preview = message.preview
        self._show_parts(shown=bool(self.preview.entries))
        if self.preview.entries:
            self.query_one(Notes).focus()
            self.fill()
        else:
            says = [f"{problem.file}: {problem.message}" for problem in self.preview.missing]
            self.failed("; ".join(says) or "There are no notes here.")

    def fill(self) -> None:
        """Show the list, its sum, and the note under the cursor."""
        table = self.query_one(Notes)
        row = table.cursor_row
        table.clear()
        for entry in self.preview.entries:
            table.add_row(*cells(entry))
        table.move_cursor(row=row)
        self._say(summary(self.preview))
        self.show_note()
        self.refresh_bindings()

    def _say(self, says: Content) -> None:
        self.query_one("#import-says", Static).update(says)

    def failed(self, message: str) -> None:
        """Say under the path what is wrong with it; where there are no notes, ask for another."""
        self._say(Content.styled(message, "$text-warning"))
        if not self.preview.entries:
            self.query_one("#import-path", Field).focus()

    @property
    def entry(self) -> Entry | None:
        """The note under the cursor."""
        row = self.query_one(Notes).cursor_row
        return self.preview.entries[row] if 0 <= row < len(self.preview.entries) else None

    def on_data_table_row_highlighted(self) -> None:
        """Show another note."""
        self.show_note()

    def show_note(self) -> None:
        """Show the first cards of the note under the cursor, and what it leaves out."""
        gives = leaves = Sheet([])
        if (entry := self.entry) is not None:
            gives, leaves = given(entry, wide=self.wide), left_out(entry, wide=self.wide)
        if not self.wide:
            gives, leaves = Sheet([*gives.blocks, *leaves.blocks]), Sheet([])
        self.query_one("#import-shown", Static).update(gives)
        self.query_one("#import-without", Static).update(leaves)
        for part in ("#import-note", "#import-rest"):
            self.query_one(part).scroll_home(animate=False)

    # Choosing

    def on_data_table_row_selected(self) -> None:
        """Keep or skip by a click or Enter."""
        self.action_skip()

    def action_skip(self) -> None:
        """Keep the note under the cursor, or skip it this time."""
        if (entry := self.entry) is not None and not entry.never:
            entry.keep = not entry.keep
            self.compare()

    def action_all(self) -> None:
        """Keep all notes; where they all are kept, none."""
        keep = not all(entry.keep for entry in self.preview.entries)
        for entry in self.preview.entries:
            entry.keep = keep
        self.compare()

    def action_exclude(self) -> None:
        """Leave the note under the cursor out for good, or take that back."""
        if (entry := self.entry) is not None:
            self.exclude(entry)

    @in_thread("store")
    def exclude(self, entry: Entry) -> Compared:
        """List the note in the folder's file of exclusions, or take it off that list."""
        try:
            if entry.never:
                importing.include(entry.path)
            else:
                importing.exclude(entry.path)
        except OSError as error:
            raise InputError(f"{entry.path.parent} cannot be written: {error.strerror}") from None
        entry.never = "" if entry.never else importing.NEVER
        importing.compare(self.services.store(), self.preview)
        return self.Compared()

    def action_whole(self) -> None:
        """Take all that the note under the cursor proposes, or take that back."""
        if (entry := self.entry) is not None and not entry.never:
            self.take_whole(entry)

    @in_thread("store")
    def take_whole(self, entry: Entry) -> Compared:
        """List the note in the folder's file of notes taken whole, or take it off, and read it."""
        whole = not entry.whole
        try:
            importing.take_whole(entry.path, whole)
        except OSError as error:
            raise InputError(f"{entry.path.parent} cannot be written: {error.strerror}") from None
        importing.read_again(self.services.store(), self.preview, entry, whole)
        return self.Compared()

    @in_thread("store")
    def compare(self) -> Compared:
        """Compare the notes with the store again: a card that two notes have is in the first."""
        importing.compare(self.services.store(), self.preview)
        return self.Compared()

    def on_import_screen_compared(self) -> None:
        """Show the notes as they compare now."""
        self.fill()

    def action_edit(self) -> None:
        """Open the note in the editor, then read it again."""
        if (entry := self.entry) is None:
            return
        line = entry.note.problems[0].line if entry.note.problems else 1
        if self.edited(entry.note.path, line):
            self.read_again(entry)

    @in_thread("store")
    def read_again(self, entry: Entry) -> Compared:
        """Read a note that was edited."""
        importing.read_again(self.services.store(), self.preview, entry)
        return self.Compared()

    # Importing

    def action_bring(self) -> None:
        """Import the notes that are kept."""
        self._say(Content("Importing …"))
        self.bring()

    @in_thread("import")
    def bring(self) -> Imported:
        """Import them."""
        files = importing.bring(self.services.store(), self.preview).files
        new = sum(file.new for file in files)
        others = sum(file.updated + file.relinked for file in files)
        says = f"{counted(new, 'new card')}, {others} changed. "
        if waiting := sum(len(file.waiting) for file in files):
            where = f"{key('home.edits', 'W')} on Home"
            says += f"{counted(waiting, 'edit')} to be decided: {where}. "
        return self.Imported(says + importing.refutations(refuted(self.preview)))

    def on_import_screen_imported(self, message: Imported) -> None:
        """Go back, and say there what was done."""
        self.app.notify(message.says.strip(), markup=False, timeout=8)
        self.dismiss("imported")

    def action_path(self) -> None:
        """Go to the path."""
        self.query_one("#import-path").focus()

    def action_leave(self) -> None:
        """Leave the field for the list, or the page where there is no list."""
        if self.preview.entries:
            self.query_one(Notes).focus()
        else:
            self.action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs notes only where there are some."""
        of_notes = action in ("bring", "skip", "all", "whole", "exclude", "edit")
        if of_notes and not self.preview.entries:
            return False
        if action == "bring" and not self.preview.kept():
            return False
        return super().check_action(action, parameters)


def refuted(preview: Preview) -> Counter[str]:
    """Count the refuted and conditional cards of the notes that are kept."""
    total: Counter[str] = Counter()
    for entry in preview.entries:
        if entry.keep and not entry.never:
            total += entry.refuted()
    return total


def cells(entry: Entry) -> list[Text]:
    """Return the cells of a note's row; a dot stands for 0."""
    report, taken = entry.report, entry.keep and not entry.never
    mark, style = (
        (NEVER, "red") if entry.never else (KEPT, "green") if entry.keep else (SKIPPED, "dim")
    )
    changed = report.updated + report.relinked + report.removed if report else 0
    wrong = sum(problem.severity != "note" for problem in entry.note.problems)
    counts = [
        len(entry.note.cards),
        report.new if report else 0,
        changed,
        len(entry.note.left_out),
        wrong,
    ]
    name = Text(entry.path.name, "" if taken else "dim", no_wrap=True, overflow="ellipsis")
    return [
        Text(mark, style),
        name,
        *(
            Text(str(n) if n else "·", "" if n and taken else "dim", justify="right")
            for n in counts
        ),
    ]


def summary(preview: Preview) -> Content:
    """Return the sum of the import, in words, and the files of the folder that are not read."""
    kept = [entry for entry in preview.entries if entry.keep and not entry.never]
    reports = [entry.report for entry in kept if entry.report]
    new = sum(report.new for report in reports)
    cards = sum(len(entry.note.cards) for entry in kept)
    lines = sum(len(entry.note.left_out) for entry in kept)
    total = (
        f"{counted(cards, 'card')} in {counted(len(kept), 'note')}, {new} new; "
        f"{counted(lines, 'line')} left out"
    )
    parts = [Content.styled(total, "bold")]
    if badge_counts := refuted(preview):
        parts.append(Content.styled(importing.refutations(badge_counts), "$text-warning"))
    if preview.gone:
        gone = counted(len(preview.gone), "note")
        parts.append(Content(f"{gone} imported before and not there any more: cards left out"))
    if preview.excluded:
        names = ", ".join(f"{path.name} ({why})" for path, why in preview.excluded[:3])
        more = f" and {len(preview.excluded) - 3} more" if len(preview.excluded) > 3 else ""
        parts.append(Content.styled(f"Not read: {names}{more}", "dim"))
    return Content("\n").join(parts)


def given(entry: Entry, *, wide: bool) -> Sheet:
    """Return the changes that a note would make, its faults, and its first cards."""
    note = entry.note
    changes = importing.changes(entry.report) or ("nothing new" if entry.report else "skipped")
    head = Content.styled(entry.path.name, "bold") + Content(f": {entry.never or changes}")
    lines = [Block(head), Block(Content.styled(str(entry.path.parent), "dim"))]
    if entry.whole:
        says = f"nothing that it proposes is left out; {key('import.whole', 'A')} takes that back"
        lines.append(Block(Content(says)))
    faults = [problem for problem in note.problems if problem.severity != "note"]
    rows = (_line(fault.line, fault.message) for fault in faults)
    lines += _part("Faults", len(faults), rows, SHOWN)
    if wide:
        lines += _part("First cards", len(note.cards), _typeset(note), BESIDE)
    else:
        lines += _part("First cards", len(note.cards), _cards(note), SHOWN)
    return Sheet(lines)


def left_out(entry: Entry, *, wide: bool) -> Sheet:
    """Return the remarks on a note, and the lines left out of it with their reasons."""
    note, most = entry.note, BESIDE if wide else SHOWN
    remarks = [problem for problem in note.problems if problem.severity == "note"]
    rows = (_line(remark.line, remark.message) for remark in remarks)
    lines = _part("Worth knowing", len(remarks), rows, most)
    rows = (
        _line(left.line, Content(short(left.text, 90)) + Content.styled(f": {left.reason}", "dim"))
        for left in note.left_out
    )
    return Sheet(lines + _part("Left out", len(note.left_out), rows, most))


def _part(title: str, count: int, parts: Iterable[Block | list[Block]], most: int) -> list[Block]:
    """Return a titled part of what is shown of a note, cut after `most` items, if it has any."""
    if not count:
        return []
    lines = [Block(Content(" ")), Block(Content.styled(title, "bold"))]
    for part in islice(parts, most):
        lines += part if isinstance(part, list) else [part]
    if count > most:
        lines.append(Block(Content.styled(f"       and {count - most} more", "dim")))
    return lines


def _line(number: int, text: str | Content) -> Block:
    """Return a text on a line of the note, beside the line's number."""
    content = Content(text) if isinstance(text, str) else text
    return Block(content, first=Content.styled(f"{number:>5}  ", "dim"), rest=Content(" " * 7))


def _cards(note: "Note") -> Iterator[Block]:
    """Yield the first cards, each a question and the beginning of its answer."""
    for question, card in importing.first_cards(note, SHOWN):
        answer = Content.styled(" → ", "dim") + inline(short(card.answer, 100))
        yield _line(card.line, Content.styled(short(question, 120), "bold") + answer)


def _typeset(note: "Note") -> Iterator[list[Block]]:
    """Yield the first cards, each a question with its badge and the answer as it will be shown."""
    indent = Content(" " * 7)
    for question, card in importing.first_cards(note, BESIDE):
        head = Content.styled(short(question, 300), "bold")
        if card.check and card.check.evidence:
            head += Content("  ") + badge(card.check.evidence)
        answer = [
            replace(block, first=indent + block.first, rest=indent + block.rest, gap=None)
            for block in render(card.answer).blocks
        ]
        yield [_line(card.line, head), *answer, Block(Content(" "))]
