"""Describes a picture in detail, and cuts what was said into sentences."""
