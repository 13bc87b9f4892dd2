"""The embedded coder: draws a closed set of families of figures from a problem's text, without a model."""
