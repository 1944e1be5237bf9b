"""Numbered changes of the schema; the store's number is that of the last one it went through."""
