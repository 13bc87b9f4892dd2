"""Measures of images against each other, with no model."""
