"""A flow with everything that it reads: what `running` needs to know, whichever flow it is."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from irloom.config import RunConfig
from irloom.engine.scheduler import Work
from irloom.engine.session import Unit
from irloom.engine.spending import Spending
from irloom.prompts import Prompts

Learn = Callable[[str, Any], None]
Notify = Callable[[str], None]
Indexing = Callable[[str, int, int], None]


class Samples(Protocol):
    """Where samples come from, in a stable order."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Totals for run.json."""
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


class Job(Protocol):
    """The inputs of a run, loaded and digested."""

    @property
    def config(self) -> RunConfig:
        """The settings, as the run keeps them."""
        ...

    @property
    def prompts(self) -> Prompts:
        """The prompts of the flow."""
        ...

    @property
    def source(self) -> Samples:
        """The samples."""
        ...

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The rule book to begin with."""
        ...

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What decides the rows."""
        ...

    @property
    def images(self) -> Path:
        """The folder of the user's images."""
        ...

    @property
    def per_sample(self) -> int:
        """The most instructions that one sample can add."""
        ...

    @property
    def max_rules(self) -> int:
        """The most rules that enter a prompt."""
        ...

    async def build(
        self, learnt: Mapping[str, Any], learn: Learn, spending: Spending, notify: Notify
    ) -> Work:
        """Build every backend; chat models pay out of `spending`. Raises ConfigError."""
        ...
