"""What a flow declares: everything that the shared rooms read, so that none of them names a flow.

A flow is a folder with a `Flow` in it. Built-in ones are listed in `irloom.pipelines.registry`; those of
other packages are entry points of the group `irloom.flows`.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from irloom.config import RunConfig
from irloom.engine.rulebook import Covers, cover_nothing
from irloom.engine.session import Session, Unit
from irloom.engine.summary import Summary
from irloom.engine.texts import Texts
from irloom.pipelines.provenance import SampleProvenance
from irloom.pipelines.shares import Figure, tell_accepted, tell_kept
from irloom.prompts import Prompts
from irloom.protocols import Prompt, ReplySchema
from irloom.records import SampleResult
from irloom.views.blocks import View
from irloom.views.outcomes import Labels

if TYPE_CHECKING:
    import argparse

    from langgraph.graph import StateGraph

    from irloom.pipelines.workbench import Workbench

INTERFACE = 1
"""To be raised where a flow of another package that was written for the one before would no longer work."""

C = TypeVar("C", bound=RunConfig)
Indexing = Callable[[str, int, int], None]
Row = Mapping[str, Any]
Notify = Callable[[str], None]


class Samples(Protocol):
    """Where samples come from, in a stable order."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Totals for run.json."""
        ...

    @property
    def notices(self) -> Sequence[str]:
        """What is told before a run begins."""
        ...

    @property
    def digests(self) -> Mapping[str, str]:
        """Digests of the files that were read, for the fingerprint."""
        ...

    def __len__(self) -> int: ...

    def list_ids(self) -> Iterator[str]:
        """Every id, without making its sample."""
        ...

    def get(self, sample_id: str) -> Unit | None:
        """One sample by its id."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a run reads, loaded and digested."""

    source: Samples
    prompts: Prompts
    images: Path
    """The folder that paths of samples start from."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Of what was read beside the source and the texts, such as weights."""
    late: frozenset[str] = frozenset()
    """Digests that runs of before did not carry: where one lacks it, nothing has changed."""
    rules: Sequence[Mapping[str, Any]] = ()
    """The rule book to begin with, for a flow that has one."""
    more: Any = None
    """What else the flow's own `build` needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who works in a run."""

    context: Callable[[Session, Any], Any]
    """The context of a graph run, for a session and its sample."""
    names: Mapping[str, str]
    """What rows call each of them, by part."""
    prompts: Mapping[str, str]
    """The prompt that each part goes by; none for what is switched off."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What was found while they were built, for run.json."""


@dataclass(frozen=True, kw_only=True)
class RuleBook(Generic[C]):
    """The capability of rules that rejections teach; samples are told those that stand."""

    most: Callable[[C], int]
    """The most rules that enter a prompt."""
    covers: Callable[[Inputs], Covers] = lambda inputs: cover_nothing
    """What tells what a rule is about, so that a mined one that covers nothing new is merged."""


def list_first_image(row: Row) -> list[str]:
    """The row's image, or the first of several; none where it has none."""
    images = row["images"] if "images" in row else [row.get("image")]
    return [str(image) for image in images[:1] if image]


def list_pictures(row: Row) -> list[str]:
    """All images of a row, relative to the run; none where it has none."""
    return [str(image) for image in (row["images"] if "images" in row else [row.get("image")]) if image]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """How rows of a data file become the items that training tools read."""

    messages: Callable[[Row], Sequence[Mapping[str, str]]] = lambda row: row["messages"]
    """`{role, content}` each, with one `<image>` mark an image."""
    images: Callable[[Row], Sequence[str]] = list_first_image
    """The images that the marks stand for, relative to the run; a row without one is left out."""
    lacking: str = "have no image"
    """What is said of the rows that are left out, after their name."""
    task: Callable[[Row], str] = lambda row: str(row.get("task", "caption"))
    """What `--task` chooses rows by."""
    identify: Callable[[Row], str] = lambda row: f"{row['sample']}-{row['task']}"
    """An id that is unique in an export."""
    text: Callable[[Row], str] = lambda row: "\n".join(one["content"] for one in row["messages"])
    """What a row says of its image, for finding duplicates."""
    score: Callable[[Row], float | None] = lambda row: None
    hub_tasks: tuple[str, ...] = ("visual-question-answering", "image-text-to-text")
    """Task categories of the Hub."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A data file whose rows are what the flow is run for."""

    name: str
    """`pairs` for `pairs.jsonl`."""
    what: str
    """What a row is, for the data card."""
    export: Exported | None = None
    """None for rows that no training tool reads as they are."""
    instead: str = ""
    """What to do with rows that are not exported, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the data card says of a flow's rows."""

    making: str
    limits: Callable[[Row], Sequence[str]] = lambda config: ()
    """By the configuration, as `run.json` has it."""
    figures: Callable[[Summary], str] = lambda summary: ""
    """What was measured over the whole run, in a sentence."""
    tags: tuple[str, ...] = ()
    languages: Callable[[Row], Sequence[str]] = lambda config: ("en",)
    """Of the texts, as the Hub names them, by the configuration."""
    is_synthetic: bool = True
    """Whether models or rules wrote the texts of what is exported, rather than people."""


@dataclass(frozen=True, slots=True)
class Made:
    """A line of a summary: what was made, how much, and where it is."""

    name: str
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """A plot of a report: two figures of each row against each other."""

    data: str
    title: str
    axes: tuple[str, str]
    names: tuple[str, str]
    """Of the two, in the legend."""
    read: Callable[[Row], tuple[float, float] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """A plot of a report: means of named figures over rows."""

    data: str
    title: str
    note: str
    read: Callable[[Row], Mapping[str, float]]
    whole: Callable[[Summary, Row], int] | None = None
    """How many there should be by the configuration; what is missing of them then counts as 0.

    Without it, and where it is 0, a mean is of the rows that have the figure.
    """
    lacking: Callable[[Summary], str] = lambda summary: ""
    """A sentence about what is in no mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the flow beside `run`, such as `irloom bench NAME`."""

    verb: str
    name: str
    help: str
    module: str
    """Dotted name; it has `add_arguments(parser)` and `main(arguments)`, which returns an exit code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of export that takes a whole run, such as a benchmark's."""

    name: str
    help: str
    write: Callable[["argparse.Namespace"], Sequence[str]]
    """Writes to `out` from `run`; returns what to say of it."""
    flags: Mapping[str, str] = field(default_factory=dict)
    """Switches of its own, with their help."""
    takes: frozenset[str] = frozenset()
    """Conditions on rows that it has as well, by their names in the namespace, such as `licence`."""


@dataclass(frozen=True, kw_only=True)
class Trial(Generic[C]):
    """How `irloom doctor --load` tries a backend: on a picture that it draws."""

    part: str
    """Name of the backend's table in the configuration."""
    work: Callable[[C, Path, Notify], str]
    """Returns what was done; raises IrloomError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a run asks of a chat model, for `irloom doctor` to try."""

    seat: str
    """Whose chat model is asked."""
    prompt: Prompt | None = None
    """The longest that it gets; a tiny one is tried anyway."""
    schema: ReplySchema | None = None
    n: int = 1
    """How many replies are wanted at a time."""
    sees: bool = False
    """Whether pictures are shown to it."""


def _begin(sample: Any, rules: tuple[str, ...]) -> dict[str, Any]:
    return {"sample": sample}


def _pin_nothing(config: C) -> C:
    return config


def _ask_nothing(config: C) -> list[Question]:
    return []


def _tell_nothing(summary: Summary) -> list[Made]:
    return []


def _suggest_nothing(run: str, summary: Summary, stopped: bool) -> list[str]:
    return []


def imported(where: str) -> Callable[[], Any]:
    """A function of another module, `package.module:name`, which is imported, and called, once it is needed.

    For graphs: whoever only reads runs need not wait for LangGraph, and no run changes what was wired.
    """
    module, _, name = where.partition(":")
    return cache(lambda: getattr(import_module(module), name)())


@dataclass(frozen=True, kw_only=True)
class Flow(Generic[C]):
    """A kind of run."""

    name: str
    help: str
    """A line for `irloom run --help`."""
    description: str
    """What `irloom run NAME --help` says above the options."""
    config: type[C]
    stages: tuple[str, ...]
    """Where a sample can fail, in the order of the flow."""
    tasks: tuple[str, ...] = ()
    """Tasks of a sample that have names of their own, in order."""
    prompts: tuple[str, ...]
    """Folders (or single names) of the prompts that its rows depend on."""
    brought_prompts: Traversable | None = None
    """A folder of prompts beside irloom's own, for a flow of another package."""

    load: Callable[[C, Texts, Indexing | None], Inputs]
    """Reads and digests everything that decides rows; raises ConfigError."""
    build: Callable[[C, Inputs, "Workbench"], Awaitable[Crew]]
    """Builds the backends; heavy libraries are imported here. Raises ConfigError."""
    graph: "Callable[[], StateGraph[Any, Any, Any, Any]]"
    loops: "Mapping[str, Callable[[], StateGraph[Any, Any, Any, Any]]]" = field(default_factory=dict)
    """Graphs inside it, to be drawn by themselves."""
    begin: Callable[[Any, tuple[str, ...]], Mapping[str, Any]] = _begin
    """The graph's input, for a sample and the rules that stand."""
    rows: Callable[[Any, Any, C, SampleProvenance], SampleResult]
    """The rows of a sample, from the graph's last state; that holds the sample alone where it has a fault."""
    plan: Callable[[Any, C], str] | None = None
    """What is done for a sample, as a digest that its commit carries as `plan`.

    Where a change is accepted, committed samples whose plan differs are done again, what was answered is
    kept, and the rest is paid. None where they stay as they are.
    """
    finish: Callable[[Path, Notify], Sequence[str]] | None = None
    """The pass over a whole run that has ended; returns what to say of it."""
    pin: Callable[[C], C] = _pin_nothing
    """Names models on a hub by their commits, so that a resume loads what the run began with."""
    judge: str = ""
    """The agent whose word accepts; summaries name its model."""
    per_sample: Callable[[C], int] = lambda config: 1
    """The most that one sample can add to what `--accepted` counts."""
    counts: Literal["tasks", "samples"] = "tasks"
    """What `--accepted` counts."""
    rules: RuleBook[C] | None = None

    data: tuple[Data, ...]
    """The first one's rows tell samples apart and hold their pictures."""
    pictures: Callable[[Row], Sequence[str]] = list_pictures
    """What rows of these files show, relative to the run; samples that show the same stay in one split."""
    photographs: Callable[[Row], Sequence[str]] = lambda row: ()
    """What they were made of, as names in the folder of the user's images; likewise."""
    others: tuple[str, ...] = ()
    """Data files beside these, `failed`, the transcripts and the rules."""
    labels: Labels = field(default_factory=dict)
    """What people are told an outcome is, where this flow has another word for it; rows keep its name."""
    share: Callable[[Summary], str] = tell_kept
    """What the progress of a run says of what came of it so far."""
    made: Callable[[Summary], Sequence[Made]] = _tell_nothing
    """What a summary says was made, from commit lines alone."""
    figure: Callable[[Summary], Figure | None] = tell_accepted
    """What a report says first of how it went; None where nothing has come of it yet."""
    next: Callable[[str, Summary, bool], Sequence[str]] = _suggest_nothing
    """Commands to type next, for a run's path in a shell and whether it stopped early."""
    view: View = field(default_factory=View)
    card: Card
    plots: tuple[Scatter | Means, ...] = ()
    forms: tuple[Form, ...] = ()
    commands: tuple[Command, ...] = ()
    trials: tuple[Trial[C], ...] = ()
    questions: Callable[[C], Sequence[Question]] = _ask_nothing
    """What asks most of an endpoint: the longest prompt, the most replies, pictures. Raises PromptError."""

    revision: int = 1
    """Raised when rows change and no digested file did; part of the fingerprint where it is above 1."""
    interface: int = INTERFACE
    """Of this module, that the flow was written for."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files that a commit vouches for."""
        return (*(one.name for one in self.data), *self.others, "failed", "transcripts", "rules")

    def find_data(self, name: str) -> Data | None:
        """A data file by its name."""
        return next((one for one in self.data if one.name == name), None)
