import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import skimage
from PIL import Image

from irloom.backends.offline.chat.engine import Rules
from irloom.lexicon import Lexicon
from irloom.protocols import ChatRequest, Prompt, ReplySchema
from offline.checker import Annotation, check

DEMO = resources.files("irloom").joinpath("data/demo")
CAPTIONS = json.loads(DEMO.joinpath("captions.json").read_text())
INSTANCES = json.loads(DEMO.joinpath("instances.json").read_text())
PHOTOGRAPHS = Path(skimage.__file__).parent / "data"


def boxes_of(image: dict[str, Any]) -> list[Annotation]:
    names = {category["id"]: category["name"] for category in INSTANCES["categories"]}
    boxes: list[Annotation] = []
    for row in INSTANCES["annotations"]:
        if row["image_id"] == image["id"]:
            x, y, w, h = row["bbox"]
            across, down = image["width"], image["height"]
            name = names[row["category_id"]]
            boxes.append((name, x / across, y / down, (x + w) / across, (y + h) / down, False))
    return boxes


def captions_of(image: dict[str, Any]) -> list[str]:
    return [row["caption"] for row in CAPTIONS["annotations"] if row["image_id"] == image["id"]]


async def ask(name: str, **fields: str) -> Any:
    request = ChatRequest(Prompt(name, "0" * 16, "", "", fields), 0, schema=ReplySchema("reply", {}))
    text = (await Rules(Lexicon.load(None)).chat(request)).texts[0].text
    return text if name == "caption/filter" else json.loads(text)


@pytest.mark.parametrize("image", CAPTIONS["images"], ids=lambda image: image["file_name"])
def test_annotations_fit_the_photograph(image: dict[str, Any]) -> None:
    with Image.open(PHOTOGRAPHS / image["file_name"]) as photograph:
        assert photograph.size == (image["width"], image["height"])
    assert len(captions_of(image)) >= 4
    rows = [row for row in INSTANCES["annotations"] if row["image_id"] == image["id"]]
    assert rows
    for row in rows:
        x, y, w, h = row["bbox"]
        assert min(x, y) >= 0
        assert x + w <= image["width"]
        assert y + h <= image["height"]
        outline = row["segmentation"][0]
        assert all(x <= value <= x + w for value in outline[::2])
        assert all(y <= value <= y + h for value in outline[1::2])


async def test_the_demo_mines_material_then_text_and_lighting_and_accepts_some_at_once() -> None:
    lines = DEMO.joinpath("rules.txt").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    mined: list[str] = []
    at_once = 0
    for image in CAPTIONS["images"]:
        standing = "\n".join(f"- {rule}" for rule in rules)
        answers = [await ask("caption/filter", caption=text, rules=standing) for text in captions_of(image)]
        captions = [text for text in answers if not text.startswith("NONE")]
        assert captions
        forbidden = {category for rule in rules for category in Lexicon.load(None).named_by(rule)}
        assert all(Lexicon.load(None).find(text, forbidden) == [] for text in captions)
        boxes = boxes_of(image)
        written = "\n".join(
            f"{label}: {[round(value, 3) for value in corners]}" for label, *corners, _ in boxes
        )
        fields = {
            "captions": "\n".join(captions),
            "boxes": written,
            "requirements": "none",
            "questions": "none",
        }
        task = await ask("task/description", **fields)
        assert all(statement.true for statement in check(task["description"], boxes))
        verdict = await ask("debate/judge", instruction=task["description"])
        at_once += verdict["verdict"] == "accept"
        if verdict["verdict"] == "reject":
            mined.append(verdict["category"])
            fields = {"reason": verdict["reason"], "category": verdict["category"], "rules": standing}
            rules.append((await ask("debate/mine", **fields))["rule"])
    assert mined == ["material", "text", "lighting"]
    assert at_once >= 3
