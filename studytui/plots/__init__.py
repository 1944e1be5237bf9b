"""Plots, bars and grids as rows of characters."""
