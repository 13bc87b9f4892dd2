"""Implementations of the Protocols: one file, one class, one heavy library each."""
