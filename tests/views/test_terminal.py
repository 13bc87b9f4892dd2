"""Control characters of a model or a caption never reach a terminal."""

import pytest

from irloom.views.terminal import clean, say, show

CONTROL = [
    *map(chr, [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0)]),
    *"\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ud83d",
]


@pytest.mark.parametrize("character", CONTROL, ids=lambda one: f"U+{ord(one):04X}")
def test_a_control_character_is_replaced(character: str) -> None:
    assert clean(f"a{character}b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"),
        ("\x1b]0;title\x07", "\ufffd]0;title\ufffd"),
        ("\x9b2J", "\ufffd2J"),
        ("safe\roverwritten", "safe\ufffdoverwritten"),
        ("one\r\ntwo\n\tthree", "one\ntwo\n\tthree"),
        ("\r\r\n", "\ufffd\n"),
        ("Ein Hündchen, 图片, 🐕 – “ok” …", "Ein Hündchen, 图片, 🐕 – “ok” …"),
        ("", ""),
    ],
)
def test_text_stays_and_escapes_are_defused(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_what_is_said_and_shown_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    say("to \x1b[2J you")
    show("a \x07 result")
    captured = capsys.readouterr()
    assert captured.err == "to \ufffd[2J you\n"
    assert captured.out == "a \ufffd result\n"
