"""The Marker: judges a figure in five dimensions, and rewrites the problem for readers who see it."""
