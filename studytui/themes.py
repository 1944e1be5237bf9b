"""The two themes of the app; any other Textual theme can be chosen as well."""

from textual.theme import Theme

DARK = Theme(
    name="studytui-dark",
    primary="#7aa2f7",
    secondary="#9d7cd8",
    accent="#e0af68",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    foreground="#c8d0e8",
    background="#16181f",
    surface="#1b1e27",
    panel="#242833",
    dark=True,
)

LIGHT = Theme(
    name="studytui-light",
    primary="#2f5bb7",
    secondary="#6b4aa3",
    accent="#9a5b00",
    success="#2f7a2f",
    warning="#9a5b00",
    error="#b3243e",
    foreground="#23262e",
    background="#fbfaf6",
    surface="#f3f1ea",
    panel="#e6e3d8",
    dark=False,
)

THEMES = (DARK, LIGHT)
