import json
from collections.abc import Callable
from typing import Any

import pytest

from irloom.backends.offline.chat.engine import Rules
from irloom.lexicon import Lexicon
from irloom.protocols import ChatRequest, Prompt, ReplySchema

Ask = Callable[..., Any]
SLOTS = {
    "edit/propose": {"meaning": "", "count": "3", "captions": "none", "objects": "none"},
    "edit/propose_complex": {"count": "3", "captions": "none", "objects": "none", "avoid": "none"},
    "edit/revise": {
        "subcategory": "color",
        "reasons": "none",
        "taken": "none",
        "captions": "none",
        "objects": "none",
    },
    "edit/phrase": {"base": "none", "point": "none", "captions": "none"},
}


@pytest.fixture
def rules() -> Rules:
    return Rules(Lexicon.load(None))


@pytest.fixture
def ask(rules: Rules) -> Ask:
    """Ask one of the CIR prompts; JSON comes back read, and a phrase as text."""

    async def put(name: str, seed: int = 1, schema: ReplySchema | None = None, **fields: str) -> Any:
        prompt = Prompt(f"edit/{name}", "0" * 16, "", "", {**SLOTS[f"edit/{name}"], **fields})
        text = (await rules.chat(ChatRequest(prompt, seed, schema=schema))).texts[0].text
        return text if name == "phrase" and schema is None else json.loads(text)

    return put
