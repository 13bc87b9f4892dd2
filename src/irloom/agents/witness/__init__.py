"""Writes several captions of an image that has none, as the people would who captioned a data set."""
