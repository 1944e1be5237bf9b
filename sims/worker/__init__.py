"""Heavy work in a child process."""
