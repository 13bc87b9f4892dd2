"""What builds a question set: settings, and a function that drafts its questions.

The rest is shared: twins, parts, letters, balance, baselines, the leak check, and how a set is written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Generic, NamedTuple, TypeVar

from pydantic import Field

from irloom.question_sets.ledger import Ledger
from irloom.question_sets.record import Draft
from irloom.settings import HOW, HOW_MUCH, Option, Settings

INTERFACE = 1
"""Changes when builders of other packages must."""

Picture = Path | Callable[[], bytes]
"""A file, which is brought in as every endpoint reads it, or what gives the bytes of a PNG or JPEG.

It is called once, when its name is met first. Raises SourceError for what cannot be read.
"""


class BuildSettings(Settings):
    """What every builder is asked; a path carries `DIGESTED`, and its source's sum stands in the set."""

    seed: Annotated[int, Option(HOW_MUCH, metavar="N")] = Field(default=0, ge=0, lt=2**63)
    """Seed of everything random."""
    test_only: Annotated[bool, Option(HOW)] = False
    """Put all questions into the test part: nothing is left to train on, or to learn baselines from."""


C = TypeVar("C", bound=BuildSettings)


class Drafted(NamedTuple):
    """A draft with its pictures by the names that its shots have."""

    draft: Draft
    pictures: Mapping[str, Picture]


@dataclass(frozen=True, kw_only=True)
class Builder(Generic[C]):
    """A builder, as `irloom build NAME` knows it."""

    name: str
    help: str
    """A line for `irloom build --help`."""
    description: str
    config: type[C]
    build: Callable[[C, Ledger], Iterator[Drafted]]
    """Drafts questions in an order that the settings decide. Raises ConfigError for what cannot be read."""
    flow: str = ""
    """The evaluation that asks the set, such as `template`; the builder's own name where left out."""
    published: Mapping[str, int] = field(default_factory=dict)
    """Questions a task in the paper, to be shown beside the set's own."""
    about: str
    """What the set is, in a few sentences for its card."""
    limits: tuple[str, ...] = ()
    """What the set is not good for."""
    tags: tuple[str, ...] = ("infrared", "thermal", "evaluation")
    interface: int = INTERFACE
