"""Set maths, Markdown and figures in rows of characters."""
