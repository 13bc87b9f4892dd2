"""Programs that are measured; those of the peers run in environments of their own, without irloom."""
