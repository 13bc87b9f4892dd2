"""Builds the report: one HTML file that needs no network, no script and no other file."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from irloom.engine.directory import RunDirectory, refuse_run_files
from irloom.engine.odd_files import refuse_odd_files
from irloom.engine.reader import list_kept_files
from irloom.engine.summary import RuleStory, Summary, summarise, tell_rules
from irloom.errors import UserError
from irloom.export.card import Section, describe_data, tabulate_outcomes
from irloom.export.files import write_text
from irloom.pipelines.flow import Figure, Flow, Means, Scatter, tell_accepted
from irloom.pipelines.registry import find_usable
from irloom.pipelines.tasks import name_judge
from irloom.report.course import Course, follow
from irloom.report.data_urls import digest_for_policy, to_data_url
from irloom.report.means import tell_means
from irloom.report.plots import counts_rounds, draw_counts, draw_endings, draw_rules, draw_scatter, draw_spent
from irloom.report.rows import Sampled, sample_rows
from irloom.report.sheet import Card, build_sheet
from irloom.report.words import describe_words
from irloom.views.blocks import View
from irloom.views.calls import tabulate_calls
from irloom.views.outcomes import Labels, name_outcome

_FAILED, _OBJECTED, _MARKED = "#c4453c", "#e0a030", "#2f6fbd"


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with what it shows."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page shows."""

    name: str
    flow: str
    created: str
    last: str
    open: int
    figures: list[Figure]
    plots: list[Plot]
    rules: list[RuleStory]
    sheet: list[Card]
    card: list[Section]


def write_report(root: Path, out: Path) -> int:
    """Write the page of a run, in progress or not; returns how many samples it tells of.

    RunDirError where there is no run; UserError for a file that a run keeps or that cannot be written.
    """
    refuse_odd_files(root, pictures=True)
    refuse_run_files(out)
    if out.is_dir():
        raise UserError(f"--out {out} is a folder: name a file.")
    report, samples = gather(root)
    write_text(out, render(report))
    return samples


def gather(root: Path) -> tuple[Report, int]:
    """Read a run once, and draw; in memory that does not grow with the rows' contents."""
    run = RunDirectory.open(root)
    flow, summary, course = find_usable(run.flow), summarise(root), follow(root)
    kinds = [one.name for one in flow.data] if flow is not None else list_kept_files(root)
    sampled = sample_rows(root, kinds, flow.plots if flow is not None else ())
    view = flow.view if flow is not None else View()
    labels = flow.labels if flow is not None else {}
    plots = flow.plots if flow is not None else ()
    own = [_draw_own(sampled, plot, summary, run.settings) for plot in plots]
    outcomes = tabulate_outcomes(summary.outcomes, summary.tasks, labels)
    report = Report(
        name=root.resolve().name,
        flow=run.flow if flow is not None else f"{run.flow}, which is not installed here",
        created=run.about["created"],
        last=course.last,
        open=summary.open,
        figures=_list_figures(summary, sampled, flow, _name_judge(flow, run, summary)),
        plots=_draw(course, own, labels),
        rules=tell_rules(root),
        sheet=build_sheet(root, run.source, kinds[0], sampled.shown, view, course.outcomes, labels),
        card=[
            *describe_data(run.about, sampled.rows, sampled.facts, outcomes, flow),
            *_tell_made(summary, flow),
            *describe_words(root, run.about, sampled, flow),
            *_tell_calls(summary),
        ],
    )
    return report, summary.samples


def render(report: Report) -> str:
    """The page; every text in it is escaped, and its policy allows pictures and one style sheet."""
    loader = PackageLoader("irloom.report")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["when"] = _write_time
    style, _, _ = loader.get_source(environment, "report.css")
    return environment.get_template("report.html").render(
        report=report, style=Markup(style), style_digest=digest_for_policy(style)
    )


def _name_judge(flow: Flow[Any] | None, run: RunDirectory, summary: Summary) -> str:
    judge = name_judge(flow, run.settings, summary) if flow is not None else ""
    return f"judged by {judge}" if judge else ""


def _list_figures(summary: Summary, sampled: Sampled, flow: Flow[Any] | None, judged: str) -> list[Figure]:
    usage, rows, labels = summary.usage, sampled.rows.items(), flow.labels if flow is not None else {}
    went = (flow.figure if flow is not None else tell_accepted)(summary)
    notes = {made.name: made.text for made in flow.made(summary)} if flow is not None else {}
    tokens = usage["prompt_tokens"] + usage["completion_tokens"]
    figures = [
        Figure(f"{summary.samples:,}", "samples", _tell_outcomes(summary, labels)),
        *(Figure(f"{count:,}", name, _note(count, notes.get(name, ""))) for name, count in rows),
        replace(went, note=", ".join(filter(None, (went.note, judged)))) if went is not None else None,
        Figure(f"{usage['requests']:,}", "requests", f"{tokens:,} tokens"),
        Figure(f"${usage['cost_usd']:,.2f}", "cost") if usage["cost_usd"] else None,
    ]
    return [figure for figure in figures if figure is not None]


def _tell_made(summary: Summary, flow: Flow[Any] | None) -> list[Section]:
    """What the closing summary says was made and rejected."""
    made = flow.made(summary) if flow is not None else ()
    table = (("", ""), *((one.name, one.text) for one in made))
    return [Section("What was made", (), table)] if made else []


def _tell_calls(summary: Summary) -> list[Section]:
    calls = tabulate_calls(summary.spent)
    return [Section("Calls", ("By agent, over all attempts.",), calls)] if calls else []


def _note(count: int, said: str) -> str:
    """What a summary says of rows, without their number where that stands above it."""
    return said.removeprefix(f"{count:,} ").removeprefix(f"{count:,}").strip("()")


def _tell_outcomes(summary: Summary, labels: Labels) -> str:
    named = ((name_outcome(name, labels), count) for name, count in summary.outcomes.most_common())
    return ", ".join(f"{count:,} {name}" for name, count in named if count)


def _draw(course: Course, own: Sequence[tuple[str, str, bytes | None]], labels: Labels) -> list[Plot]:
    """What there is to draw, the flow's own among it: a run without failures has no empty axes."""
    failures = {f"{stage}: {error}": count for (stage, error), count in course.failures.items()}
    some_rules = any(count for _, count in course.rules)
    drawn = (
        (*_name_endings(course), draw_endings(course.endings, labels) if course.endings else None),
        ("Rules over time", "Rules that stand.", draw_rules(course.rules) if some_rules else None),
        *own,
        ("Requests, tokens and cost", "Of all attempts.", draw_spent(course.spent) if course.spent else None),
        ("Objections", "Why something was rejected.", _draw_counts(_spell(course.objections), _OBJECTED)),
        ("Failures", "By stage and error.", _draw_counts(failures, _FAILED)),
    )
    return [
        Plot(title, note, to_data_url(svg, "image/svg+xml")) for title, note, svg in drawn if svg is not None
    ]


def _draw_own(
    sampled: Sampled, plot: Scatter | Means, summary: Summary, config: Mapping[str, Any]
) -> tuple[str, str, bytes | None]:
    """A plot that a flow declares."""
    if isinstance(plot, Means):
        note, means = tell_means(plot, sampled.sums.get(plot.title, {}), summary, config)
        return plot.title, note, _draw_counts(means, _MARKED)
    points = sampled.points.get(plot.title)
    if points is None:
        return plot.title, "", None
    note = f"{len(points.drawn):,} of {points.seen:,} {plot.data}. On the line both are alike."
    return plot.title, note, draw_scatter(points.drawn, plot.axes, plot.names)


def _name_endings(course: Course) -> tuple[str, str]:
    """Title and note of the plot of endings; rounds are told of where there are any."""
    if counts_rounds(course.endings):
        return "Acceptance by round", "How tasks of each kind ended, and in which round they were accepted."
    return "Endings", "How tasks of each kind ended."


def _draw_counts(counts: Mapping[str, float], colour: str) -> bytes | None:
    return draw_counts(counts, colour) if counts else None


def _spell(counts: Mapping[str, float]) -> dict[str, float]:
    """Names as people write them."""
    return {name.replace("_", " "): count for name, count in counts.items()}


def _write_time(moment: str) -> str:
    """A time as rows carry it, to the minute."""
    return f"{dt.datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"
