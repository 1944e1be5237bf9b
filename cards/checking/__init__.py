"""Deck tests: every variant of every card, tried against its own check."""
