"""Benchmarks that are scored from a run or a data set."""
