"""The engine: run directories, the call journal, the commit log, the rule book and the scheduler."""
