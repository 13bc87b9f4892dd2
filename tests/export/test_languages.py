"""The language of an export is that of its texts, as far as that can be told."""

import pytest

from irloom.export.languages import name_language, tell_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A man is sitting on a bench in the park.", "en"),
        ("What is there?\nTwo dogs.", "en"),
        ("图像中有几个人？\nA. 两个", "zh"),
        ("椅子に座っている男の人", "ja"),
        ("벤치에 앉아 있는 남자", "ko"),
        ("Ein Mann sitzt auf einer Bank.", None),
        ("Un homme est assis sur un banc.", None),
        ("12 + 3", None),
        ("", None),
    ],
)
def test_the_language_of_a_text_is_told_or_left_open(text: str, language: str | None) -> None:
    assert tell_language(text) == language


def test_the_hub_has_its_own_names() -> None:
    assert [name_language(name) for name in ("cn", "en")] == ["zh", "en"]
