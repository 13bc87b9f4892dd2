"""The Quizzer: tests whether a figure shows what its problem says, by questions answered from it alone."""
