"""Evaluation: models answer the questions of a benchmark, which is an adapter in a folder of its own."""
