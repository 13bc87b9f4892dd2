"""Measures irloom beside a bare client and its peers; each file with a `main` is run as `python -m`."""
