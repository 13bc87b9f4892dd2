"""A local page for looking at runs: `irloom view`."""
