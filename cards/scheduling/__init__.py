"""When a card is asked again: study days, FSRS-6, fuzz, and the fold of a whole review log."""
