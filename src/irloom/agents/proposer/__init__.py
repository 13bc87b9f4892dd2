"""Looks at a seed image and proposes edits of it."""
