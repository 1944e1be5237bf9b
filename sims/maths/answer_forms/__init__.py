"""The forms in which an answer may be asked for."""
