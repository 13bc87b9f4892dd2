"""Scores sentences against the picture, and keeps out what it doubts: captions, answers of instructions."""
