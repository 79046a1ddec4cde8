"""How the studio looks: a dark and a light theme of its own, and the terminal's own palette."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="curator-dark",
    dark=True,
    primary="#7aa2c4",
    secondary="#8f9bb3",
    accent="#b39ac9",
    warning="#d9b36c",
    error="#d97b72",
    success="#8fb87a",
    foreground="#d6d9de",
    background="#16181c",
    surface="#1b1e23",
    panel="#262a31",
    boost="#ffffff0a",
    variables={
        "rule": "#343a43",
        "muted": "#8b929c",
        "border": "#7aa2c4",
        "footer-key-foreground": "#7aa2c4",
        "footer-background": "#1b1e23",
        "input-selection-background": "#7aa2c4 35%",
        "scrollbar": "#343a43",
        "scrollbar-hover": "#4a525e",
        "scrollbar-active": "#7aa2c4",
        "scrollbar-background": "#16181c",
        "scrollbar-background-hover": "#16181c",
        "scrollbar-background-active": "#16181c",
        "scrollbar-corner-color": "#16181c",
    },
)

LIGHT = Theme(
    name="curator-light",
    dark=False,
    primary="#2f6690",
    secondary="#5c677d",
    accent="#7a4f9a",
    warning="#8f5f00",
    error="#ab3127",
    success="#3d6b2c",
    foreground="#24292f",
    background="#faf9f7",
    surface="#f2f0ec",
    panel="#e6e3dc",
    boost="#0000000a",
    variables={
        "rule": "#cfcac0",
        "muted": "#6b6f76",
        "border": "#2f6690",
        "footer-key-foreground": "#2f6690",
        "footer-background": "#f2f0ec",
        "input-selection-background": "#2f6690 25%",
        "scrollbar": "#cfcac0",
        "scrollbar-hover": "#b5afa3",
        "scrollbar-active": "#2f6690",
        "scrollbar-background": "#faf9f7",
        "scrollbar-background-hover": "#faf9f7",
        "scrollbar-background-active": "#faf9f7",
        "scrollbar-corner-color": "#faf9f7",
    },
)

#: The order in which the theme key goes through them; the last two use the terminal's palette.
THEMES = ("curator-dark", "curator-light", "ansi-dark", "ansi-light")

#: Variables of ours that themes from elsewhere do not name.
DEFAULTS = {"rule": "$foreground 20%", "muted": "$foreground 65%"}
ANSI_DEFAULTS = {"rule": "ansi_bright_black", "muted": "ansi_bright_black"}
