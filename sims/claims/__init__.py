"""Claims: what is asserted, how it is decided, and the evidence."""
