"""Readers of the published infrared sets, each in the form in which it is published."""
