"""Notes become rows: what an import will do, and doing it, one transaction a file."""
