"""The Task Agent: writes an instruction of one type, again with the reasons if it was rejected."""
