"""Rows in the forms that training tools read, with one image mark each."""

from typing import Any

import pytest

from irloom.export.forms import to_blocks, to_llava, to_messages, to_thermal
from irloom.pipelines.flow import Exported, list_first_image
from irloom.pipelines.infrared.summary import PAIRS

INSTRUCTION: dict[str, Any] = {
    "sample": "7",
    "task": "conversation",
    "images": ["images/7.png"],
    "messages": [
        {"role": "user", "content": "<image>\nWhat is there?"},
        {"role": "assistant", "content": "A dog."},
        {"role": "user", "content": "Where?"},
        {"role": "assistant", "content": "Left."},
    ],
}
PAIR: dict[str, Any] = {"sample": "7", "caption_index": 2, "image": "images/7.png", "caption": "A dog."}
INSTRUCTIONS = Exported()
assert PAIRS.export is not None
CAPTIONS = PAIRS.export


def test_a_llava_item_has_the_fields_of_llava() -> None:
    assert to_llava(INSTRUCTION, INSTRUCTIONS, ["images/7.png"]) == {
        "id": "7-conversation",
        "image": "images/7.png",
        "conversations": [
            {"from": "human", "value": "<image>\nWhat is there?"},
            {"from": "gpt", "value": "A dog."},
            {"from": "human", "value": "Where?"},
            {"from": "gpt", "value": "Left."},
        ],
    }


def test_a_thermal_item_names_its_image_as_the_published_data_do() -> None:
    item = to_thermal(INSTRUCTION, INSTRUCTIONS, ["images/x.png"])
    assert list(item) == ["thermal", "conversations"]
    assert item["thermal"] == "x.png"
    assert item["conversations"] == to_llava(INSTRUCTION, INSTRUCTIONS, ["x.png"])["conversations"]


def test_messages_are_the_rows_own_with_the_image_beside_them() -> None:
    assert to_messages(INSTRUCTION, INSTRUCTIONS, ["x.png"]) == {
        "id": "7-conversation",
        "messages": INSTRUCTION["messages"],
        "images": ["x.png"],
    }


def test_blocks_hold_the_image_where_its_mark_stood() -> None:
    blocks = to_blocks(INSTRUCTION, INSTRUCTIONS)
    image, text = {"type": "image", "text": None}, {"type": "text", "text": "What is there?"}
    assert blocks[0] == {"role": "user", "content": [image, text]}
    assert blocks[1] == {"role": "assistant", "content": [{"type": "text", "text": "A dog."}]}


def test_a_flow_says_how_its_rows_become_items() -> None:
    data = Exported(
        messages=lambda row: [{"role": "user", "content": f"<image>\nSay {row['caption']}"}],
        identify=lambda row: f"own-{row['sample']}",
    )
    assert to_messages(PAIR, data, ["x.png"]) == {
        "id": "own-7",
        "messages": [{"role": "user", "content": "<image>\nSay A dog."}],
        "images": ["x.png"],
    }


@pytest.mark.parametrize(
    "caption", ["A <image> dog.", "<image>", "<ima<image>ge>", "<<image><image>image>", "<image"]
)
@pytest.mark.parametrize("form", [to_llava, to_messages])
def test_a_pair_has_exactly_one_image_mark_whatever_its_caption_says(caption: str, form: Any) -> None:
    item = form(PAIR | {"caption": caption}, CAPTIONS, ["x.png"])
    assert str(item).count("<image>") == 1


def test_ids_differ_by_task_and_by_caption() -> None:
    assert INSTRUCTIONS.identify(INSTRUCTION) == "7-conversation"
    assert CAPTIONS.identify(PAIR) == "7-2"


def test_the_image_of_a_row_is_found_in_both_kinds() -> None:
    assert list_first_image(INSTRUCTION) == list_first_image(PAIR) == ["images/7.png"]
    assert list_first_image({"images": []}) == list_first_image({"sample": "7"}) == []


def test_several_images_are_a_list_in_the_order_of_their_marks() -> None:
    assert to_llava(INSTRUCTION, INSTRUCTIONS, ["x.png", "y.png"])["image"] == ["x.png", "y.png"]
    assert to_messages(INSTRUCTION, INSTRUCTIONS, ["x.png", "y.png"])["images"] == ["x.png", "y.png"]
