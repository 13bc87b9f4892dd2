"""Measures of what an edit changed, and of which images are too much alike."""
