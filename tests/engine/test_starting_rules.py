"""Starting rules come from the package, a text file or another run's rule book."""

from pathlib import Path

import pytest

from irloom.agents.debate.graph import TEACHING
from irloom.engine.rulebook import RuleBook, read_rules
from irloom.engine.storage import dump_line
from irloom.errors import ConfigError
from irloom.lexicon import Lexicon


def texts(path: Path | None = None) -> list[str]:
    lines = read_rules(path)
    assert all((line["version"], line["origin"]) == (0, "basic") for line in lines)
    return [line["rule"] for line in lines]


def test_the_embedded_rules_are_one_for_each_category_that_captions_can_be_without() -> None:
    lexicon = Lexicon.load(None)
    named = [lexicon.named_by(rule) for rule in texts()]
    assert sorted(named, key=sorted) == sorted((frozenset({about}) for about in TEACHING), key=sorted)


@pytest.mark.parametrize("mangle", [lambda text: text, lambda text: "\ufeff" + text.replace("\n", "\r\n")])
def test_a_text_file_has_one_rule_a_line_without_comments_and_blank_lines(
    mangle: object, tmp_path: Path
) -> None:
    assert callable(mangle)
    path = tmp_path / "rules.txt"
    path.write_text(
        mangle("Delete wood.\n# a comment\n\n  Delete \t glass. \n  # another\nDelete é."), newline=""
    )
    assert texts(path) == ["Delete wood.", "Delete glass.", "Delete é."]


def test_an_empty_file_means_no_rules(tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text("# nothing yet\n")
    assert texts(tmp_path / "rules.txt") == []


def test_another_runs_book_gives_the_rules_that_stood_at_its_end(tmp_path: Path) -> None:
    lines = [
        {"rule": "Delete a.", "version": 0, "origin": "basic"},
        {"rule": "Delete b.", "version": 0, "origin": "basic"},
        {
            "rule": "Delete wood.",
            "version": 1,
            "origin": "mined",
            "sample": "1",
            "task": "reasoning",
            "round": 1,
        },
        {
            "rule": "Delete wood.",
            "version": 2,
            "origin": "merged",
            "sample": "1",
            "task": "reasoning",
            "round": 1,
        },
        {"rule": "Delete b.", "version": 3, "origin": "retired"},
    ]
    path = tmp_path / "rules.jsonl"
    path.write_bytes(b"".join(map(dump_line, lines)))
    assert texts(path) == ["Delete wood.", "Delete a."]
    assert RuleBook(read_rules(path)).standing(10) == ("Delete wood.", "Delete a.")


@pytest.mark.parametrize(
    "line",
    [
        "not JSON",
        "[1]",
        "5",
        "{}",
        '{"rule": "x", "version": 0}',
        '{"rule": 5, "version": 0, "origin": "basic"}',
        '{"rule": "x", "version": "y", "origin": "basic"}',
        '{"rule": null, "version": 0, "origin": "basic"}',
    ],
)
def test_a_line_that_is_none_of_a_book_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.jsonl"
    path.write_bytes(dump_line({"rule": "x", "version": 0, "origin": "basic"}) + line.encode() + b"\n")
    with pytest.raises(ConfigError, match=r"rules\.jsonl, line 2: not a line of a rule book"):
        read_rules(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("für".encode("latin-1"))
    for path in (tmp_path / "missing.txt", tmp_path / "latin.txt", tmp_path):
        with pytest.raises(ConfigError, match=r"Give a UTF-8 text file, or a run's rules.jsonl") as caught:
            read_rules(path)
        assert str(path) in str(caught.value)
