"""Writes instructions of a question set as Parquet, with the pictures in it, as `datasets` reads them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from irloom.export.forms import to_blocks
from irloom.pipelines.flow import Exported

_GROUP_ROWS = 200
"""Rows that are held in memory at a time, their pictures included."""
_STRING = {"dtype": "string", "_type": "Value"}
_FEATURES: Mapping[str, Any] = {
    "id": _STRING,
    "images": {"feature": {"_type": "Image"}, "_type": "List"},
    "messages": {
        "feature": {
            "role": _STRING,
            "content": {"feature": {"type": _STRING, "text": _STRING}, "_type": "List"},
        },
        "_type": "List",
    },
    "task": _STRING,
    "part": _STRING,
    "provenance": _STRING,
}


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]], folder: Path, part: str) -> None:
    """Write the rows in groups; their images are read from below `folder`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, _SCHEMA) as writer:
        for start in range(0, len(rows), _GROUP_ROWS):
            group = [_describe(row, folder, part) for row in rows[start : start + _GROUP_ROWS]]
            writer.write_table(pa.Table.from_pylist(group, _SCHEMA))


def _describe(row: Mapping[str, Any], folder: Path, part: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "images": list(_read_all(row["images"], folder)),
        "messages": to_blocks(row, Exported()),
        "task": row["task"],
        "part": part,
        "provenance": row["provenance"],
    }


def _read_all(names: Sequence[str], folder: Path) -> Iterator[dict[str, Any]]:
    for name in names:
        yield {"bytes": (folder / name).read_bytes(), "path": Path(name).name}


def _build_schema() -> pa.Schema:
    text = pa.string()
    block = pa.struct({"type": text, "text": text})
    columns = {
        "id": text,
        "images": pa.list_(pa.struct({"bytes": pa.binary(), "path": text})),
        "messages": pa.list_(pa.struct({"role": text, "content": pa.list_(block)})),
        "task": text,
        "part": text,
        "provenance": text,
    }
    about = orjson.dumps({"info": {"features": _FEATURES}})
    return pa.schema(list(columns.items()), metadata={"huggingface": about})


_SCHEMA = _build_schema()
