"""The embedded coder of scientific figures."""
