"""What this flow reads, who works in it, and what a summary says."""

import asyncio
import hashlib
from importlib.resources import files

from describe_flow.config import DescribeConfig
from irloom.agents.context import Context, here
from irloom.engine.images import hash_file, keep_bytes
from irloom.engine.session import Act, Session
from irloom.engine.storage import safe_name
from irloom.engine.summary import Summary
from irloom.engine.texts import Texts
from irloom.errors import ConfigError
from irloom.pipelines.flow import Crew, Indexing, Inputs, Made
from irloom.pipelines.workbench import Workbench
from irloom.prompts import Prompts
from irloom.records import Fault, Sample
from irloom.sources.folder import FolderSource


class DescribeActions:
    """What its nodes may do beside asking: copy the image into the run."""

    def __init__(self, session: Session, sample: Sample) -> None:
        self._session = session
        self._sample = sample

    async def bring(self) -> str | Fault:
        """Copy the image into the run directory; returns its path there."""
        root, source = self._session.folders.root, self._session.folders.images / self._sample.image
        name = f"images/{safe_name(self._sample.id)}{source.suffix.lower()}"

        async def work(seed: int) -> dict[str, object]:
            content = await asyncio.to_thread(source.read_bytes)
            await asyncio.to_thread(keep_bytes, root, name, content)
            return {"result": {"image": name, "sha256": hashlib.sha256(content).hexdigest()}}

        content = {"image": await asyncio.to_thread(hash_file, source)}
        act = Act(here("writer", "source"), content, work, lambda turn: str(turn["result"]["image"]))
        return await self._session.act(act)


def load_inputs(config: DescribeConfig, texts: Texts, indexing: Indexing | None = None) -> Inputs:
    """Read the folder and the prompts."""
    if not config.images.is_dir():
        raise ConfigError(f"--images {config.images} is not a folder.")
    brought = files("describe_flow") / "prompts"
    prompts = Prompts.load(config.prompts, texts.kept_prompts, brought).only(("describe",))
    texts.use_prompts(prompts.texts)
    return Inputs(source=FolderSource(config.images), prompts=prompts, images=config.images)


async def build(config: DescribeConfig, inputs: Inputs, bench: Workbench) -> Crew:
    """Build the chat model."""
    writer = bench.chat("writer")

    def make_context(session: Session, sample: Sample) -> Context[Sample, DescribeActions, DescribeConfig]:
        return Context(sample, session, DescribeActions(session, sample), inputs.prompts, config)

    return Crew(context=make_context, names={"writer": writer.model}, prompts={"writer": "describe/write"})


def tell_made(summary: Summary) -> list[Made]:
    """How many images were described."""
    return [Made("descriptions", f"{summary.counts['descriptions']:,}", "descriptions.jsonl")]
