"""Parts that screens are made of: cards, maths, plots, grids, verdicts, rating buttons."""
