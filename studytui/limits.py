"""The largest numbers that can be asked for, the same in the app and on the command line."""

LARGEST_COUNT = 9999
"""Days or cards of custom study."""
MOST_QUESTIONS = 200
"""Questions in the longest paper."""
LARGEST_SEED = 1 << 62
"""Of a paper; the log keeps whole numbers of 64 bits."""
