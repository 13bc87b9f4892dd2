"""The final pass of the CIR flow: a run's edits become a data set in EDIR's form.

The same committed edits give the same files, byte for byte, in whatever order they were committed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

import orjson
from pydantic import Field

import irloom
from irloom.backends.builders import load_embedder
from irloom.backends.meters.near_duplicates import NEAR_BITS, NEAR_COSINE
from irloom.backends.meters.twins import TWIN_DISTANCE
from irloom.config import explain
from irloom.edits import SUBCATEGORIES, Subcategory
from irloom.engine.directory import RunDirectory, refuse_run_files
from irloom.engine.images import hash_file
from irloom.engine.odd_files import refuse_odd_files
from irloom.engine.reader import iterate_rows
from irloom.errors import RunDirError, SourceError, UserError
from irloom.export import attribution
from irloom.export.attribution import Attribution
from irloom.export.edir import EDIR_FILES, write_edir
from irloom.export.files import write_json_lines
from irloom.export.folders import replacing_folder
from irloom.export.provenance import Origins
from irloom.export.recipe import write_recipe
from irloom.export.selection import is_judged
from irloom.inside import is_inside
from irloom.pipelines.cir.choice import (
    Drop,
    DropCategory,
    Rule,
    choose,
    drop_beyond_quotas,
    drop_contained,
    drop_near_duplicates,
    drop_twins,
)
from irloom.pipelines.cir.config import CirConfig
from irloom.pipelines.cir.edir_rows import Candidate, compose_data, list_images, read_candidate
from irloom.protocols import Embedder
from irloom.records import Row
from irloom.sources.edir import check_edir, read_edir
from irloom.sources.licences import name_licence

_REPORT = "dataset.json"
_OWN = EDIR_FILES | {"dropped.jsonl", _REPORT, "recipe", attribution.FILE}
_NEEDED = (
    *("edit", "family", "subcategory", "category", "outcome", "reference", "reference_sha256"),
    *("image", "sha256", "query", "form", "instruction", "steps", "measured"),
)
"""Fields of an edit's row that a data set is made of."""


@dataclass(frozen=True, slots=True)
class DatasetOptions:
    """What decides which edits become queries, and what is searched."""

    quotas: Mapping[Subcategory, int] = field(default_factory=dict)
    """The most queries of a subcategory; those left out have no bound."""
    seed: int = 0
    with_references: bool = False
    """Put the seed images into the corpus as well."""
    embedder: Embedder | None = None
    """Finds near duplicates that the hashes do not show."""
    licences: tuple[str, ...] = ()
    """Of the seeds, as `irloom.sources.licences` names them; any, if left out."""
    unjudged: bool = True
    """Also edits that nobody judged."""

    @classmethod
    def of_run(
        cls, root: Path, with_references: bool = False, notify: Callable[[str], None] = lambda message: None
    ) -> Self:
        """As the run's own configuration says; RunDirError for a run of another flow.

        Raises ConfigError where the run names an embedder that cannot be loaded; `notify` hears of its
        troubles.
        """
        run = RunDirectory.open(root)
        if run.flow != CirConfig.model_fields["flow"].default:
            raise RunDirError(f"{root} is a run of the flow {run.flow!r}, and makes no composed queries.")
        try:
            config = CirConfig.model_validate(run.settings)
        except ValueError as error:
            raise RunDirError(f"{root / 'run.json'} does not fit this irloom: {explain(error)}") from error
        embedder = load_embedder(config.embedder, notify) if config.embedder else None
        return cls(config.quotas, config.seed, with_references or config.with_references, embedder)


class SubcategoryCounts(Row):
    """What became of the edits of a subcategory."""

    candidates: int
    kept: int
    dropped: Mapping[DropCategory, int] = Field(default_factory=dict)


class DatasetReport(Row):
    """What a data set holds, and what was left out of it; written beside it as `dataset.json`."""

    irloom: str
    queries: int
    corpus: int
    references: int
    """Seed images that are asked about, in the corpus or not."""
    without_negatives: int
    """Queries that are the only one of their seed."""
    seed: int
    quotas: Mapping[Subcategory, int]
    with_references: bool
    embedder: str | None
    licences: tuple[str, ...] = ()
    """Those that were asked for; none for all."""
    unlicensed: int = 0
    """Edits whose seed has none of them."""
    unjudged: int = 0
    """Edits that nobody judged, and that were left out for it."""
    limits: Mapping[str, float]
    subcategories: Mapping[Subcategory, SubcategoryCounts]


def build_dataset(root: Path, out: Path, options: DatasetOptions) -> DatasetReport:
    """Choose among a run's committed edits and write the data set; the folder `out` is replaced as a whole.

    Raises RunDirError for a folder without edits and for edits of another version, and UserError for an image
    that is missing or spoilt, for a folder that is no earlier export, and for a data set that would not be
    sound; then `out` stays as it was.
    """
    refuse_odd_files(root, pictures=True)
    refuse_run_files(out)
    sources = _Sources(root)
    every = _read_candidates(root)
    judged = every if options.unjudged else _leave_out_unjudged(root, every)
    candidates = [one for one in judged if sources.fits(one, options.licences)]
    _check_pictures(root, candidates)
    try:
        kept, drops = choose(candidates, _list_rules(options))
    except SourceError as error:
        raise UserError(f"An image of the run cannot be read: {error}.") from error
    report = _report(
        candidates, kept, drops, options, (len(judged) - len(candidates), len(every) - len(judged))
    )
    more = sources.describe(kept)
    with replacing_folder(out, _OWN, _REPORT) as folder:
        data = compose_data(folder / "images", kept, options.with_references, more)
        write_edir(folder, data, list_images(kept))
        write_json_lines(folder / "dropped.jsonl", (drop.model_dump() for drop in drops))
        text = orjson.dumps(report.model_dump(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        (folder / _REPORT).write_bytes(text)
        write_json_lines(folder / attribution.FILE, sources.attribution.list_items())
        write_recipe(root, folder / "recipe")
        _check(folder)
    return report


class _Sources:
    """Where the edits of a run come from: their photographs, and how they were made."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._origins = Origins(root, "edits")
        self.attribution = Attribution()

    def fits(self, one: Candidate, licences: Sequence[str]) -> bool:
        """Whether the licence of its seed is one of those that were asked for, if any were."""
        return not licences or self._name_licence(one) in licences

    def describe(self, kept: Sequence[Candidate]) -> dict[str, dict[str, str]]:
        """What the metadata of each query say of it: queries of one group show one photograph."""
        from irloom.export.likeness import find_likeness
        from irloom.export.prints import Prints

        groups = find_likeness(self._root, Prints(looks=True)).name_groups() if kept else {}
        for one in kept:
            self.attribution.take(one.row, self._origins.find_credit(one.row))
        return {
            one.id: {
                "group": groups[one.sample],
                "licence": self._name_licence(one),
                "provenance": self._origins.dump(one.row),
            }
            for one in kept
        }

    def _name_licence(self, one: Candidate) -> str:
        credit = self._origins.find_credit(one.row)
        return name_licence(credit["licence"], credit["licence_url"])


def _read_candidates(root: Path) -> list[Candidate]:
    found: list[Candidate] = []
    for row in iterate_rows(root, "edits"):
        lacking = next((name for name in _NEEDED if name not in row), None)
        if lacking or "hash_after" not in row["measured"]:
            raise RunDirError(
                f"{root / 'edits.jsonl'}: a row of sample {row['sample']} lacks {lacking or 'hash_after'!r}, "
                f"so the run was made by another version ({row.get('irloom', 'unknown')}): export it with "
                "that version, or start another run with this one."
            )
        found.append(read_candidate(root, row))
    return found


def _leave_out_unjudged(root: Path, every: Sequence[Candidate]) -> Sequence[Candidate]:
    """Those that somebody judged; UserError where nobody judged any of what there is."""
    judged = [one for one in every if is_judged(one.row)]
    if every and not judged:
        raise UserError(
            f"None of the {len(every):,} edits of {root} was judged by a model, only measured: --unjudged "
            "takes them."
        )
    return judged


def _check_pictures(root: Path, candidates: Sequence[Candidate]) -> None:
    """Refuse pictures that are not those that were committed: a query would have a wrong answer."""
    sums = {one.target: one.row["sha256"] for one in candidates}
    sums |= {one.reference: one.row["reference_sha256"] for one in candidates}
    for path, sha256 in sums.items():
        if not is_inside(path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)):
            raise UserError(f"{path} leads out of the run: nothing is exported.")
        if (found := hash_file(path)) != sha256:
            what = "is not the picture that was committed" if found else "is missing"
            raise UserError(
                f"{path} {what}: put it back, or start another run with the same inputs and --reuse {root}, "
                "which makes it anew and pays for nothing else again."
            )


def _list_rules(options: DatasetOptions) -> list[Rule]:
    return [
        drop_twins,
        drop_contained,
        partial(drop_near_duplicates, embedder=options.embedder),
        partial(drop_beyond_quotas, quotas=options.quotas, seed=options.seed),
    ]


def _check(folder: Path) -> None:
    """Read what was written as anybody would, before it takes the place of an earlier data set."""
    if problems := check_edir(read_edir(folder)):
        raise UserError(f"The data set would not be sound, so it was not put in place: {problems[0]}.")


def _report(
    candidates: Sequence[Candidate],
    kept: Sequence[Candidate],
    drops: Sequence[Drop],
    options: DatasetOptions,
    left_out: tuple[int, int],
) -> DatasetReport:
    unlicensed, unjudged = left_out
    references = {one.sample for one in kept}
    siblings = Counter(one.sample for one in kept)
    limits = {"twin_distance": TWIN_DISTANCE, "near_bits": NEAR_BITS}
    if options.embedder:
        limits["near_cosine"] = NEAR_COSINE
    return DatasetReport(
        irloom=irloom.__version__,
        queries=len(kept),
        corpus=len(kept) + (len(references) if options.with_references else 0),
        references=len(references),
        without_negatives=sum(count == 1 for count in siblings.values()),
        seed=options.seed,
        quotas={name: options.quotas[name] for name in SUBCATEGORIES if name in options.quotas},
        with_references=options.with_references,
        embedder=options.embedder.name if options.embedder else None,
        licences=options.licences,
        unlicensed=unlicensed,
        unjudged=unjudged,
        limits=limits,
        subcategories=_count(candidates, kept, drops),
    )


def _count(
    candidates: Sequence[Candidate], kept: Sequence[Candidate], drops: Sequence[Drop]
) -> dict[Subcategory, SubcategoryCounts]:
    given, left = (Counter(one.subcategory for one in group) for group in (candidates, kept))
    dropped = Counter((drop.subcategory, drop.category) for drop in drops)
    return {
        name: SubcategoryCounts(
            candidates=given[name],
            kept=left[name],
            dropped={why: count for (what, why), count in sorted(dropped.items()) if what == name},
        )
        for name in SUBCATEGORIES
        if given[name]
    }
