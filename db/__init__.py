"""What is remembered: cards, the append-only log of events, the queue and the statistics."""
