"""Run directories, journal, commits and the scheduler: what carries any flow, and knows none."""
