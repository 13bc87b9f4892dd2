"""Stand-ins for models: rules, image processing and physics, with no weights and no network."""
