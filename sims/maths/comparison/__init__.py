"""Whether two answers are equal, and how that is known."""
