"""Cleans the words that annotations carry: captions and labels."""

import re
import unicodedata

from irloom.records import count_marks, without_marks

MAX_CAPTION_CHARS = 2000

# Tab to carriage return and U+0085 are white space and become a blank instead.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_caption(value: object) -> tuple[str | None, tuple[str, ...]]:
    """Mend a caption; give the text, or None where it is dropped, and the notes."""
    if not isinstance(value, str):
        return None, ("caption_invalid",)
    text, cleaned = clean_text(value)
    notes = ("caption_cleaned",) if cleaned else ()
    if marks := count_marks(text):
        text, _ = clean_text(without_marks(text))
        notes = (*notes, *("caption_token",) * marks)
    if not text:
        return None, (*notes[len(notes) - marks :], "caption_empty")
    if len(text) <= MAX_CAPTION_CHARS:
        return text, notes
    return _cut(text), (*notes, "caption_cut")


def clean_text(value: str) -> tuple[str, bool]:
    """Give NFC text on one line without control characters, and whether any had to go.

    Text of which nothing can be seen comes back empty.
    """
    text, bad = _SURROGATE.subn("\ufffd", value)
    text, control = _CONTROL.subn("", text)
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if all(char == " " or unicodedata.category(char) == "Cf" for char in text):
        text = ""
    return text, bad + control > 0


def _cut(text: str) -> str:
    border = text.rfind(" ", 0, MAX_CAPTION_CHARS + 1)
    # Scripts without blanks, and one endless word, have no border worth the loss.
    return text[: border if border > MAX_CAPTION_CHARS // 2 else MAX_CAPTION_CHARS].rstrip()
