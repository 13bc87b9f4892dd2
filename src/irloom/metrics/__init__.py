"""Scores of runs and data sets, as the papers define them."""
