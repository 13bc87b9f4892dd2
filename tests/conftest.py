"""What holds for all tests: what could not be tried is said at their end."""

from support.untried import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
