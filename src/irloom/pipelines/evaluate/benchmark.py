"""What a benchmark declares: what to read, what to ask, how replies are read, and how scores are shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Generic, TypeVar

from irloom.engine.images import hash_file
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.records import Answer, Heard, Item, Posed
from irloom.pipelines.flow import Card, Form

C = TypeVar("C", bound=EvaluationConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A way to read a reply: `read` and `read_check` return None where they cannot."""

    read: Callable[[Heard, Posed], str | None]
    read_check: Callable[[str, Heard, Posed], str | None]
    """Reads what the checker model said of a reply."""
    is_right: Callable[[str, Posed], bool] | None = lambda read, posed: read == posed.right
    """None where an answer is a score, which is neither right nor wrong."""
    needs_checker: bool = False
    """Whether a run without a checker is refused: too little could be read."""


@dataclass(frozen=True, kw_only=True)
class Benchmark(Generic[C]):
    """A benchmark, as `irloom run NAME` and `irloom bench NAME` know it."""

    name: str
    help: str
    """A line for `irloom run --help`."""
    description: str
    config: type[C]
    prompts: tuple[str, ...]
    """Folders of the prompts that its asks and their checks use."""
    brought_prompts: Traversable | None = None
    """A folder of prompts beside irloom's own, for a benchmark of another package."""
    load: Callable[[C], Sequence[Item]]
    """Reads the questions, each with an id of its own; raises ConfigError for what cannot be scored."""
    digest: Callable[[C], str] = lambda config: hash_file(config.data)
    """Of everything in what `--data` names."""
    folder: Callable[[C], str] = lambda config: "infrared"
    """Where the run keeps its pictures, below `images/`: `infrared`, or what else they are."""
    notice: Callable[[Sequence[Item], C], Sequence[str]] = lambda items, config: ()
    """What is told before a run begins."""
    pose: Callable[[Item, C], Sequence[Posed]]
    """The asks of a question, in the order of the protocol."""
    rules: Mapping[str, Rule]
    """The ways to read a reply by name; every reply is read in all of them."""
    reading: Callable[[C], str]
    """The name of the way that counts."""
    tally: Mapping[str, Callable[[Answer], int]] = field(default_factory=dict)
    """What else is counted of answers, by the words in which a summary tells how many there are."""
    bench: str = ""
    """Dotted name of the module behind `irloom bench NAME`; it has `add_arguments` and `main`."""
    bench_name: str = ""
    """The name behind `irloom bench`, where it is not the benchmark's own."""
    bench_help: str = ""
    card: Card
    forms: tuple[Form, ...] = ()
    """Further forms of `irloom export`."""
    instead: str = ""
    """What to do instead of exporting the questions, in a sentence, where they make no instructions."""
    revision: int = 1
