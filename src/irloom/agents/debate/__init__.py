"""The Debate Agent: judges an instruction, and turns a rejection into a filter rule."""
