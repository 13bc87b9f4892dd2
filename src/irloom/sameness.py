"""Tells whether two messages say the same of different things."""

import re

_VARYING = re.compile(r"""(?x)
    (?<!\w) (?P<quote>['"`]) .{0,300}? (?P=quote) (?!\w)    # what is quoted
    | [^\s\d/\\]{0,300}+[\d/\\]\S*+                         # words with a digit, and paths
    """)


def strip_varying(message: str) -> str:
    """Put `…` in place of what differs from case to case: quoted text, numbers, names with digits, paths."""
    return _VARYING.sub("…", message)
