"""The `dataset_info.json` by which LLaMA-Factory finds data sets and their fields."""

import re
from collections.abc import Iterable
from typing import Any

_UNSAFE = re.compile(r"[^\w-]+")


def describe_datasets(name: str, splits: Iterable[str]) -> dict[str, Any]:
    """An entry a split, named `NAME_SPLIT`; files are relative to the folder of `dataset_info.json`."""
    stem = _UNSAFE.sub("_", name).strip("_") or "irloom"
    return {
        f"{stem}_{split}": {
            "file_name": f"data/{split}.json",
            "formatting": "sharegpt",
            "columns": {"messages": "messages", "images": "images"},
            "tags": {
                "role_tag": "role",
                "content_tag": "content",
                "user_tag": "user",
                "assistant_tag": "assistant",
            },
        }
        for split in splits
    }
