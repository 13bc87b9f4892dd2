"""datatrove's InferenceRunner on rows of three dependent requests; runs in datatrove's own environment."""

import argparse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datatrove.data import Document
from datatrove.pipeline.inference.run_inference import InferenceConfig, InferenceRunner
from datatrove.pipeline.writers import JsonlWriter
from loguru import logger

CHUNK = "${rank}_chunk_${chunk_index}.jsonl"
"""How the parts of the output are named."""


async def describe(document: Any, generate: Callable[[dict[str, Any]], Awaitable[Any]]) -> str:
    """One row."""
    text = str(document.text)
    for step in range(3):
        content = f"Row {document.id} step {step}. Describe: {text}"
        text = (await generate({"messages": [{"role": "user", "content": content}]})).text
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--url", "--out"):
        parser.add_argument(name, required=True)
    for name in ("--rows", "--in-flight"):
        parser.add_argument(name, type=int, required=True)
    given = parser.parse_args()
    logger.remove()
    config = InferenceConfig(
        server_type="endpoint",
        model_name_or_path="m",
        endpoint_url=given.url.removesuffix("/v1"),
        max_concurrent_generations=given.in_flight,
        max_concurrent_documents=given.in_flight,
        metric_interval=1000,
    )
    out = Path(given.out)
    writer = JsonlWriter(str(out / "rows"), output_filename=CHUNK, compression=None)
    runner = InferenceRunner(describe, config, writer, checkpoints_local_dir=str(out / "checkpoints"))
    rows = range(given.rows)
    runner.run((Document(text=f"scene {row}: infrared road at night", id=str(row)) for row in rows), 0, 1)
    found = sum(len(path.read_text().splitlines()) for path in (out / "rows").glob("*.jsonl"))
    print(f"rows {found}")


if __name__ == "__main__":
    main()
