"""Which words say what an infrared camera cannot see, and which of them a rule forbids."""
