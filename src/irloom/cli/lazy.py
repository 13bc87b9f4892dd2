"""Parsers that fill themselves when they are used, so that `irloom --help` imports no flow."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

_ELSEWHERE = {
    "--licence": "it is taken by runs over photographs whose annotations name their licences, and by `irloom "
    "export`. Questions, problems and published sets name none of single pictures: choose before, among the "
    "photographs that they are made of, or afterwards, in the export."
}
"""Options that somebody may expect of every verb, and where they are."""
Fill = Callable[[argparse.ArgumentParser], None]


class LazyParser(argparse.ArgumentParser):
    """A parser whose options are declared when the first command line reaches it."""

    def __init__(self, *words: Any, **keywords: Any) -> None:
        super().__init__(*words, **keywords)
        self.fill: Fill | None = None
        self.words: Sequence[str] = ()
        """What it was given to parse, for options that depend on it."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Declare what was put off, then parse."""
        self.words = args or ()
        fill, self.fill = self.fill, None
        if fill is not None:
            fill(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Say where an option is that is not here."""
        unknown = message.split() if message.startswith("unrecognized") else ()
        hints = [said for option, said in _ELSEWHERE.items() if option in unknown]
        super().error("; ".join([message, *hints]))


def add_lazily(names: Any, name: str, fill: Fill, **keywords: Any) -> None:
    """Add a verb, or a name below one, whose options `fill` declares when they are needed."""
    parser = names.add_parser(name, **keywords)
    assert isinstance(parser, LazyParser)
    parser.fill = fill
