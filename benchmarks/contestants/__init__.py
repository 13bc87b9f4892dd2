"""The programs that are measured beside irloom; the peers' run in environments of their own, without irloom."""
