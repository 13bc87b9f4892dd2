"""What the Debate Agent's graph holds."""

from typing import TypedDict

from irloom.records import Box, Fault, Instruction, MinedRule, Task, Verdict


class Given(TypedDict):
    """What the agent gets; captions, boxes and image reach the judge only if the run says so."""

    task: Task
    round: int
    instruction: Instruction
    captions: tuple[str, ...]
    boxes: tuple[Box, ...]
    image: str
    rules: tuple[str, ...]


class DebateState(TypedDict, total=False):
    """Everything the graph may hold."""

    task: Task
    round: int
    instruction: Instruction
    captions: tuple[str, ...]
    boxes: tuple[Box, ...]
    image: str
    rules: tuple[str, ...]
    judged: Verdict | Fault
    mined: MinedRule | Fault | None


class Made(TypedDict):
    """What the agent returns."""

    judged: Verdict | Fault
    mined: MinedRule | Fault | None
