"""Question sets: what `irloom build` makes, and the evaluation flow asks."""
