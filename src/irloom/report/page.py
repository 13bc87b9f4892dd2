"""Builds the report: one HTML file that needs no network, no script and no other file."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from irloom.engine.directory import RunDirectory, refuse_run_files
from irloom.engine.summary import RuleStory, Summary, summarise, tell_rules
from irloom.errors import UserError
from irloom.export.card import Section, describe_data, tabulate_outcomes
from irloom.export.files import write_text
from irloom.report.course import Course, follow
from irloom.report.data_urls import digest_for_policy, to_data_url
from irloom.report.plots import draw_counts, draw_endings, draw_rules, draw_scores, draw_spent
from irloom.report.rows import Sampled, sample_rows
from irloom.report.sheet import Card, build_sheet

_FAILED, _OBJECTED, _MARKED = "#c4453c", "#e0a030", "#2f6fbd"


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with what it shows."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at the head of the page."""

    value: str
    name: str
    note: str = ""


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
    refuse_run_files(out)
    if out.is_dir():
        raise UserError(f"--out {out} is a folder: name a file.")
    report, samples = gather(root)
    write_text(out, render(report))
    return samples


def gather(root: Path) -> tuple[Report, int]:
    """Read a run once, and draw; in memory that does not grow with the rows' contents."""
    run = RunDirectory.open(root)
    course, sampled, summary = follow(root), sample_rows(root, run.about["flow"]), summarise(root)
    outcomes = tabulate_outcomes(summary.outcomes, summary.tasks)
    report = Report(
        name=root.resolve().name,
        flow=run.about["flow"],
        created=run.about["created"],
        last=course.last,
        open=summary.open,
        figures=_list_figures(summary, sampled),
        plots=_draw(course, sampled),
        rules=tell_rules(root),
        sheet=build_sheet(root, _find_visible(run.about["config"]), sampled.shown, course.outcomes),
        card=describe_data(run.about, sampled.rows, sampled.facts, outcomes),
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


def _list_figures(summary: Summary, sampled: Sampled) -> list[Figure]:
    usage, rows = summary.usage, sampled.rows
    ended = sum(sum(counts.values()) for counts in summary.tasks.values())
    accepted = sum(counts["accepted"] for counts in summary.tasks.values())
    kept = f"original kept in {summary.original_won / summary.pairs:.0%}" if summary.pairs else ""
    first = f"{summary.rounds[1] / accepted:.0%} of them in the first round" if accepted else ""
    tokens = usage["prompt_tokens"] + usage["completion_tokens"]
    figures = [
        Figure(f"{summary.samples:,}", "samples", _tell_outcomes(summary)),
        *(Figure(f"{count:,}", name, kept if name == "pairs" else "") for name, count in rows.items()),
        Figure(f"{accepted / ended:.0%}", "of tasks accepted", first) if accepted else None,
        Figure(f"{usage['requests']:,}", "requests", f"{tokens:,} tokens"),
        Figure(f"${usage['cost_usd']:,.2f}", "cost") if usage["cost_usd"] else None,
    ]
    return [figure for figure in figures if figure is not None]


def _tell_outcomes(summary: Summary) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in summary.outcomes.most_common() if count)


def _draw(course: Course, sampled: Sampled) -> list[Plot]:
    """What there is to draw: a run without failures has no empty axes."""
    failures = {f"{stage}: {error}": count for (stage, error), count in course.failures.items()}
    means = {name: round(sum(marks.elements()) / marks.total(), 2) for name, marks in sampled.marks.items()}
    some_rules = any(count for _, count in course.rules)
    drawn = (
        ("Acceptance by round", _ENDINGS, draw_endings(course.endings) if course.endings else None),
        ("Rules over time", "Rules that stand.", draw_rules(course.rules) if some_rules else None),
        (
            "Scores of captions",
            _tell_scores(sampled),
            draw_scores(sampled.scores) if sampled.scores else None,
        ),
        ("Requests, tokens and cost", "Of all attempts.", draw_spent(course.spent) if course.spent else None),
        ("Marks of figures", "Means of the judge's marks, 0 to 2.", _draw_counts(means, _MARKED)),
        ("Objections", "Why something was rejected.", _draw_counts(_spell(course.objections), _OBJECTED)),
        ("Failures", "By stage and error.", _draw_counts(failures, _FAILED)),
    )
    return [
        Plot(title, note, to_data_url(svg, "image/svg+xml")) for title, note, svg in drawn if svg is not None
    ]


_ENDINGS = "How tasks of each kind ended, and in which round they were accepted."


def _tell_scores(sampled: Sampled) -> str:
    return f"{len(sampled.scores):,} of {sampled.scored:,} pairs. On the line both scored alike."


def _draw_counts(counts: Mapping[str, float], colour: str) -> bytes | None:
    return draw_counts(counts, colour) if counts else None


def _spell(counts: Mapping[str, float]) -> dict[str, float]:
    """Names as people write them."""
    return {name.replace("_", " "): count for name, count in counts.items()}


def _find_visible(config: Mapping[str, Any]) -> Path | None:
    folder = config.get("images")
    return Path(folder) if folder else None


def _write_time(moment: str) -> str:
    """A time as rows carry it, to the minute."""
    return f"{dt.datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"
