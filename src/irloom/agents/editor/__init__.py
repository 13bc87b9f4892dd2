"""Carries out one edit, and words it anew where it was rejected."""
