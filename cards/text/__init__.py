"""Strangers' text: cleaned, cut into words, code and maths."""
