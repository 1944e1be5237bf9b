"""Tables derived from the log: each can be dropped and rebuilt."""
