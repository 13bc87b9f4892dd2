"""What the Task Agent's graph holds."""

from typing import Literal, NotRequired, Protocol, TypedDict

from irloom.agents.context import Context
from irloom.protocols import Unreadable
from irloom.records import Box, BoxNumbers, Fault, Instruction, Sample, Task
from irloom.scene.heat import Shows


class Knows(Protocol):
    """What the agent needs of a flow's actions."""

    @property
    def annotated(self) -> frozenset[str]:
        """Labels that the file of boxes knows."""
        ...

    @property
    def shows(self) -> Shows:
        """What may be said of the picture."""
        ...


class Writes(Protocol):
    """What the agent needs of a flow's settings."""

    @property
    def seed(self) -> int:
        """What draws questions and examples, with the sample and the task."""
        ...

    @property
    def boxes_as(self) -> BoxNumbers:
        """How the prompt writes boxes."""
        ...

    @property
    def checks(self) -> bool:
        """Whether what is broken off or goes round in a loop is objected to, and not a failure."""
        ...

    @property
    def writer_sees(self) -> tuple[Literal["image"], ...]:
        """What is shown beside the prompt."""
        ...


TaskContext = Context[Sample, Knows, Writes]


class Given(TypedDict):
    """What the agent gets: the scene, and why earlier rounds were rejected."""

    sample: str
    task: Task
    captions: tuple[str, ...]
    originals: NotRequired[tuple[str, ...]]
    """Captions as they came, where a model wrote them and the sample has none."""
    boxes: tuple[Box, ...]
    heat: tuple[str, ...]
    image: str
    round: int
    reasons: tuple[str, ...]


class TaskState(TypedDict, total=False):
    """Everything the graph may hold."""

    sample: str
    task: Task
    captions: tuple[str, ...]
    originals: tuple[str, ...]
    boxes: tuple[Box, ...]
    heat: tuple[str, ...]
    image: str
    round: int
    reasons: tuple[str, ...]
    instruction: Instruction | Unreadable | Fault
