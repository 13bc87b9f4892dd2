"""The classes of a set in YOLO's form, whichever tool wrote them down."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import PurePosixPath

import yaml

from irloom.errors import ConfigError, SourceError
from irloom.sources.sets.files import SetFiles

_LISTS = ("classes.txt", "obj.names")
_SUFFIXES = (".yaml", ".yml")


def read_names(files: SetFiles, say: Callable[[str], None]) -> Sequence[str]:
    """Class names by their number, of the file nearest to the root; `say` is told which one it is.

    Raises ConfigError where no file, or no usable one, says them, and where two say different things.
    """
    found = sorted((path for path in files.walk() if _may_tell(path)), key=_rank)
    for _, paths in groupby(found, key=lambda path: len(path.parts)):
        told = {path: names for path in paths if (names := _read_file(files, path))}
        if told:
            say(f"classes by number: {next(iter(told))}")
            return _agree(files, told)
    raise ConfigError(
        f"{files.root} has neither a YAML file with `names` nor classes.txt, so nobody knows what the "
        "numbers of its classes mean: write classes.txt with a class a line into it"
    )


def _read_file(files: SetFiles, path: PurePosixPath) -> list[str]:
    try:
        return _read(files, path)
    except (SourceError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"{files.root / path} cannot be read: {error}; mend it") from error


def _agree(files: SetFiles, told: Mapping[PurePosixPath, list[str]]) -> list[str]:
    """The names that all files say. Raises ConfigError where they differ."""
    first, *others = told
    for other in others:
        if told[other] != told[first]:
            raise ConfigError(
                f"{files.root / first} and {files.root / other} name different classes, so nobody knows "
                "what the numbers mean: take the file away that is not of this set"
            )
    return told[first]


def _may_tell(path: PurePosixPath) -> bool:
    return path.name.lower() in _LISTS or path.suffix.lower() in _SUFFIXES


def _rank(path: PurePosixPath) -> tuple[int, bool, str]:
    """Those nearest to the root first, YAML before lists: so a refusal names the same two each time."""
    return len(path.parts), path.suffix.lower() not in _SUFFIXES, path.as_posix()


def _read(files: SetFiles, path: PurePosixPath) -> list[str]:
    text = files.read_text(path.as_posix())
    if path.suffix.lower() not in _SUFFIXES:
        # The number of a class is that of its line, so an empty line keeps its place.
        return [line.strip() for line in text.rstrip().splitlines()]
    # Everything stays text: dates, long numbers and `no` are none of what is looked for here.
    content = yaml.load(text, yaml.BaseLoader)
    names = content.get("names") if isinstance(content, dict) else None
    if isinstance(names, dict):
        _require_texts(names.values(), path)
        return _read_numbered(names, path)
    if not isinstance(names, list):
        return []
    _require_texts(names, path)
    return names


def _require_texts(names: Iterable[object], path: PurePosixPath) -> None:
    """Raise SourceError for lists in lists: with aliases a few lines of them stand for gigabytes."""
    if not all(isinstance(name, str) for name in names):
        raise SourceError(f"`names` of {path} holds something that is no text")


def _read_numbered(names: Mapping[object, str], path: PurePosixPath) -> list[str]:
    """`{0: person, 1: car}` as a list; a number that is left out has no name."""
    try:
        numbered = {int(str(number)): name for number, name in names.items()}
    except ValueError as error:
        raise SourceError(f"`names` of {path} has a key that is no number: {error}") from error
    if not numbered or min(numbered) < 0 or max(numbered) > 100_000:
        raise SourceError(f"`names` of {path} has no numbers from 0 on")
    return [numbered.get(number, "") for number in range(max(numbered) + 1)]
