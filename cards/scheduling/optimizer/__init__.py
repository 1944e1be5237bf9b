"""Fitting FSRS-6 to a log of reviews."""
