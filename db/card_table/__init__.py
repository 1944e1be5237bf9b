"""Cards in their table: rows, writing them, and the notes they came from."""
