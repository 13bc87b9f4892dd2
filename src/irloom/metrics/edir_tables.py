"""EDIR's scores as tables of text."""

from collections.abc import Iterator

from irloom.edits import TAXONOMY
from irloom.metrics.edir_gaps import Gaps
from irloom.metrics.edir_scores import CUTS, EdirScores, Errors, Group, ModeScores, Recall

GROUP_COLUMNS = ("queries", *(f"R@{cut}" for cut in CUTS), "R@1, 95 %")
MODE_COLUMNS = (
    *(f"R@{cut} micro" for cut in CUTS),
    *(f"R@{cut} macro" for cut in CUTS[:1]),
    *("missed at 1", "first: sibling", "reference", "other"),
)


def list_groups(scores: ModeScores) -> Iterator[tuple[str, Group]]:
    """Names and groups from the whole to the finest, a subcategory indented below its category."""
    yield "all (micro)", scores.micro
    if scores.macro is not None:
        yield "all (macro)", scores.macro
    for category, names in TAXONOMY.items():
        if category in scores.categories:
            yield category, scores.categories[category]
        yield from (
            (f"  {name}", scores.subcategories[name])
            for name in names
            if name in scores.subcategories and name != category
        )
    yield from ((f"form: {name}", group) for name, group in scores.forms.items())
    yield from ((f"steps: {name}", group) for name, group in scores.steps.items())


def list_gaps(scores: EdirScores) -> Iterator[str]:
    """What is missing or left to chance in the means, a sentence each; nothing where all is there."""
    if scores.unanswerable:
        yield f"Left out, because no image is right for them: {scores.unanswerable:,} queries."
    if scores.unnamed:
        yield (
            f"{scores.unnamed:,} of {scores.queries:,} queries have no known subcategory: they are in micro, "
            "and in no group of subcategories."
        )
    if scores.unembedded_images:
        yield (
            f"{scores.unembedded_images:,} of {scores.gallery:,} images of the corpus have no embedding, and "
            "are never found."
        )
    for mode, gaps in scores.gaps.items():
        yield from (f"Query {mode}: {sentence}" for sentence in _tell_gaps(scores, gaps))


def _tell_gaps(scores: EdirScores, gaps: Gaps) -> Iterator[str]:
    of = f"of {scores.queries:,} queries"
    if gaps.unembedded:
        yield f"{gaps.unembedded:,} {of} have no embedding, and count as missed."
    if gaps.unreachable:
        yield f"{gaps.unreachable:,} {of} have a target without an embedding, and count as missed."
    if gaps.ties:
        low, high = (100 * ends[CUTS[0]] for ends in (gaps.ties_low, gaps.ties_high))
        yield (
            f"{gaps.ties:,} {of} have a target with the score of another image: the order of ids decides; "
            f"R@1 were {low:.1f} if all went against the target, {high:.1f} if all went for it."
        )
    if gaps.twins:
        yield (
            f"{gaps.twins:,} {of} have a target that lies in the corpus under another id too, byte for byte; "
            f"at {gaps.twins_first:,} of them that one stands first, which counts as missed."
        )


def tabulate_groups(scores: ModeScores) -> list[list[str]]:
    """One line a group: its name, then `GROUP_COLUMNS` in per cent."""
    return [[name, *_show_group(group)] for name, group in list_groups(scores)]


def tabulate_modes(scores: EdirScores) -> list[list[str]]:
    """One line a way of showing the queries: its name, then `MODE_COLUMNS` in per cent."""
    return [[mode, *_show_mode(found)] for mode, found in scores.modes.items()]


def show_share(part: int, whole: int) -> str:
    """A share in per cent; a dash where there is no whole."""
    return f"{100 * part / whole:.1f}" if whole else "–"


def show_interval(recall: Recall) -> str:
    """Where the recall lies with 95 %."""
    return f"{100 * recall.low:.1f}–{100 * recall.high:.1f}"


def _show_group(group: Group) -> list[str]:
    recalls = [f"{100 * recall.value:.1f}" for recall in group.recall.values()]
    return [str(group.queries), *recalls, show_interval(group.recall[CUTS[0]])]


def _show_mode(scores: ModeScores) -> list[str]:
    recalls = [f"{100 * recall.value:.1f}" for recall in scores.micro.recall.values()]
    macro = f"{100 * scores.macro.recall[CUTS[0]].value:.1f}" if scores.macro is not None else "–"
    errors: Errors = scores.errors
    kinds = (errors.siblings, errors.reference, errors.other)
    return [*recalls, macro, f"{errors.total:,}", *(show_share(kind, errors.total) for kind in kinds)]
