"""What is said of a CIR run: what it made, its data set, its data card."""

import shlex
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irloom.engine.summary import Summary, summarise
from irloom.pipelines.flow import Card, Data, Form, Made
from irloom.pipelines.tasks import count_tasks
from irloom.sources.licences import read_licences
from irloom.views.terminal import list_counts

if TYPE_CHECKING:
    from irloom.pipelines.cir.dataset import DatasetReport

DATASET = "dataset"
"""Where in a run its data set lies."""


def tell_made(summary: Summary) -> list[Made]:
    """Edits, and what came to nothing."""
    lines = []
    if edits := summary.counts["edits"]:
        text = f"{edits:,} candidates for the data set"
        lines.append(Made("edits", text, "edits.jsonl, images/edits/"))
    if edits or summary.dropped:
        idle = summary.categories["not_offered"]
        rejected = count_tasks(summary)["rejected"] - idle
        text = f"{rejected:,} edits, and {idle:,} kinds that an image does not offer"
        lines.append(Made("rejected", text, "rejected.jsonl"))
    return lines


def list_pictures(row: Mapping[str, Any]) -> list[str]:
    """The seed, which is the photograph itself; all that was made of it goes with it."""
    return [row["reference"]]


def suggest(run: str, summary: Summary, stopped: bool) -> list[str]:
    """How to have the data set of a run that is not at its end; at the end it is there."""
    if not (summary.counts["edits"] and stopped):
        return []
    unjudged = "" if count_tasks(summary)["accepted"] else " --unjudged"
    return [f"irloom export {run} --format edir --out my-edir{unjudged}"]


def write_dataset(root: Path, notify: Callable[[str], None]) -> list[str]:
    """The pass over a whole run: its data set, once there is an edit for it."""
    if not summarise(root).counts["edits"]:
        return []
    from irloom.pipelines.cir.dataset import DatasetOptions, build_dataset

    out = root / DATASET
    report = build_dataset(root, out, DatasetOptions.of_run(root, notify=notify))
    left_out = Counter[str]()
    for counts in report.subcategories.values():
        left_out.update({str(why): count for why, count in counts.dropped.items()})
    said = f"{report.queries:,} queries over {report.references:,} seeds, {report.corpus:,} images"
    lines = [f"  {out}: {said}", f"  irloom bench edir {shlex.quote(str(out))}"]
    return (
        [*lines, f"  left out: {list_counts(left_out)}, see {out / 'dropped.jsonl'}"] if left_out else lines
    )


def export_dataset(arguments: Namespace) -> list[str]:
    """Write the data set to a folder of the user's, and say what became of the edits."""
    from irloom.pipelines.cir.dataset import DatasetOptions, build_dataset

    root, out = Path(arguments.run), Path(arguments.out)
    options = DatasetOptions.of_run(root, arguments.with_references)
    licences = read_licences(arguments.licence or ())
    report = build_dataset(root, out, replace(options, licences=licences, unjudged=arguments.unjudged))
    return _describe(report, root, out)


def _describe(report: "DatasetReport", root: Path, out: Path) -> list[str]:
    references = f", {report.references:,} of them references," if report.with_references else ""
    lines = [f"{report.queries:,} queries over {report.corpus:,} images{references} are in {out}."]
    if report.unlicensed:
        lines.append(f"{report.unlicensed:,} edits have no licence of {', '.join(report.licences)}.")
    if report.unjudged:
        lines.append(f"{report.unjudged:,} edits that nobody judged were left out: --unjudged takes them.")
    for name, counts in report.subcategories.items():
        dropped = list_counts(Counter(counts.dropped))
        because = f" (dropped: {dropped.replace('_', ' ')})" if dropped else ""
        lines.append(f"  {name:<10} {counts.kept:,} of {counts.candidates:,}{because}")
    if any(counts.dropped for counts in report.subcategories.values()):
        lines.append(f"{out / 'dropped.jsonl'} says why for each.")
    if report.without_negatives:
        lines.append(f"Queries without negatives, alone of their seed: {report.without_negatives:,}.")
    if not report.queries:
        lines.append(f"`irloom inspect {shlex.quote(str(root))}` says how the run stands.")
    return lines


EDITS = Data(
    name="edits",
    what="composed queries: a photograph, a change in words, and the photograph changed so",
)
EDIR = Form(
    name="edir",
    help="the edits as a data set in EDIR's form",
    write=export_dataset,
    flags={"with-references": "put the seed images into the corpus too"},
    takes=frozenset({"licence", "unjudged"}),
)
CARD = Card(
    making="Photographs were edited by written instructions; each edit was measured, verified and put into "
    "words as a query.",
    limits=lambda config: ("An edit may have changed more than its query says.",),
)
