"""The value of a tree at a point."""
