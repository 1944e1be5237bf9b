"""The safe maths language: parse, show, evaluate, compare and prove, never ``eval``."""
