"""Importing notes: a plan of what changes, then a file, or all of them, at once."""
