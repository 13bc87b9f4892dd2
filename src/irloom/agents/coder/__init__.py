"""The Coder: understands a problem, plans its figure, writes the script, and mends it until it draws well."""
