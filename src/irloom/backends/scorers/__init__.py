"""Scorers of captions against images."""
