"""``studytui sync``: exchange reviews with another store."""
