"""What the Debate Agent's graph holds."""

from typing import Literal, Protocol, TypedDict

from irloom.agents.context import Context
from irloom.lexicon import Lexicon
from irloom.records import Box, BoxNumbers, Fault, Instruction, MinedRule, Sample, Task, Verdict


class DebateTools(Protocol):
    """What the agent may use beside asking."""

    lexicon: Lexicon


class DebateSettings(Protocol):
    """What of a configuration it goes by."""

    judge_sees: tuple[Literal["captions", "image"], ...]
    boxes_as: BoxNumbers
    mining: bool
    reason_first: bool


DebateContext = Context[Sample, DebateTools, DebateSettings]


class Given(TypedDict):
    """What the agent gets; captions, boxes, heat and image reach the judge only if the run says so."""

    task: Task
    round: int
    instruction: Instruction
    captions: tuple[str, ...]
    boxes: tuple[Box, ...]
    heat: tuple[str, ...]
    image: str
    rules: tuple[str, ...]


class DebateState(TypedDict, total=False):
    """Everything the graph may hold."""

    task: Task
    round: int
    instruction: Instruction
    captions: tuple[str, ...]
    boxes: tuple[Box, ...]
    heat: tuple[str, ...]
    image: str
    rules: tuple[str, ...]
    judged: Verdict | Fault
    mined: MinedRule | Fault | None
