"""Environments as tables and batched tensors, and what can be computed exactly from a table."""
