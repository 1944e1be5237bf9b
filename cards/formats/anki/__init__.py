"""Anki: its packages, its text files, and the Markdown that other tools write for it."""
