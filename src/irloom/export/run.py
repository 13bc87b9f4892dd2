"""Exports a run: plans, writes every split, and says in a card what came out."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.directory import refuse_run_files
from irloom.engine.images import hash_file
from irloom.engine.odd_files import refuse_odd_files
from irloom.engine.pictures import Pictures
from irloom.engine.reader import read_rows_at
from irloom.errors import UserError
from irloom.export import attribution
from irloom.export.attribution import Attribution
from irloom.export.claims import claiming
from irloom.export.copies import FOLDER, Copies
from irloom.export.facts import Facts
from irloom.export.files import Item, Writer, write_json_lines, write_json_list
from irloom.export.folders import replacing_folder
from irloom.export.forms import Row, list_images, to_llava, to_messages, to_thermal
from irloom.export.options import ExportOptions
from irloom.export.parquet import write_parquet
from irloom.export.plan import Plan, plan_export
from irloom.export.prints import Progress, tell_nobody
from irloom.export.provenance import Origins
from irloom.export.readme import write_card
from irloom.export.recipe import describe_recipe, write_recipe
from irloom.export.sharegpt import describe_datasets
from irloom.export.sidecar import refuse_foreign, replace_known, replacing_beside

_MARK = "export.json"
_OWN = frozenset(
    {
        *(_MARK, "README.md", "data", "dataset_info.json", "dropped.jsonl"),
        *("recipe", FOLDER, attribution.FILE),
    }
)
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
    unjudged: int = 0
    """Rows that nobody judged, and nobody asked for."""
    unlicensed: int = 0
    """Rows of photographs without a licence of those that were asked for."""
    between: int = 0
    """Rows that are like rows of two splits, and are in neither."""
    photographs: int = 0
    """Photographs that samples were compared by."""
    unseen: int = 0
    """Of these, those that could not be read, of which the names alone were compared."""
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


def export_run(
    root: Path,
    out: Path,
    options: ExportOptions,
    force: bool = False,
    progress: Progress = tell_nobody,
) -> ExportReport:
    """Write the committed rows of a run, in progress or not, into a file or a folder, whole or not at all.

    The same run and options give the same bytes. What was dropped as a duplicate is in `dropped.jsonl` of
    the folder, or beside the file in `FILE.dropped.jsonl`; who took the photographs, and how the rows were
    made, is in `attribution.jsonl` and `recipe/` of the folder, or in `FILE.irloom.json`. RunDirError where
    there is no run; UserError for rows that its flow does not make, where no row fits, for a file that a run
    keeps or (without `force`) that no export made, where another export writes to the same place, for what
    cannot be written, and for an image that belongs into the export and is missing, or not the one that was
    committed.
    """
    refuse_odd_files(root, pictures=True)
    refuse_run_files(out)
    if out.is_dir() and not options.makes_folder:
        raise UserError(f"--out {out} is a folder: name a file.")
    plan = plan_export(root, options, progress)
    export = _Export(root, options, plan, progress)
    if options.makes_folder:
        export.write_folder(out)
    else:
        export.write_alone(out, force)
    return export.report()


class _Export:
    """One export on its way."""

    def __init__(self, root: Path, options: ExportOptions, plan: Plan, progress: Progress) -> None:
        self._root = root
        self._options = options
        self._plan = plan
        self._progress = progress
        self._written = 0
        self._base = root.absolute() if options.absolute else Path()
        self._facts = Facts()
        self._origins = Origins(root, options.data)
        self._attribution = Attribution()
        self._pictures = Pictures(root, plan.seen)
        self._copies: Copies | None = None
        self.missing: set[str] = set()
        self.changed: set[str] = set()

    def write_folder(self, out: Path) -> None:
        """Every split, the card, and what decided it."""
        options, plan = self._options, self._plan
        with replacing_folder(out, _OWN, _MARK) as folder:
            if options.copy_images:
                flat = options.image_key == "thermal"
                self._copies = Copies(self._root, folder, self._pictures, flat)
            for split in plan.written:
                self._write_split(folder / "data", split)
            if options.form == "sharegpt":
                _write_json(folder / "dataset_info.json", describe_datasets(out.name, plan.written))
            if options.drop_duplicates:
                write_json_lines(folder / "dropped.jsonl", self._list_dropped())
            write_json_lines(folder / attribution.FILE, self._attribution.list_items())
            write_recipe(self._root, folder / "recipe")
            version = digest_content(folder / "data")
            licences = self._attribution.describe()
            write_card(
                folder / "README.md", self._root, out.name, options, plan, self._facts, licences, version
            )
            _write_json(folder / _MARK, self._describe())

    def write_alone(self, out: Path, force: bool) -> None:
        """One file, with what belongs to it beside."""
        with claiming(out.resolve()):
            refuse_foreign(out, force)
            dropped = self._list_dropped() if self._options.drop_duplicates else None
            with replacing_beside(out, "dropped.jsonl", dropped):
                replace_known(out, lambda path: self._write_file(path, "train"), self._describe_alone)

    def report(self) -> ExportReport:
        """What came of it."""
        plan, data = self._plan, self._options.data
        return ExportReport(
            splits={name: len(places) for name, places in plan.splits.items()},
            passed_over=plan.passed_over,
            dropped=len(plan.dropped),
            unjudged=plan.unjudged,
            unlicensed=plan.unlicensed,
            between=len(plan.between),
            photographs=plan.likeness.photographs if plan.likeness else 0,
            unseen=plan.likeness.unseen if plan.likeness else 0,
            lacking=f"{plan.lacking:,} {data} {plan.exported.lacking}" if plan.lacking else "",
            missing=frozenset(self.missing),
            changed=frozenset(self.changed),
        )

    def _write_split(self, folder: Path, split: str) -> None:
        name, rows = self._options.name_split(split), self._rows(split)
        if self._options.form == "parquet":
            write_parquet(folder, name, rows, self._plan.exported, self._root, self._pictures, self._origins)
        else:
            self._write_file(folder / f"{name}.{self._suffix}", split)

    def _write_file(self, path: Path, split: str) -> None:
        """One split as JSON."""
        _, write = _WRITERS[self._options.form]
        write(path, (self._to_item(row) for row, _ in self._rows(split)))

    def _list_dropped(self) -> Iterator[Item]:
        """What was dropped, a line each."""
        return (one.model_dump() for one in self._plan.dropped)

    @property
    def _suffix(self) -> str:
        return _WRITERS[self._options.form][0]

    def _rows(self, split: str) -> Iterator[tuple[Row, str]]:
        places = self._plan.splits[split]
        rows = read_rows_at(self._root, self._options.data, (place.offset for place in places))
        for row, place in zip(rows, places, strict=True):
            self._facts.take(row, self._plan.exported.task(row), self._plan.exported.text(row))
            self._attribution.take(row, self._origins.find_credit(row))
            self._written += 1
            self._progress("rows written", self._written, self._plan.rows)
            yield row, place.outcome

    def _to_item(self, row: Row) -> Item:
        exported, names = self._plan.exported, list_images(row, self._plan.exported)
        images = [self._place_image(name) for name in names]
        if self._options.image_key == "thermal":
            return to_thermal(row, exported, images)
        form = to_llava if self._options.form == "llava" else to_messages
        return {**form(row, exported, images), "provenance": self._origins.dump(row)}

    def _place_image(self, name: str) -> str:
        """The path by which an item names an image."""
        if self._copies is not None:
            return self._copies.bring(name)
        if self._pictures.object_to(name):
            (self.changed if (self._root / name).is_file() else self.missing).add(name)
        return str(self._base / name)

    def _describe(self) -> dict[str, Any]:
        """The options, and what came of them; a folder with this file in it may be replaced."""
        options, plan = self._options.model_dump(mode="json"), self._plan
        options["samples"] = sorted(self._options.samples) if self._options.samples is not None else None
        return {
            "options": options,
            "run": self._origins.run,
            "rows": {name: len(places) for name, places in plan.splits.items()},
            "passed_over": plan.passed_over,
            "unjudged": plan.unjudged,
            "unlicensed": plan.unlicensed,
            "between": sorted({place.sample for place in plan.between}),
            "dropped": len(plan.dropped),
        }

    def _describe_alone(self) -> dict[str, Any]:
        """The same with what lies in files of their own in a folder."""
        credits = list(self._attribution.list_items())
        return {**self._describe(), "attribution": credits, "recipe": describe_recipe(self._root)}


def digest_content(folder: Path) -> str:
    """A digest of all files of a folder, by their names and bytes."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    parts = "\n".join(f"{path.name} {hash_file(path)}" for path in files)
    return hashlib.sha256(parts.encode()).hexdigest()


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
