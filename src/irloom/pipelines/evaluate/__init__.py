"""Evaluation: models answer the questions of a benchmark, each benchmark an adapter in a folder of its own."""
