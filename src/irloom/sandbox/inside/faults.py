"""Tells what went wrong in a script: its own lines, the error, and what the sandbox forbids."""

import linecache
import traceback

FILENAME = "drawing.py"
"""What the script is called in its own tracebacks."""

_SHOWN_FRAMES = 6
_FORBIDDEN = (
    "Note: the sandbox lets nothing be written but figures (savefig to any path works, and is kept in "
    "memory), no data file be read, no process or thread be started, and no network be used. So usetex, "
    "tempfile, and writers of animations cannot work."
)


def remember_source(source: str) -> None:
    """Let tracebacks and warnings show the lines of the script."""
    linecache.cache[FILENAME] = (len(source), None, source.splitlines(keepends=True), FILENAME)


def describe_fault(error: BaseException) -> str:
    """Give a short traceback: the script's lines, where in the libraries it ended, and the error."""
    told = traceback.TracebackException.from_exception(error, limit=None, lookup_lines=True)
    own = [frame for frame in told.stack if frame.filename == FILENAME]
    lines = ["Traceback (most recent call last):\n"] if own else []
    lines += traceback.StackSummary.from_list(own[-_SHOWN_FRAMES:]).format()
    if told.stack and own and (last := told.stack[-1]).filename != FILENAME:
        lines.append(f"  (then in {_shorten(last.filename)}, line {last.lineno}, in {last.name})\n")
    lines += told.format_exception_only()
    return "".join(lines) + (f"{_FORBIDDEN}\n" if _was_forbidden(error) else "")


def _shorten(filename: str) -> str:
    return "/".join(filename.split("/")[-3:])


def _was_forbidden(error: BaseException | None) -> bool:
    if error is None:
        return False
    said = str(error)
    refused = isinstance(error, PermissionError) or "start new thread" in said or "usable temporary" in said
    return refused or _was_forbidden(error.__cause__ or error.__context__)
