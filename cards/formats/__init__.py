"""Notes in their formats: native Markdown and plain outlines."""
