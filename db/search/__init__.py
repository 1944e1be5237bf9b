"""The search line, the cards that it finds, and queries that list cards."""
