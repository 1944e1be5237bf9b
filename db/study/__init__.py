"""Studying: the queue, answering, daily limits, undo, and what a person does to a card."""
