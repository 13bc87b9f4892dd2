"""`irloom bench edir`: how well an embedder finds what a composed query asks for."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.errors import EXIT_DONE, ConfigError
from irloom.pipelines.arguments import add_interval_options, positive
from irloom.pipelines.embedding import KINDS, add_embedder_options, report_now_and_then, resolve_embedder
from irloom.views.terminal import align, say, show

if TYPE_CHECKING:
    from irloom.metrics.edir_layout import Mode
    from irloom.metrics.edir_scores import EdirScores

_MODES: "tuple[Mode, ...]" = ("both", "text", "image")

DESCRIPTION = (
    "Recall@1, 3, 5 and 10 on a data set in EDIR's form, by image and text and by each alone. What was "
    "embedded is kept in the cache folder, so that nothing is embedded twice."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "data", metavar="DATA", help="folder with queries.jsonl, or with dataset/SPLIT/ in it"
    )
    parser.add_argument("--split", metavar="NAME", help="which split, where there are several")
    parser.add_argument("--limit", type=positive, metavar="N", help="only the first N queries")
    _add_embedder(parser.add_argument_group("who embeds"))
    _add_results(parser.add_argument_group("what comes out"))


def _add_embedder(group: argparse._ArgumentGroup) -> None:
    add_embedder_options(group, KINDS, "pixels, a baseline that cannot read")
    group.add_argument("--vectors", metavar="FILE", help=".npz with query_ids, queries, corpus_ids, corpus")
    group.add_argument(
        "--compose", choices=("sum", "text", "image"), help="how open_clip's two vectors become one"
    )


def _add_results(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--modes", metavar="LIST", help="both,text,image: what of a query is shown")
    group.add_argument(
        "--exclude-reference",
        action="store_true",
        help="never find the reference image (EDIR does not exclude)",
    )
    add_interval_options(group)
    group.add_argument("--json", action="store_true", help="for programs: one JSON object")
    group.add_argument("--report", metavar="FILE", help="write a page (.html) with scores and examples")
    group.add_argument("--plot", metavar="FILE", help="write coverage and recall by subcategory as a picture")


def main(arguments: argparse.Namespace) -> int:
    """Embed, retrieve, score, show."""
    modes = _read_modes(arguments.modes)
    options = resolve_embedder(arguments, {"kind": "pixels"})
    from irloom.metrics.edir import make_vectors, retrieve, score
    from irloom.metrics.edir_layout import lay_out
    from irloom.sources.cache import choose_cache
    from irloom.sources.edir import read_edir

    layout = lay_out(read_edir(Path(arguments.data), arguments.split), arguments.limit)
    vectors = make_vectors(layout, options, modes, choose_cache(None), say, report_now_and_then())
    found = retrieve(layout, vectors, arguments.exclude_reference)
    scores = score(
        layout, vectors.source, found, arguments.exclude_reference, arguments.resamples, arguments.seed
    )
    if arguments.plot:
        from irloom.metrics.edir_plot import plot_edir

        plot_edir(layout, scores, Path(arguments.plot))
    if arguments.report:
        from irloom.metrics.edir_report import write_report

        write_report(Path(arguments.report), layout, scores, found)
    show(json.dumps(asdict(scores)) if arguments.json else _describe(scores))
    return EXIT_DONE


def _read_modes(text: str | None) -> "list[Mode] | None":
    if text is None:
        return None
    named = {part.strip() for part in text.split(",")}
    if strangers := sorted(named - set(_MODES)):
        raise ConfigError(f"--modes {text}: there is no {strangers[0]!r}; choose from {', '.join(_MODES)}.")
    return [mode for mode in _MODES if mode in named]


def _describe(scores: "EdirScores") -> str:
    from irloom.metrics.edir_tables import GROUP_COLUMNS, MODE_COLUMNS, tabulate_groups, tabulate_modes

    parts = [f"{scores.embedder}: {scores.queries:,} queries against {scores.gallery:,} images"]
    for mode, found in scores.modes.items():
        parts.append(align([[f"query: {mode}", *GROUP_COLUMNS], *tabulate_groups(found)]))
    parts.append(align([["query", *MODE_COLUMNS], *tabulate_modes(scores)]))
    notes = [
        "R@k: per cent of queries with the target among the first k. Micro: over queries; macro: over "
        "subcategories.",
        "On the right: what stands first where the target does not, in per cent of these errors.",
    ]
    if scores.unanswerable:
        notes.append(f"Left out, because no image is right for them: {scores.unanswerable:,} queries.")
    if scores.references_excluded:
        notes.append("The reference image is passed over, which EDIR's own script does not do.")
    return "\n\n".join([*parts, "\n".join(notes)])
