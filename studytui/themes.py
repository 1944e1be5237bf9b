"""The two themes of the app; any other Textual theme can be chosen as well."""

from rich.terminal_theme import TerminalTheme
from textual.color import Color
from textual.theme import Theme

from sims import private
from studytui import config

DARK = Theme(
    name="studytui-dark",
    primary="#7aa2f7",
    secondary="#a98ae0",
    accent="#e0af68",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    foreground="#c8d0e8",
    background="#16181f",
    surface="#1b1e27",
    panel="#242833",
    dark=True,
    variables={
        "scrollbar": "#3f4660",
        "scrollbar-hover": "#58628a",
        "scrollbar-active": "#7aa2f7",
        "scrollbar-background": "#16181f",
        "scrollbar-background-hover": "#16181f",
        "scrollbar-background-active": "#16181f",
        "scrollbar-corner-color": "#16181f",
    },
)

LIGHT = Theme(
    name="studytui-light",
    primary="#2f5bb7",
    secondary="#6b4aa3",
    accent="#8a5000",
    success="#2a6e2a",
    warning="#8a5000",
    error="#b3243e",
    foreground="#23262e",
    background="#fbfaf6",
    surface="#f3f1ea",
    panel="#e6e3d8",
    dark=False,
    variables={
        "scrollbar": "#c3beac",
        "scrollbar-hover": "#9b967f",
        "scrollbar-active": "#2f5bb7",
        "scrollbar-background": "#fbfaf6",
        "scrollbar-background-hover": "#fbfaf6",
        "scrollbar-background-active": "#fbfaf6",
        "scrollbar-corner-color": "#fbfaf6",
    },
)

THEMES = (DARK, LIGHT)
CYAN = {DARK.name: "#7dcfff", LIGHT.name: "#0b647c"}
_CHOSEN = "theme"
"""Name of the file with the theme that was chosen in the app."""


def sixteen(theme: Theme) -> TerminalTheme:
    """Return the colours that the sixteen names of a terminal have in a theme of our own."""
    parts = (
        *(theme.panel, theme.error, theme.success, theme.warning),
        *(theme.primary, theme.secondary, CYAN[theme.name], theme.foreground),
    )
    ground, ink, *names = (
        (rgb.r, rgb.g, rgb.b)
        for rgb in map(
            Color.parse, (theme.background or "", theme.foreground or "", *map(str, parts))
        )
    )
    return TerminalTheme(ground, ink, names)


def chosen(setting: str) -> str:
    """Return the theme of the settings, else the one that was chosen last, else the dark one."""
    try:
        return setting or (config.home() / _CHOSEN).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return DARK.name


def remember(name: str) -> None:
    """Keep the theme that was chosen. Raises OSError."""
    private.write_whole(config.home() / _CHOSEN, name)
