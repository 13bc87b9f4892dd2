"""Translators from visible to infrared."""
