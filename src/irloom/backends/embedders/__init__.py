"""Embedders of queries and images, for retrieval."""
