"""curator on rows of three dependent requests, one pass a request; runs in curator's own environment."""

import argparse
import os
from pathlib import Path
from typing import Any

os.environ["CURATOR_DISABLE_RICH_DISPLAY"] = "1"


def find_vocabulary() -> None:
    """Point tiktoken at the vocabulary that litellm brings along, because nothing may be downloaded."""
    import importlib.util

    found = importlib.util.find_spec("litellm")
    if found is not None and found.origin is not None:
        for path in Path(found.origin).parent.rglob("tokenizers"):
            if path.is_dir():
                os.environ["TIKTOKEN_CACHE_DIR"] = str(path)


find_vocabulary()
from bespokelabs import curator  # noqa: E402
from datasets import Dataset  # noqa: E402


class Describe(curator.LLM):  # type: ignore[misc]
    """One pass."""

    def prompt(self, row: dict[str, Any]) -> str:
        return f"Row {row['row']} step {row['step']}. Describe: {row['text']}"

    def parse(self, row: dict[str, Any], reply: str) -> dict[str, Any]:
        return {"row": row["row"], "step": row["step"] + 1, "text": reply}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--url", "--out"):
        parser.add_argument(name, required=True)
    for name in ("--rows", "--in-flight"):
        parser.add_argument(name, type=int, required=True)
    given = parser.parse_args()
    endless = {"max_requests_per_minute": 10**8, "max_tokens_per_minute": 10**11}
    backend = {"base_url": given.url, "max_concurrent_requests": given.in_flight, **endless}
    rows = list(range(given.rows))
    texts = [f"scene {row}: infrared road at night" for row in rows]
    data = Dataset.from_dict({"row": rows, "step": [0] * len(rows), "text": texts})
    for _ in range(3):
        model = Describe(model_name="m", backend="openai", backend_params=backend)
        data = model(data, working_dir=given.out).dataset
    print(f"rows {len(data)}")


if __name__ == "__main__":
    main()
