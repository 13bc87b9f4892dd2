"""Painters of pictures from texts."""
