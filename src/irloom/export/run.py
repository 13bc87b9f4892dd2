"""Exports a run: plans, writes every split, and says in a card what came out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.directory import refuse_run_files
from irloom.engine.odd_files import refuse_odd_files
from irloom.engine.pictures import Pictures
from irloom.engine.reader import read_rows_at
from irloom.errors import UserError
from irloom.export.facts import Facts
from irloom.export.files import Item, Writer, write_json_lines, write_json_list
from irloom.export.folders import replacing_folder
from irloom.export.forms import Row, list_images, to_llava, to_messages
from irloom.export.options import ExportOptions
from irloom.export.parquet import write_parquet
from irloom.export.plan import Plan, plan_export
from irloom.export.readme import write_card
from irloom.export.sharegpt import describe_datasets

_MARK = "export.json"
_OWN = frozenset({_MARK, "README.md", "data", "dataset_info.json", "dropped.jsonl"})
_WRITERS: Mapping[str, tuple[str, Writer]] = {
    "llava": ("json", write_json_list),
    "sharegpt": ("json", write_json_list),
    "messages": ("jsonl", write_json_lines),
}


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written, and what was not."""

    splits: Mapping[str, int]
    """Rows by split."""
    passed_over: int
    dropped: int
    lacking: str = ""
    """How many rows were left out for want of an image, and why; empty for none."""
    missing: frozenset[str] = field(default_factory=frozenset)
    """Images that rows name and that are not there, relative to the run."""
    changed: frozenset[str] = field(default_factory=frozenset)
    """Likewise, those that are there and are not the pictures that were committed."""

    @property
    def rows(self) -> int:
        """Rows of all splits."""
        return sum(self.splits.values())


def export_run(root: Path, out: Path, options: ExportOptions) -> ExportReport:
    """Write the committed rows of a run, in progress or not, into a file or a folder, whole or not at all.

    The same run and options give the same bytes. What was dropped as a duplicate is in `dropped.jsonl` of
    the folder, or beside the file in `FILE.dropped.jsonl`. RunDirError where there is no run; UserError for
    rows that its flow does not make, where no row fits, for a file that a run keeps, what cannot be written,
    and an image that belongs into the export and is missing, or not the one that was committed.
    """
    refuse_odd_files(root, pictures=True)
    refuse_run_files(out)
    if out.is_dir() and not options.makes_folder:
        raise UserError(f"--out {out} is a folder: name a file.")
    plan = plan_export(root, options)
    export = _Export(root, options, plan)
    if options.makes_folder:
        export.write_folder(out)
    else:
        if options.drop_duplicates:
            write_json_lines(out.with_name(f"{out.name}.dropped.jsonl"), export.dropped())
        export.write_file(out, "train")
    counts = {name: len(places) for name, places in plan.splits.items()}
    lacking = f"{plan.lacking:,} {options.data} {plan.exported.lacking}" if plan.lacking else ""
    missing, changed = frozenset(export.missing), frozenset(export.changed)
    return ExportReport(counts, plan.passed_over, len(plan.dropped), lacking, missing, changed)


class _Export:
    """One export on its way."""

    def __init__(self, root: Path, options: ExportOptions, plan: Plan) -> None:
        self._root = root
        self._options = options
        self._plan = plan
        self._base = root.absolute() if options.absolute else Path()
        self._facts = Facts()
        self._pictures = Pictures(root)
        self.missing: set[str] = set()
        self.changed: set[str] = set()

    def write_folder(self, out: Path) -> None:
        """Every split, the card, and what decided it."""
        options = self._options
        with replacing_folder(out, _OWN, _MARK) as folder:
            for split in self._plan.written:
                self._write_split(folder / "data", split)
            if options.form == "sharegpt":
                _write_json(folder / "dataset_info.json", describe_datasets(out.name, self._plan.written))
            if options.drop_duplicates:
                write_json_lines(folder / "dropped.jsonl", self.dropped())
            write_card(folder / "README.md", self._root, out.name, options, self._plan, self._facts)
            _write_json(folder / _MARK, self._describe())

    def _write_split(self, folder: Path, split: str) -> None:
        if self._options.form == "parquet":
            write_parquet(folder, split, self._rows(split), self._plan.exported, self._root, self._pictures)
        else:
            self.write_file(folder / f"{split}.{self._suffix}", split)

    def write_file(self, path: Path, split: str) -> None:
        """One split as JSON."""
        _, write = _WRITERS[self._options.form]
        write(path, (self._to_item(row) for row, _ in self._rows(split)))

    def dropped(self) -> Iterator[Item]:
        """What was dropped, a line each."""
        return (one.model_dump() for one in self._plan.dropped)

    @property
    def _suffix(self) -> str:
        return _WRITERS[self._options.form][0]

    def _rows(self, split: str) -> Iterator[tuple[Row, str]]:
        places = self._plan.splits[split]
        rows = read_rows_at(self._root, self._options.data, (place.offset for place in places))
        for row, place in zip(rows, places, strict=True):
            if self._options.makes_folder:
                self._facts.take(row, self._plan.exported.task(row))
            yield row, place.outcome

    def _to_item(self, row: Row) -> Item:
        exported, names = self._plan.exported, list_images(row, self._plan.exported)
        for name in names:
            if self._pictures.object_to(name):
                (self.changed if (self._root / name).is_file() else self.missing).add(name)
        images = [str(self._base / name) for name in names]
        if self._options.form == "llava":
            return to_llava(row, exported, images, self._options.image_key)
        return to_messages(row, exported, images)

    def _describe(self) -> dict[str, Any]:
        """The options, and what came of them; a folder with this file in it may be replaced."""
        options = self._options.model_dump(mode="json")
        options["samples"] = sorted(self._options.samples) if self._options.samples is not None else None
        return {
            "options": options,
            "rows": {name: len(places) for name, places in self._plan.splits.items()},
            "passed_over": self._plan.passed_over,
            "dropped": len(self._plan.dropped),
        }


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
