"""`irloom bench align RUN…`: how well detectors tell right sentences about images from wrong ones."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.arguments import EachOnce, natural, page_file, picture_file, positive
from irloom.errors import EXIT_DONE, ConfigError
from irloom.pipelines.embedding import add_embedder_options, report_now_and_then, resolve_embedder
from irloom.views.terminal import align, say, show

if TYPE_CHECKING:
    from irloom.metrics.vectors import KeptEmbedder
    from irloom.pipelines.evaluate.detect.detections import Detections
    from irloom.pipelines.evaluate.detect.results import Result

DESCRIPTION = (
    "AUROC of detectors by group and its plain mean, as AlignBench scores them, with intervals; by place in "
    "the text, kind of error and domain; differences, self-preference and ensembles of several runs."
)
_EMBEDDERS = ("open_clip", "served")
_INSTRUCTION = "represent the given text"
"""What a served model is told of a domain, where a file says nothing else."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("runs", metavar="RUN", nargs="+", action=EachOnce, help="runs of `irloom run detect`")
    parser.add_argument(
        "--filter",
        action="store_true",
        help="for each threshold: what is kept, and how many errors are among it",
    )
    parser.add_argument(
        "--resamples",
        type=positive,
        metavar="N",
        help="intervals by a bootstrap over images with N resamples (default: DeLong's, over images)",
    )
    parser.add_argument(
        "--seed",
        type=natural,
        default=0,
        metavar="N",
        help="of resamples and of the folds of ensembles (default 0)",
    )
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")
    parser.add_argument(
        "--plot",
        type=picture_file,
        metavar="FILE",
        help="write scores, positions and thresholds as a picture",
    )
    parser.add_argument(
        "--report", type=page_file, metavar="FILE", help="write a page (.html) with the surest mistakes"
    )
    group = parser.add_argument_group("domains, where the data name none")
    group.add_argument(
        "--domains", metavar="FILE", help="names of domains, one a line; an embedder says which"
    )
    add_embedder_options(group, _EMBEDDERS, "open_clip")


def main(arguments: argparse.Namespace) -> int:
    """Read, score, show."""
    from irloom.pipelines.evaluate.detect.results import as_json, score_all
    from irloom.pipelines.evaluate.detect.scores import Intervals

    runs, told = read_runs(arguments)
    result = score_all(runs, Intervals(arguments.resamples, arguments.seed))
    if arguments.plot:
        from irloom.pipelines.evaluate.detect.plot import plot_result

        plot_result(result, arguments.plot)
    if arguments.report:
        from irloom.pipelines.evaluate.detect.page import write_page

        write_page(arguments.report, result, arguments.resamples)
    if arguments.json:
        show(json.dumps({**as_json(result, arguments.filter), "notes": told}))
    else:
        show(describe(result, arguments, told))
    return EXIT_DONE


def read_runs(arguments: argparse.Namespace) -> tuple[list["Detections"], list[str]]:
    """The runs, with domains where they are wanted; and what is to be said of these."""
    from irloom.pipelines.evaluate.detect.detections import read_run

    if not arguments.domains and arguments.embedder:
        raise ConfigError("--embedder serves --domains: name a file of domains too.")
    runs = [read_run(Path(run)) for run in arguments.runs]
    return _add_domains(runs, arguments) if arguments.domains else (runs, [])


def _add_domains(
    runs: Sequence["Detections"], arguments: argparse.Namespace
) -> tuple[list["Detections"], list[str]]:
    from irloom.pipelines.evaluate.detect.domains import fill_domains, has_domains, read_domains

    names = read_domains(Path(arguments.domains))
    told = [
        f"{run.name}: domains are those of the data; --domains adds none." for run in runs if has_domains(run)
    ]
    if len(told) == len(runs):
        return list(runs), told
    embedder = _open_embedder(arguments)
    told.append(
        f"Domains without a column in the data: the likeliest of {len(names)} names by {embedder.name}."
    )
    return fill_domains(runs, names, embedder), told


def _open_embedder(arguments: argparse.Namespace) -> "KeptEmbedder":
    from irloom.metrics.embedding import open_embedder
    from irloom.options import OpenClipEmbedderOptions, ServedOptions
    from irloom.sources.cache import choose_cache

    options = resolve_embedder(arguments, {"kind": "open_clip"})
    if isinstance(options, ServedOptions) and "query_instruction" not in options.model_fields_set:
        options = options.model_copy(update={"query_instruction": _INSTRUCTION})
    if not isinstance(options, OpenClipEmbedderOptions | ServedOptions):
        raise ConfigError(
            f"[embedder] kind {options.kind!r} knows no texts: name one of {', '.join(_EMBEDDERS)}."
        )
    return open_embedder(options, choose_cache(None), say, report_now_and_then())


def describe(result: "Result", arguments: argparse.Namespace, told: Sequence[str]) -> str:
    """The tables, one below the other, then what is to be known of them."""
    from irloom.pipelines.evaluate.detect.sheet import list_notes, list_tables
    from irloom.pipelines.evaluate.detect.tables import tabulate_published

    parts = [f"{heading}\n{align(rows)}" if heading else align(rows)
             for heading, rows in list_tables(result, arguments.filter)]  # fmt: skip
    notes = "\n".join([*list_notes(result, arguments.resamples), *told])
    published = [f"{table.note}\n{align(tabulate_published(table))}" for table in result.published]
    return "\n\n".join([*parts, notes, *published])
