"""Asks a question set of a model that answers by a script."""

from collections.abc import Callable
from pathlib import Path

from irloom.cli.main import main
from irloom.question_sets.reader import open_set
from irloom.question_sets.record import Question
from support.chat_server import Asked, ChatServer

Script = Callable[[Question], str]


def ask_all(spots: Path, run: Path, script: Script, *more: str) -> int:
    """Run the set against a server that answers each question as a script says, known by its words."""
    known = {one.question: one for one in open_set(spots).iterate()}

    def answer(asked: Asked, again: int) -> str:
        return script(known[asked.fields["question"]])

    with ChatServer(fault=answer) as server:
        endpoint = ["--profile", "openai", "--model", "test-model", "--base-url", server.url]
        return main(
            ["run", "thermometry", "--data", str(spots), "--out", str(run), "--quiet", *endpoint, *more]
        )
