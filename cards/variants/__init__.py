"""One card asked with other numbers each time."""
