"""What trainers read as a token of their own is taken out of texts, and no hole is left."""

import pytest

from irloom.records import count_marks, without_marks
from irloom.sources.words import clean_caption


@pytest.mark.parametrize(
    "mark",
    [
        *("<image>", "<video>", "<audio>", "<|im_end|>", "<|im_start|>", "<|image_pad|>", "<|vision_start|>"),
        *(
            "</s>",
            "<s>",
            "<pad>",
            "<|endoftext|>",
            "<|eot_id|>",
            "<start_of_turn>",
            "<end_of_turn>",
            "[INST]",
        ),
        *(
            "[/INST]",
            "<<SYS>>",
            "[IMG]",
            "<IMG_CONTEXT>",
            "<Image>",
            "<image_soft_token>",
            "<｜User｜>",
            "</think>",
        ),
        *("<unk>", "<bos>", "<eos>", "<box>", "</ref>", "<|video_pad|>", "<|audio_eos|>", "[IMG_END]"),
    ],
)
def test_a_token_goes_and_leaves_no_hole(mark: str) -> None:
    assert count_marks(f"A dog {mark} lies.") == 1
    assert without_marks(f"A dog {mark} lies.") == "A dog lies."
    assert without_marks(f"{mark}\nA dog lies.") == "\nA dog lies."
    assert without_marks(f"{mark} A dog lies.") == "A dog lies."
    assert without_marks(f"A dog lies {mark}.") == "A dog lies."
    assert without_marks(f"A dog lies.{mark}") == "A dog lies."
    assert without_marks(f"A dog{mark}lies.") == "A dog lies."
    assert without_marks(f"A dog ({mark}a pug).") == "A dog (a pug)."
    assert without_marks(f"Line one {mark}\nline two.") == "Line one\nline two."


@pytest.mark.parametrize("text", ["<im<image>age>", "<|im_<video>end|>", "<<image>image>", "</<s>s>"])
def test_what_stands_around_a_token_is_no_token_afterwards(text: str) -> None:
    assert count_marks(without_marks(text)) == 0


@pytest.mark.parametrize(
    "text", ["a < b > c", "x<y>z", "[1, 2]", "5 < 6", "<3", "an <b>old</b> dog", "|x| < |y|", "image", "f[x]"]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert without_marks(text) == text
    assert count_marks(text) == 0


def test_tokens_in_captions_are_counted() -> None:
    assert clean_caption("A <video> dog </s> lies.") == ("A dog lies.", ("caption_token",) * 2)
    assert clean_caption("<image>") == (None, ("caption_token", "caption_empty"))
