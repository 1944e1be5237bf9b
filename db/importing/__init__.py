"""Importing notes: a plan of what changes, then one transaction a file."""
