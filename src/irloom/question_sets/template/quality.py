"""Q of a set: the mean quality of a hundred of its pictures, drawn by the seed, from a table of scores.

`irloom build` asks nobody: the scores are of Q-Align, of people, or of a judge that was asked before.
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from irloom.engine.directory import RunDirectory
from irloom.engine.reader import iterate_rows
from irloom.errors import ConfigError
from irloom.question_sets.template.forms import rank

PICTURES = 100
"""Of each set, as in the paper."""
LEAST, MOST = 1.0, 5.0
"""Bad and excellent."""
_FLOW = "quality"
_SET, _IMAGE, _SCORE = "set", "image", "score"


class Rating(NamedTuple):
    """One line of a table."""

    name: str
    """Of the set."""
    image: str | None
    """Its id in the set; None where the score is the mean of the whole hundred."""
    score: float | None
    """None where a judge was asked and gave none."""
    run: Path | None = None
    """Where the ask failed, the run."""


class Quality(NamedTuple):
    """Q of one set."""

    mean: float
    pictures: int
    """How many it is the mean of; as many as were drawn where the table holds means."""


class Sample:
    """Draws a hundred pictures of a set that is gone through once, whatever their order."""

    def __init__(self, seed: int, source: str) -> None:
        self._names = (str(seed), "quality", source)
        self._kept: list[tuple[bytes, str]] = []

    def add(self, image: str) -> None:
        """Take in a picture."""
        self._kept.append((rank(*self._names, image), image))
        if len(self._kept) > 2 * PICTURES:
            self._kept = sorted(self._kept)[:PICTURES]

    @property
    def images(self) -> list[str]:
        """The drawn ones, or all of a set that has fewer; in the order of their names."""
        return sorted(image for _, image in sorted(self._kept)[:PICTURES])


def read_ratings(paths: Sequence[Path]) -> list[Rating]:
    """All ratings of tables and of runs of `irloom run quality`. ConfigError where two rate one set."""
    rated = [(path, list(_read_run(path) if path.is_dir() else _read_table(path))) for path in paths]
    first: dict[str, Path] = {}
    for path, ratings in rated:
        for name in sorted({one.name for one in ratings}):
            if first.setdefault(name, path) != path:
                raise ConfigError(f"--quality {first[name]} and {path} both rate {name}: give one of them")
    return [one for _, ratings in rated for one in ratings]


def _read_run(path: Path) -> Iterator[Rating]:
    """The ratings of a run as far as it is committed. Raises ConfigError for a run of another flow."""
    about = RunDirectory.open(path).about
    if about.get("flow") != _FLOW:
        raise ConfigError(
            f"--quality {path} is a run of the flow {about.get('flow')!r}, which rates no pictures: give one "
            f"of `irloom run {_FLOW}`"
        )
    name, answered = about["config"]["form"], set[str]()
    for row in iterate_rows(path, "answers"):
        read = row["read"]
        answered.add(row["sample"])
        yield Rating(name, row["sample"], None if read is None else float(read))
    for sample in sorted({row["sample"] for row in iterate_rows(path, "failed")} - answered):
        yield Rating(name, sample, None, run=path)


def _read_table(path: Path) -> list[Rating]:
    """A CSV file with `set`, `score` from 1 to 5, and `image` where each picture has a score of its own.

    Raises ConfigError, with the line.
    """
    try:
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), strict=True)
        columns = [name.strip() for name in rows.fieldnames or ()]
        if sorted(columns) not in (sorted((_SET, _SCORE)), sorted((_SET, _IMAGE, _SCORE))):
            raise ConfigError(
                f"--quality {path} begins with {', '.join(columns) or 'nothing'}: its first line names the "
                "columns set, image and score, or set and score alone"
            )
        rows.fieldnames = columns
        return list(_read_rows(rows, f"--quality {path}"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"--quality {path} cannot be read: {error}") from error


def _read_rows(rows: "csv.DictReader[str]", where: str) -> Iterator[Rating]:
    met: set[tuple[str, str | None]] = set()
    for row in rows:
        line = f"{where}, line {rows.line_num}"
        if None in row or None in row.values():
            raise ConfigError(f"{line}: write {len(rows.fieldnames or ())} fields")
        name, image = row[_SET].strip(), row[_IMAGE].strip() if _IMAGE in row else None
        if (name, image) in met:
            raise ConfigError(f"{line}: {image or name} has a score already; keep one line of it")
        met.add((name, image))
        yield Rating(name, image, _read_score(row[_SCORE], line))


def _read_score(text: str, line: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not LEAST <= score <= MOST:
        raise ConfigError(f"{line}: {text!r} is no score; write a number from 1 (bad) to 5 (excellent)")
    return score


def measure_quality(ratings: Sequence[Rating], drawn: Mapping[str, Sequence[str]]) -> dict[str, Quality]:
    """Q of each set that ratings name and of which pictures were drawn.

    Raises ConfigError where a drawn picture has no score: a mean over others would be of another sample.
    """
    found: dict[str, Quality] = {}
    for name, images in drawn.items():
        rated = [one for one in ratings if one.name == name]
        _refuse_failed(name, [one for one in rated if one.run is not None and one.image in images])
        scores = {one.image: one.score for one in rated if one.run is None}
        if (mean := scores.get(None)) is not None:
            found[name] = Quality(mean, len(images))
        elif rated:
            found[name] = _average(name, images, scores)
    return found


def _refuse_failed(name: str, failed: Sequence[Rating]) -> None:
    if failed:
        raise ConfigError(
            f"--quality: {len(failed)} asks about pictures drawn of {name} failed, such as "
            f"{failed[0].image}: ask again with `irloom resume {failed[0].run} --retry-failed`"
        )


def _average(name: str, images: Sequence[str], scores: Mapping[str | None, float | None]) -> Quality:
    missing = [image for image in images if image not in scores]
    if missing:
        raise ConfigError(
            f"--quality: {len(missing)} of the {len(images)} pictures drawn of {name} have no score, such as "
            f"{missing[0]}; any build lists them in set.json, under figures.quality_sample, and a run of "
            f"`irloom run {_FLOW}` draws them where --seed is the same; one that was stopped goes on with "
            "`irloom resume`"
        )
    read = [score for image in images if (score := scores[image]) is not None]
    if not read:
        raise ConfigError(f"--quality: none of the {len(images)} replies about {name} could be read")
    return Quality(math.fsum(read) / len(read), len(read))
