"""Fills the page templates; every value is escaped."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from irloom.views.blocks import Choice, Code, Columns, Pictures, Question, Section, Table, Text, walk
from irloom.views.outcomes import Labels, name_within
from irloom.web.entries import ENDINGS, FACETS
from irloom.web.queries import SHOWN_VALUES

FOLDER = Path(__file__).parent
_KINDS: Mapping[str, type] = {
    kind.__name__: kind for kind in (Choice, Code, Columns, Pictures, Question, Section, Table, Text)
}
"""Blocks by the tests that tell them apart in a template."""


def render(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page."""
    return HTMLResponse(_load_templates().get_template(name).render(**values), status)


@cache
def _load_templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"FACETS": FACETS, "SHOWN_VALUES": SHOWN_VALUES}
    for name, kind in _KINDS.items():
        environment.tests[name.lower()] = _tell_apart(kind)
    environment.filters |= {
        "count": _count,
        "cost": _cost,
        "took": _took,
        "walk": walk,
        "named": name_within,
        "named_of": _name_value,
    }
    return environment


def _tell_apart(kind: type) -> Callable[[object], bool]:
    """A test of templates: whether a value is of a kind."""

    def is_one(value: object) -> bool:
        return isinstance(value, kind)

    return is_one


def _name_value(value: str, facet: str, labels: Labels) -> str:
    """A value of a facet as people read it: outcomes go by the flow's words."""
    return name_within(value, labels) if facet in ENDINGS else value


def _count(value: int) -> str:
    return f"{value:,}"


def _cost(value: float) -> str:
    if not value:
        return "$0"
    return f"${value:,.2f}" if value >= 1 else f"${value:.4f}"


def _took(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 1000 else f"{milliseconds:.0f} ms"
