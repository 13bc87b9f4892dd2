"""Writes a run in AlignBench's form, as far as its card tells it (arXiv 2511.20515).

```
alignbench.jsonl     one sentence a line, in the published columns and with irloom's beside
fleiss_per_item.csv  how far the judges agree, a line a sentence
images/              the pictures
attribution.jsonl    who took the photographs, and under which licence; not the pictures that models drew
recipe/              the run's configuration and prompts
README.md            the data card
```
"""

import csv
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from irloom.engine.directory import RunDirectory
from irloom.engine.pictures import require_pictures
from irloom.engine.reader import iterate_rows
from irloom.engine.summary import Summary, summarise
from irloom.errors import RunDirError, UserError
from irloom.export import attribution
from irloom.export.attribution import Attribution
from irloom.export.card import describe_data, tabulate_outcomes, to_markdown
from irloom.export.edir import bring_image
from irloom.export.facts import Facts
from irloom.export.files import write_json_lines
from irloom.export.folders import replacing_folder
from irloom.export.provenance import Origins
from irloom.export.recipe import write_recipe
from irloom.pipelines.registry import find_flow
from irloom.sources.licences import name_licence, read_licences

PUBLISHED = (
    *("model", "image_source", "image_name", "image_type", "sentence_index", "caption", "annotation"),
    *("error_type", "error_words", "agreement_ratio", "fleiss_Pi", "n_correct", "n_incorrect", "n_unknown"),
    *("image_url", "image_path_in_repo"),
)
"""Columns of the published file, in its order."""
MORE = ("sample", "group", "spans", "votes", "judges", "made", "domain")
"""What stands behind them."""
_ITEM = (
    *("model", "image_name", "sentence_index", "n_correct", "n_incorrect", "n_unknown"),
    *("agreement_ratio", "fleiss_Pi"),
)
_ROWS, _ITEMS, _CARD = "alignbench.jsonl", "fleiss_per_item.csv", "README.md"
_OWN = frozenset({_ROWS, _ITEMS, _CARD, "images", "recipe", attribution.FILE})


def export_alignbench(arguments: Namespace) -> Sequence[str]:
    """Write the sentences of a run to a folder of the user's, and say what they are."""
    root, out = Path(arguments.run), Path(arguments.out)
    run = RunDirectory.open(root)
    if run.flow != "align":
        raise RunDirError(
            f"{root} is a run of the flow {run.flow!r}: this form has the sentences of `irloom run align`."
        )
    licences = read_licences(arguments.licence or ())
    sources = _Sources(root, licences, arguments.unjudged)
    images = _list_images(sources)
    if not images and sources.unjudged:
        raise UserError(
            f"Nothing of {root} can be exported: {sources.unjudged:,} sentences were judged by nobody: "
            "--unjudged takes them."
        )
    if not images and sources.unlicensed:
        raise UserError(
            f"None of the {sources.unlicensed:,} sentences of {root} has a licence of {', '.join(licences)}."
        )
    if not images:
        raise UserError(f"{root} has no sentence yet: `irloom inspect {root}` says how it stands.")
    require_pictures(root, images)
    summary = summarise(root)
    with replacing_folder(out, _OWN, _ROWS) as folder:
        (folder / "images").mkdir()
        for image, name in images.items():
            bring_image(root / image, folder / "images" / name)
        write_json_lines(folder / _ROWS, _list_rows(sources, images))
        _write_items(folder / _ITEMS, sources)
        write_json_lines(folder / attribution.FILE, sources.attribution.list_items())
        write_recipe(root, folder / "recipe")
        (folder / _CARD).write_text(_write_card(run, out.name, summary, sources), "utf-8")
    return _describe(sources, len(images), out)


class _Sources:
    """The sentences of a run that somebody judged, of the licences asked for, and where they come from."""

    def __init__(self, root: Path, licences: Sequence[str], takes_unjudged: bool) -> None:
        self._root, self._licences, self._takes_unjudged = root, licences, takes_unjudged
        self._origins = Origins(root, "sentences")
        self._groups: Mapping[str, str] | None = None
        self.attribution = Attribution()
        self.unlicensed = self.unjudged = 0

    def iterate(self) -> Iterator[dict[str, Any]]:
        """The rows, in the order of their commits."""
        self.unlicensed = self.unjudged = 0
        for row in iterate_rows(self._root, "sentences"):
            if not (self._takes_unjudged or row["made"] or row["judges"]):
                self.unjudged += 1
            elif self._licences and self._name_licence(row) not in self._licences:
                self.unlicensed += 1
            else:
                yield row

    def describe(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The columns that say where a row comes from; rows of one `image_group` show one picture."""
        if self._groups is None:
            from irloom.export.likeness import find_likeness
            from irloom.export.prints import Prints

            self._groups = find_likeness(self._root, Prints(looks=True)).name_groups()
        if row["image_type"] == "generated":
            self.attribution.take_painted(row["image"], row["model"])
        else:
            self.attribution.take(row, self._origins.find_credit(row))
        return {
            **self._origins.find_credit(row),
            "licence_code": self._name_licence(row),
            "image_group": self._groups[row["sample"]],
            "provenance": self._origins.dump(row),
        }

    def _name_licence(self, row: Mapping[str, Any]) -> str:
        credit = self._origins.find_credit(row)
        return name_licence(credit["licence"], credit["licence_url"])


def _list_images(sources: _Sources) -> dict[str, str]:
    """What each picture is called in the export: its own name, or with its folder where two meet."""
    found = dict.fromkeys(str(row["image"]) for row in sources.iterate())
    names = Counter(PurePosixPath(image).name for image in found)
    return {
        image: path.name if names[path.name] == 1 else f"{path.parent.name}-{path.name}"
        for image in found
        for path in [PurePosixPath(image)]
    }


def _list_rows(sources: _Sources, images: dict[str, str]) -> Iterator[dict[str, Any]]:
    for row in sources.iterate():
        kept = {name: row[name] for name in (*PUBLISHED, *MORE)}
        named = {"image_path_in_repo": f"images/{images[row['image']]}"}
        yield {**kept, **named, **sources.describe(row)}


def _write_items(path: Path, sources: _Sources) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _ITEM, lineterminator="\n")
        writer.writeheader()
        for row in sources.iterate():
            writer.writerow({name: row[name] for name in _ITEM})


def _write_card(run: RunDirectory, name: str, summary: Summary, sources: _Sources) -> str:
    """The data card; the table of outcomes is that of the whole run."""
    facts = Facts()
    for row in sources.iterate():
        facts.take(row, "sentence")
    kinds = {"sentences": facts.rows}
    outcomes = tabulate_outcomes(summary.outcomes, summary.tasks)
    sections = describe_data(run.about, kinds, facts, outcomes, find_flow(run.flow), summary=summary)
    sections.insert(-1, sources.attribution.describe())
    return to_markdown(name, sections)


def _describe(sources: _Sources, images: int, out: Path) -> list[str]:
    counts = Counter(row["annotation"] for row in sources.iterate())
    labels = ", ".join(f"{counts[label]:,} {label}" for label in ("correct", "incorrect", "unknown"))
    lines = [f"{counts.total():,} sentences about {images:,} pictures are in {out}: {labels}."]
    if sources.unjudged:
        lines.append(f"  {sources.unjudged:,} that nobody judged were left out: --unjudged takes them")
    if sources.unlicensed:
        lines.append(f"  {sources.unlicensed:,} have no licence of those asked for")
    return lines
