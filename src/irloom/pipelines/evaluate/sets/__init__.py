"""Question sets: what `irloom build` makes is asked, read and scored."""
