"""Writes a run in AlignBench's form, as far as its card tells it (arXiv 2511.20515).

```
alignbench.jsonl     one sentence a line, in the published columns and with irloom's beside
fleiss_per_item.csv  how far the judges agree, a line a sentence
images/              the pictures
README.md            the data card
```
"""

import csv
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from irloom.engine.directory import RunDirectory
from irloom.engine.pictures import require_pictures
from irloom.engine.reader import iterate_rows
from irloom.engine.summary import Summary, summarise
from irloom.errors import RunDirError, UserError
from irloom.export.card import describe_data, tabulate_outcomes, to_markdown
from irloom.export.edir import bring_image
from irloom.export.facts import Facts
from irloom.export.files import write_json_lines
from irloom.export.folders import replacing_folder
from irloom.pipelines.registry import find_flow

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
_OWN = frozenset({_ROWS, _ITEMS, _CARD, "images"})


def export_alignbench(arguments: Namespace) -> Sequence[str]:
    """Write the sentences of a run to a folder of the user's, and say what they are."""
    root, out = Path(arguments.run), Path(arguments.out)
    run = RunDirectory.open(root)
    if run.flow != "align":
        raise RunDirError(
            f"{root} is a run of the flow {run.flow!r}: this form has the sentences of `irloom run align`."
        )
    images = _list_images(root)
    if not images:
        raise UserError(f"{root} has no sentence yet: `irloom inspect {root}` says how it stands.")
    require_pictures(root, images)
    summary = summarise(root)
    with replacing_folder(out, _OWN, _ROWS) as folder:
        (folder / "images").mkdir()
        for image, name in images.items():
            bring_image(root / image, folder / "images" / name)
        write_json_lines(folder / _ROWS, _list_rows(root, images))
        _write_items(folder / _ITEMS, root)
        (folder / _CARD).write_text(_write_card(run, out.name, summary), "utf-8")
    return _describe(summary, len(images), out)


def _list_images(root: Path) -> dict[str, str]:
    """What each picture is called in the export: its own name, or with its folder where two meet."""
    found = dict.fromkeys(str(row["image"]) for row in iterate_rows(root, "sentences"))
    names = Counter(PurePosixPath(image).name for image in found)
    return {
        image: path.name if names[path.name] == 1 else f"{path.parent.name}-{path.name}"
        for image in found
        for path in [PurePosixPath(image)]
    }


def _list_rows(root: Path, images: dict[str, str]) -> Iterator[dict[str, Any]]:
    for row in iterate_rows(root, "sentences"):
        kept = {name: row[name] for name in (*PUBLISHED, *MORE)}
        yield kept | {"image_path_in_repo": f"images/{images[row['image']]}"}


def _write_items(path: Path, root: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _ITEM, lineterminator="\n")
        writer.writeheader()
        for row in iterate_rows(root, "sentences"):
            writer.writerow({name: row[name] for name in _ITEM})


def _write_card(run: RunDirectory, name: str, summary: Summary) -> str:
    """The data card; the table of outcomes is that of the whole run."""
    facts = Facts()
    for row in iterate_rows(run.root, "sentences"):
        facts.take(row, "sentence")
    kinds = {"sentences": facts.rows}
    outcomes = tabulate_outcomes(summary.outcomes, summary.tasks)
    sections = describe_data(run.about, kinds, facts, outcomes, find_flow(run.flow), summary=summary)
    return to_markdown(name, sections)


def _describe(summary: Summary, images: int, out: Path) -> list[str]:
    counts = summary.counts
    labels = ", ".join(f"{counts[label]:,} {label}" for label in ("correct", "incorrect", "unknown"))
    return [f"{counts['sentences']:,} sentences about {images:,} pictures are in {out}: {labels}."]
