"""Fills the pages of benchmarks, which share their style: no script, nothing fetched."""

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined


def fill_page(name: str, **values: object) -> str:
    """A page of `irloom.data`, filled; what it includes lies beside it."""
    environment = Environment(
        loader=FunctionLoader(_read), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(name).render(**values)


def _read(name: str) -> str:
    return files("irloom.data").joinpath(name).read_text("utf-8")
