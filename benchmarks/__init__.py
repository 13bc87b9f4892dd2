"""Measurements of irloom beside a bare client and its peers; see README.md. Run them as `python -m benchmarks.NAME`."""
