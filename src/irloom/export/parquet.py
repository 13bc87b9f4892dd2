"""Writes rows with their images as Parquet that `datasets` and TRL read, in row groups of bounded size.

An `Image` of `datasets` is a struct of `bytes` and `path`, and the schema's metadata says so. An image that
successive rows show is stored once, in its column's dictionary.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from irloom.engine.pictures import Pictures
from irloom.errors import UserError
from irloom.export.forms import Row, list_images, to_blocks
from irloom.export.provenance import COLUMNS, Origins
from irloom.pipelines.flow import Exported

GROUP_BYTES = 64 << 20
"""Of the images in a row group, each counted as often as it is shown: what is held in memory at a time."""
GROUP_ROWS = 1_000
SHARD_BYTES = 500_000_000

_TYPES = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
}
_STRING: Mapping[str, str] = {"dtype": "string"}
FEATURES: tuple[Mapping[str, Any], ...] = (
    {"name": "id", **_STRING},
    {"name": "images", "list": "image"},
    {
        "name": "messages",
        "list": [
            {"name": "role", **_STRING},
            {"name": "content", "list": [{"name": "type", **_STRING}, {"name": "text", **_STRING}]},
        ],
    },
    {"name": "sample", **_STRING},
    {"name": "task", **_STRING},
    {"name": "outcome", **_STRING},
    {"name": "score", "dtype": "float64"},
    *COLUMNS,
)
"""The columns, as a data card of `datasets` names them."""


def write_parquet(
    folder: Path,
    split: str,
    rows: Iterable[tuple[Row, str]],
    data: Exported,
    root: Path,
    pictures: Pictures,
    origins: Origins,
) -> None:
    """Write `SPLIT-00000-of-0000N.parquet` into a folder; rows come with their outcome.

    UserError for an image that is missing or changed, and for what cannot be written.
    """
    try:
        folder.mkdir(exist_ok=True)
        described = (
            _describe(row, outcome, data, root, pictures) | origins.describe(row) for row, outcome in rows
        )
        with closing(_Shards(folder, split)) as shards:
            for group in _group(described):
                shards.write(group)
        shards.number()
    except OSError as error:
        raise UserError(f"Cannot write {folder}: {error.strerror or error}.") from error


class _Shards:
    """The files of one split; the next one begins when one is large enough."""

    def __init__(self, folder: Path, split: str) -> None:
        self._folder, self._split = folder, split
        self._paths: list[Path] = []
        self._writer = self._open()
        self._bytes = 0

    def write(self, group: list[dict[str, Any]]) -> None:
        """Append a row group."""
        if self._bytes >= SHARD_BYTES:
            self._writer.close()
            self._writer, self._bytes = self._open(), 0
        self._writer.write_table(pa.Table.from_pylist(group, _SCHEMA))
        images = {image["path"]: len(image["bytes"]) for row in group for image in row["images"]}
        self._bytes += sum(images.values())

    def close(self) -> None:
        """Write the end of the last file."""
        self._writer.close()

    def number(self) -> None:
        """Give the files their names, which say how many there are."""
        for place, path in enumerate(self._paths):
            path.rename(path.with_name(f"{self._split}-{place:05d}-of-{len(self._paths):05d}.parquet"))

    def _open(self) -> pq.ParquetWriter:
        self._paths.append(self._folder / f"{self._split}-{len(self._paths):05d}.parquet")
        return pq.ParquetWriter(self._paths[-1], _SCHEMA, dictionary_pagesize_limit=2 * GROUP_BYTES)


def _describe(row: Row, outcome: str, data: Exported, root: Path, pictures: Pictures) -> dict[str, Any]:
    return {
        "id": data.identify(row),
        "images": [_read_image(root, name, pictures) for name in list_images(row, data)],
        "messages": to_blocks(row, data),
        "sample": row["sample"],
        "task": data.task(row),
        "outcome": outcome,
        "score": data.score(row),
    }


def _read_image(root: Path, name: str, pictures: Pictures) -> dict[str, Any]:
    path = root / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read, and belongs into the export: {error.strerror}.") from error
    if why := pictures.object_to(name, content):
        raise UserError(f"{path} {why}, and belongs into the export: put the original back.")
    return {"bytes": content, "path": path.name}


def _group(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    held = 0
    for row in rows:
        group.append(row)
        held += sum(len(image["bytes"]) for image in row["images"])
        if held >= GROUP_BYTES or len(group) >= GROUP_ROWS:
            yield group
            group, held = [], 0
    if group:
        yield group


def _build_schema() -> pa.Schema:
    """The columns for Arrow, and for `datasets` what they are."""
    features = {one["name"]: _describe_feature(one) for one in FEATURES}
    about = orjson.dumps({"info": {"features": features}})
    return pa.schema([(one["name"], _choose_type(one)) for one in FEATURES], metadata={"huggingface": about})


def _choose_type(column: Mapping[str, Any]) -> pa.DataType:
    """The type that Arrow has for a column."""
    inside = column.get("list")
    if inside == "image":
        return pa.list_(pa.struct({"bytes": pa.binary(), "path": pa.string()}))
    if isinstance(inside, str):
        return pa.list_(_TYPES[inside])
    if inside is not None:
        return pa.list_(pa.struct([(part["name"], _choose_type(part)) for part in inside]))
    return _TYPES[column["dtype"]]


def _describe_feature(column: Mapping[str, Any]) -> dict[str, Any]:
    """A column as `datasets` writes it into a schema."""
    if column.get("list") == "image":
        return {"feature": {"_type": "Image"}, "_type": "List"}
    if isinstance(column.get("list"), str):
        return {"feature": {"dtype": column["list"], "_type": "Value"}, "_type": "List"}
    if "list" in column:
        parts = {part["name"]: _describe_feature(part) for part in column["list"]}
        return {"feature": parts, "_type": "List"}
    return {"dtype": column["dtype"], "_type": "Value"}


_SCHEMA = _build_schema()
