"""Statistics over years of reviews, computed anew each time from packed records."""

from db.statistics.collect import collect

__all__ = ["collect"]
