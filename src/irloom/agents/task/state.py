"""What the Task Agent's graph holds."""

from typing import Any, TypedDict

from irloom.agents.context import Context
from irloom.protocols import Unreadable
from irloom.records import Box, Fault, Instruction, Sample, Task

TaskContext = Context[Sample, Any, Any]


class Given(TypedDict):
    """What the agent gets: the scene, and why earlier rounds were rejected."""

    sample: str
    task: Task
    captions: tuple[str, ...]
    boxes: tuple[Box, ...]
    round: int
    reasons: tuple[str, ...]


class TaskState(TypedDict, total=False):
    """Everything the graph may hold."""

    sample: str
    task: Task
    captions: tuple[str, ...]
    boxes: tuple[Box, ...]
    round: int
    reasons: tuple[str, ...]
    instruction: Instruction | Unreadable | Fault
