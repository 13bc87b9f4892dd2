"""Reads the published files of labels, row by row, and says which columns are missing."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from irloom.engine.images import hash_file
from irloom.errors import ConfigError
from irloom.question_sets.draws import draw
from irloom.question_sets.ledger import Ledger, Source
from irloom.question_sets.thermeval.settings import Kind, ThermevalSettings

Row = Mapping[str, str]


def read_rows(
    kind: Kind, columns: Sequence[str], settings: ThermevalSettings, ledger: Ledger, only: str | None = None
) -> Iterator[tuple[str, Row]]:
    """Rows of a kind's files, each with an id of file and line; as many a file as the settings allow.

    `only` names one file of the kind without its suffix. A file without one of the columns is a ConfigError.
    """
    for path in _list_files(kind, settings.root, only):
        name = f"{kind}-{path.stem}"
        ledger.add_source(Source(name=f"thermeval {name}", sha256=hash_file(path)))
        rows = _read(path, columns)
        for line in _choose(len(rows), name, settings):
            yield f"{name}-{line + 1}", rows[line]


def _list_files(kind: Kind, root: Path, only: str | None) -> list[Path]:
    folder = next((one for one in (root / "Labels" / kind, root / kind) if one.is_dir()), None)
    found = sorted(folder.glob("*.csv")) if folder is not None else []
    return [path for path in found if only in (None, path.stem)]


def _read(path: Path, columns: Sequence[str]) -> list[Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
                raise ConfigError(
                    f"{path} has no column {missing[0]!r}: {', '.join(columns)} are needed, as published."
                )
            return list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error


def _choose(count: int, name: str, settings: ThermevalSettings) -> list[int]:
    if settings.most is None or count <= settings.most:
        return list(range(count))
    return sorted(sorted(range(count), key=lambda line: draw(settings.seed, name, line))[: settings.most])
