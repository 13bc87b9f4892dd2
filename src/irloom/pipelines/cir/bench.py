"""`irloom bench edir`: how well an embedder finds what a composed query asks for."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.arguments import add_interval_options, page_file, picture_file, positive
from irloom.errors import EXIT_DONE, ConfigError
from irloom.pipelines.embedding import (
    KINDS,
    add_embedder_options,
    read_embedder,
    report_now_and_then,
    resolve_embedder,
)
from irloom.views.terminal import align, say, show

if TYPE_CHECKING:
    from irloom.metrics.edir_differences import Difference, Scored
    from irloom.metrics.edir_layout import Layout, Mode
    from irloom.metrics.edir_scores import EdirScores
    from irloom.options import VectorSource

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
        "--compare",
        action="append",
        default=[],
        metavar="FILE",
        help="another embedder beside the first, again for more: .npz of vectors, or .toml with [embedder]",
    )
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
    group.add_argument(
        "--report", type=page_file, metavar="FILE", help="write a page (.html) of the first embedder"
    )
    group.add_argument(
        "--plot",
        type=picture_file,
        metavar="FILE",
        help="write coverage and its recall by subcategory as a picture",
    )


def main(arguments: argparse.Namespace) -> int:
    """Embed, retrieve, score, show."""
    modes = _read_modes(arguments.modes)
    sources = [resolve_embedder(arguments, {"kind": "pixels"}), *map(read_embedder, arguments.compare)]
    from irloom.metrics.edir_layout import lay_out
    from irloom.sources.edir import read_edir

    layout = lay_out(read_edir(Path(arguments.data), arguments.split), arguments.limit)
    embedders = [_score(layout, source, modes, arguments) for source in sources]
    _refuse_twice(embedders)
    first = embedders[0]
    if arguments.plot:
        from irloom.metrics.edir_plot import plot_edir

        plot_edir(layout, first.scores, arguments.plot)
    if arguments.report:
        from irloom.metrics.edir_report import write_report

        write_report(arguments.report, layout, first.scores, first.found)
    show(_tell(layout, embedders, arguments.json))
    return EXIT_DONE


def _score(
    layout: "Layout", source: "VectorSource", modes: "list[Mode] | None", arguments: argparse.Namespace
) -> "Scored":
    from irloom.metrics.edir import retrieve, score
    from irloom.metrics.edir_differences import Scored
    from irloom.metrics.edir_vectors import make_vectors
    from irloom.sources.cache import choose_cache

    alone = arguments.exclude_reference
    vectors = make_vectors(layout, source, modes, choose_cache(None), say, report_now_and_then())
    found = retrieve(layout, vectors, alone)
    return Scored(score(layout, vectors, found, alone, arguments.resamples, arguments.seed), found)


def _refuse_twice(embedders: "Sequence[Scored]") -> None:
    """Two embedders of one name would be one line's difference from the other's."""
    names = [one.scores.embedder for one in embedders]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ConfigError(f"--compare: two embedders are called {twice[0]!r}: rename one of the files.")


def _tell(layout: "Layout", embedders: "Sequence[Scored]", is_json: bool) -> str:
    """One embedder's scores as they always were; of several each one's, and the differences."""
    from irloom.metrics.edir_comparison import read_published
    from irloom.metrics.edir_differences import compare

    if len(embedders) == 1:
        scores = embedders[0].scores
        return json.dumps(asdict(scores)) if is_json else _describe(scores)
    differences = compare(layout, embedders)
    if not is_json:
        return "\n\n".join([_describe_several(embedders, differences), _describe(embedders[0].scores)])
    return json.dumps(
        {
            "embedders": [asdict(one.scores) for one in embedders],
            "differences": [asdict(one) for one in differences],
            "published": read_published()["row"],
        }
    )


def _read_modes(text: str | None) -> "list[Mode] | None":
    if text is None:
        return None
    named = {part.strip() for part in text.split(",")}
    if strangers := sorted(named - set(_MODES)):
        raise ConfigError(f"--modes {text}: there is no {strangers[0]!r}; choose from {', '.join(_MODES)}.")
    return [mode for mode in _MODES if mode in named]


def _describe_several(embedders: "Sequence[Scored]", differences: "Sequence[Difference]") -> str:
    from irloom.metrics.edir_comparison import COLUMNS, list_uncompared, read_published, tabulate_embedders
    from irloom.metrics.edir_tables import list_gaps

    table = align([["embedder", *COLUMNS], *tabulate_embedders(embedders, differences)])
    base = embedders[0].scores.embedder
    notes = [
        f"Less base: what an embedder has over {base}, query by query, with paired 95 % intervals of "
        f"{embedders[0].scores.resamples:,} resamples; – where nothing varies.",
        f"{read_published()['note']}.",
        *list_uncompared(embedders),
        *(f"{one.scores.embedder}: {gap}" for one in embedders[1:] for gap in list_gaps(one.scores)),
    ]
    return "\n\n".join([table, "\n".join(notes)])


def _describe(scores: "EdirScores") -> str:
    from irloom.metrics.edir_tables import (
        GROUP_COLUMNS,
        MODE_COLUMNS,
        list_gaps,
        tabulate_groups,
        tabulate_modes,
    )

    parts = [f"{scores.embedder}: {scores.queries:,} queries against {scores.gallery:,} images"]
    for mode, found in scores.modes.items():
        parts.append(align([[f"query: {mode}", *GROUP_COLUMNS], *tabulate_groups(found)]))
    parts.append(align([["query", *MODE_COLUMNS], *tabulate_modes(scores)]))
    notes = [
        "R@k: per cent of queries with the target among the first k. Micro: over queries; macro: over "
        "subcategories.",
        "A query that cannot be found counts as missed; intervals are 95 %.",
        "On the right: what stands first where the target does not, in per cent of these errors.",
    ]
    notes += list_gaps(scores)
    if scores.references_excluded:
        notes.append("The reference image is passed over, which EDIR's own script does not do.")
    return "\n\n".join([*parts, "\n".join(notes)])
