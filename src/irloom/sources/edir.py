"""Reads data sets in EDIR's published form, and says what is wrong with them."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from irloom.edir import EdirData, EdirImage, EdirInstance, EdirQuery
from irloom.errors import ConfigError
from irloom.inside import is_inside
from irloom.pictures import open_picture, refuse_cut
from irloom.records import Row

RowType = TypeVar("RowType", bound=Row)


def read_edir(path: Path, split: str | None = None) -> EdirData:
    """Read a data set whose files lie in `path`, or in `path/dataset/SPLIT` as those of the toy set do.

    `split` is needed only where there are several. Fields that EDIR does not have are left out. Whether
    the rows agree is for `check_edir`; ConfigError names the file and line of a row that cannot be read.
    """
    files, images = _find_files(path, split)
    return EdirData(
        folder=images,
        queries=tuple(_read_rows(files / "queries.jsonl", EdirQuery)),
        corpus=tuple(_read_rows(files / "corpus.jsonl", EdirImage)),
        instances=tuple(_read_rows(files / "instances.jsonl", EdirInstance)),
    )


def check_edir(data: EdirData) -> list[str]:
    """What is wrong with a data set, a sentence each; every image is opened, so this takes a while."""
    return [*_check_ids(data), *_check_instances(data), *_check_images(data)]


def _find_files(path: Path, split: str | None) -> tuple[Path, Path]:
    """The folder of the three files, and the folder of the images."""
    if split is None and (path / "queries.jsonl").is_file():
        return path, path / "images"
    found = sorted(file.parent.name for file in path.glob("dataset/*/queries.jsonl"))
    if split is None and len(found) > 1:
        raise ConfigError(f"{path} has the splits {', '.join(found)}: name one of them.")
    if not found or (split is not None and split not in found):
        wanted = f"{path}/dataset/{split or '*'}/queries.jsonl"
        plain = "" if split else f" ({path}/queries.jsonl neither)"
        raise ConfigError(f"{path} holds no data set in EDIR's form: there is no {wanted}{plain}.")
    name = split or found[0]
    return path / "dataset" / name, path / "images" / name


def _read_rows(path: Path, kind: type[RowType]) -> Iterator[RowType]:
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text: {error}.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _read_row(f"{path}, line {number}", line, kind)


def _read_row(where: str, line: str, kind: type[RowType]) -> RowType:
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        raise ConfigError(f"{where}: it is no JSON: {error}.") from error
    if not isinstance(row, dict):
        raise ConfigError(f"{where}: it is {type(row).__name__}, not an object.")
    known = {name: value for name, value in row.items() if name in kind.model_fields and value is not None}
    if isinstance(image := known.get("image"), str) and not is_inside(image):
        raise ConfigError(f"{where}: image {image!r} leads out of the folder of images; it is not opened.")
    try:
        return kind.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error


def _check_ids(data: EdirData) -> Iterator[str]:
    queries = [query.id for query in data.queries]
    asked = [instance.qid for instance in data.instances]
    for what, ids in (
        ("query", queries),
        ("corpus", [image.id for image in data.corpus]),
        ("instance", asked),
    ):
        for name, count in Counter(ids).items():
            if count > 1:
                yield f"{what} {name!r}: the id stands {count} times"
    yield from (f"query {name!r}: it has no instance" for name in sorted(set(queries) - set(asked)))
    yield from (f"instance {name!r}: there is no such query" for name in sorted(set(asked) - set(queries)))


def _check_instances(data: EdirData) -> Iterator[str]:
    known = {image.id for image in data.corpus}
    for instance in data.instances:
        name = f"instance {instance.qid!r}"
        if len(instance.pos) != 1:
            yield f"{name}: it has {len(instance.pos)} positives, not one"
        if both := sorted(set(instance.pos) & set(instance.neg)):
            yield f"{name}: {both[0]!r} is both positive and negative"
        for role, ids in (("positive", instance.pos), ("negative", instance.neg)):
            if repeated := sorted(one for one, count in Counter(ids).items() if count > 1):
                yield f"{name}: the {role} {repeated[0]!r} stands twice"
            if strangers := sorted(set(ids) - known):
                yield f"{name}: the {role} {strangers[0]!r} is not in the corpus"


def _check_images(data: EdirData) -> Iterator[str]:
    names = [*(query.image for query in data.queries), *(image.image for image in data.corpus)]
    for name in dict.fromkeys(names):
        if why := _spoilt(data.locate(name)):
            yield f"image {name!r}: {why}"


def _spoilt(path: Path) -> str | None:
    """Why an image cannot be used; a PNG is read by its checksums, which is quicker than decoding it."""
    if not path.is_file():
        return "there is no such file"
    try:
        with open_picture(path) as image:
            if image.format == "PNG":
                image.verify()
                with open_picture(path) as again:  # a picture that was verified cannot be loaded any more
                    refuse_cut(path, again)
            else:
                image.draft("L", (1, 1))  # a JPEG is then decoded at an eighth of its size
                image.load()
    # Pillow's decoders let through whatever a broken file makes them meet.
    except Exception as error:
        return f"it cannot be opened ({type(error).__name__}: {error})"
    return None
