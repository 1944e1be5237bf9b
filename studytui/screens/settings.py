"""Settings: what `config.toml` says, what each setting does, and a field to change it."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Static

from studytui import config
from studytui.config import Config, Setting, listed, written
from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar

LATER = ("store", "new_per_day", "desired_retention", "rollover_hour")
"""Settings that hold from the next start on; all of the table of scheduling does."""


class Settings(DataTable[Text]):
    """The list of settings; Enter changes the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "select_cursor", "Change", id="settings.change", tooltip="Change this setting"
        )
    ]


class SettingsScreen(Page):
    """Lists every setting; `Enter` changes the one under the cursor."""

    CSS_PATH = "../styles/settings.tcss"
    AUTO_FOCUS = "#settings"
    HELP = (
        "Settings are kept in config.toml in the data folder, which can be edited by hand as "
        "well. An empty value gives a setting its default again. Keys of your own are set there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "back", "Back", id="settings.back", tooltip="Back to where you were")
    ]

    @dataclass
    class Changed(Message):
        """A setting was written."""

        name: str
        config: Config

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.rows: list[Setting] = []

    def compose(self) -> ComposeResult:
        """Show the table, what the setting under the cursor does, and a field when it is asked."""
        yield Static(Content(f"Settings: {config.config_path()}"), id="settings-title")
        yield Settings(id="settings", cursor_type="row", zebra_stripes=True)
        yield Static(id="settings-says")
        yield Field(id="settings-value")
        yield Static(id="settings-problem")
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill the table."""
        self.query_one(Field).display = False
        table = self.query_one(DataTable)
        for name in ("Setting", "Value", "Default"):
            table.add_column(Text(name))
        self.fill()

    def fill(self) -> None:
        """Show the settings as they are."""
        table = self.query_one(DataTable)
        row = table.cursor_row
        self.rows = listed(self.services.settings)
        table.clear()
        for one in self.rows:
            bold = "" if one.value == one.default else "bold"
            table.add_row(
                Text(f"{one.table}.{one.name}".lstrip("."), bold),
                Text(written(one.value), bold),
                Text(written(one.default)),
            )
        table.move_cursor(row=row)

    @property
    def selected(self) -> Setting:
        """The setting under the cursor."""
        return self.rows[self.query_one(DataTable).cursor_row]

    def on_data_table_row_highlighted(self) -> None:
        """Say what the setting does."""
        if self.rows:
            one = self.selected
            when = " It holds from the next start on." if one.table or one.name in LATER else ""
            self.query_one("#settings-says", Static).update(Content(f"{one.says}{when}"))

    def on_data_table_row_selected(self) -> None:
        """Change it."""
        self.action_change()

    def action_change(self) -> None:
        """Ask for a value."""
        field = self.query_one(Field)
        field.value = written(self.selected.value)
        field.display = True
        field.focus()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Write the value."""
        self.write(self.selected.name, event.value)

    @in_thread("settings")
    def write(self, name: str, value: str) -> Changed:
        """Write a setting into the file, or say why that value cannot be."""
        return self.Changed(name, config.change(name, value))

    def on_settings_screen_changed(self, message: Changed) -> None:
        """Use the settings from here on."""
        self.services.settings = message.config
        self.action_leave()
        self.fill()
        if message.name == "theme" and message.config.theme in self.app.available_themes:
            self.app.theme = message.config.theme

    def failed(self, message: str) -> None:
        """Say it under the field; what was typed stays."""
        self.query_one("#settings-problem", Static).update(Content.styled(message, "$warning"))

    def on_input_changed(self) -> None:
        """Take back what was said of a value: it is being corrected."""
        self.failed("")

    def action_leave(self) -> None:
        """Leave the field for the table."""
        self.failed("")
        self.query_one(Field).display = False
        self.query_one(DataTable).focus()
