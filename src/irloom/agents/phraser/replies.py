"""Reads a query."""

from irloom.agents.replies import find_json, looks_like_json, read_text
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText

MOST_CHARACTERS = 500
_QUOTES = {'"': '"', "'": "'", "“": "”", "«": "»"}


def read_query(reply: ReplyText) -> str:
    """The query as one line; ModelReplyError for a reply that is cut, refused, empty or no sentence."""
    text = read_text(reply)
    if looks_like_json(text):
        text = str((find_json(text) or {}).get("query") or "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 1 or len(lines[0]) > MOST_CHARACTERS:
        raise ModelReplyError(f"one sentence was asked for, and this came: {reply.text[:200]!r}")
    query = lines[0].removeprefix("Query:").strip()
    if len(query) > 1 and _QUOTES.get(query[0]) == query[-1]:
        query = query[1:-1].strip()
    if not any(letter.isalpha() for letter in query):
        raise ModelReplyError(f"one sentence was asked for, and this came: {reply.text[:200]!r}")
    return query
