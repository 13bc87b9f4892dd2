"""What a benchmark prints: the machine, and tables in Markdown."""

import datetime as dt
import os
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path


def print_table(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """A heading and a table; its columns are the keys of the first row."""
    names = list(rows[0])
    cells = [names, *([_show(row.get(name, "")) for name in names] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(names))]
    lines = [_line([text.ljust(width) for text, width in zip(line, widths, strict=True)]) for line in cells]
    lines.insert(1, _line(["-" * width for width in widths]))
    print(f"\n{title}\n\n" + "\n".join(lines), flush=True)


def print_machine() -> None:
    """One line on where this runs, for what is written down."""
    names = ("langgraph", "openai", "aiohttp")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    cores = f"{os.cpu_count()} CPU cores ({_find_processor()})"
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    print(f"{cores}, {system}, {versions}, {dt.datetime.now(dt.UTC):%Y-%m-%d}", flush=True)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _show(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"


def _find_processor() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "unknown")
