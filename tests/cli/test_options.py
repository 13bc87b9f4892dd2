"""The options of the command line are the fields of the configurations, spelt as they have always been."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from irloom.cli.lazy import LazyParser
from irloom.cli.main import build_parser, main
from irloom.cli.options import add_changeable_settings, add_settings, read_options
from irloom.config import RunConfig
from irloom.options import UNSAFE
from irloom.pipelines.imgcoder.config import ImgcoderConfig
from irloom.pipelines.registry import find_flow
from irloom.settings import NO_ROW, Option, list_options

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "options.json").read_text("utf-8"))
"""The options of every command, as they were before they were made from the configurations."""
READ = {"--boxes", "--normalised", "--ignore-labels"}
WORDS = {"--filter-all", "--no-finish", "--no-checks", "--reason-first", "--writer-sees", "--boxes-as"}
DETECTOR = {"--verify", "--verify-above", "--verify-on", "--verify-answer"}
SETS = {
    *("--source", "--root", "--pictures", "--parts", "--every", "--pair-check"),
    *("--visible-folder", "--infrared-folder", "--band", "--polarity"),
    *("--captions-each", "--captioner-sees"),
}
KEY = {"--api-key-env"}
SURVEY = {
    *("--source", "--root", "--infrared-folder", "--visible-folder", "--pair-check", "--most", "--plot"),
    *("--annotations-folder", "--pictures", "--parts"),
}
SANDBOX = {"--sandbox", "--sandbox-container", f"--{UNSAFE}"}
LINKS = {"--follow-links"}
LICENCE = {"--licence"}
ADDED = {
    "doctor": {"--flow"} | KEY | SURVEY,
    "resume": {"--refresh", "--data", "--rgb", "--root", "--drop-damaged"} | KEY | SANDBOX | LINKS,
    "run infrared": READ | WORDS | DETECTOR | SETS | KEY | LINKS | LICENCE,
    "run cir": READ | KEY | LINKS | LICENCE,
    "run imgcoder": KEY,
    "run align": KEY | LINKS | LICENCE,
    "run ifbench": KEY | LINKS,
    "run detect": KEY | LINKS,
    "bench edir": {"--compare"},
    "export": {"--force", "--licence", "--unjudged", "--copy-images", "--part"},
}
"""To be changed on purpose alone: scripts of users spell options out."""
FLOWS = (
    *("infrared", "cir", "imgcoder", "align", "ifbench", "detect"),
    *("quality", "template", "thermometry", "thermeval"),
)


def walk(parser: argparse.ArgumentParser, command: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command with the spellings of its options."""
    if isinstance(parser, LazyParser) and parser.fill is not None:
        fill, parser.fill = parser.fill, None
        fill(parser)
    yield command, {name for action in parser._actions for name in action.option_strings} - {"-h", "--help"}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from walk(below, f"{command} {name}".strip())


FOUND = {command: names for command, names in walk(build_parser()) if names}


@pytest.mark.parametrize("command", sorted(GOLDEN))
def test_a_command_takes_the_options_that_it_has_always_taken(command: str) -> None:
    assert FOUND[command] == set(GOLDEN[command]) | ADDED.get(command, set())


def test_no_command_with_options_was_added_unawares() -> None:
    assert FOUND.keys() == GOLDEN.keys()


@pytest.mark.parametrize("command", [*(f"run {flow}" for flow in FLOWS), "resume"])
def test_the_help_lists_every_option_with_a_word_about_it(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    with pytest.raises(SystemExit) as caught:
        main([*command.split(), "--help"])
    assert caught.value.code == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for name in GOLDEN[command]:
        (place,) = (
            number for number, line in enumerate(lines) if line.startswith(f"{name} ") or line == name
        )
        said = lines[place].removeprefix(name).partition("  ")[2].strip() or lines[place + 1]
        assert len(said) > 3, name
        assert not said.startswith("-"), name


@pytest.mark.parametrize("flow", FLOWS)
def test_an_option_of_each_setting_reaches_it(flow: str) -> None:
    config = find_flow(flow).config
    parser = argparse.ArgumentParser()
    add_settings(parser, config)
    for one in list_options(config):
        value = "a=b" if one.option.form == "pairs" else (*one.option.choices, "x")[0]
        given = [one.flag] if one.is_switch else [one.flag, value]
        found: Any = read_options(parser.parse_args(given))
        for name in one.path:
            found = found[name]
        if one.is_switch:
            assert found == (one.option.sets or not one.switches_off)
        else:
            assert found == {"pairs": {"a": "b"}, "value": value}.get(one.option.form, [value])


@pytest.mark.parametrize("flow", FLOWS)
def test_what_is_not_given_sets_nothing(flow: str) -> None:
    parser = argparse.ArgumentParser()
    add_settings(parser, find_flow(flow).config)
    assert read_options(parser.parse_args([])) == {}


def test_pairs_add_up_lists_are_split_and_words_are_a_shells() -> None:
    parser = argparse.ArgumentParser()
    add_settings(parser, find_flow("infrared").config)
    given = ["--share", "reasoning=0.5", "--share", "description=0", "--tasks", "reasoning, description"]
    assert read_options(parser.parse_args(given)) == {
        "shares": {"reasoning": "0.5", "description": "0"},
        "tasks": ["reasoning", "description"],
    }
    parser = argparse.ArgumentParser()
    add_settings(parser, ImgcoderConfig)
    settings = read_options(parser.parse_args(["--sandbox-container", "podman run 'a b'"]))
    assert settings == {"sandbox": {"container": ["podman", "run", "a b"]}}


def test_a_container_whose_quotes_do_not_close_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_settings(parser, ImgcoderConfig)
    with pytest.raises(SystemExit):
        parser.parse_args(["--sandbox-container", "podman 'a"])
    assert "--sandbox-container" in capsys.readouterr().err


def test_two_options_may_set_one_setting() -> None:
    parser = argparse.ArgumentParser()
    add_settings(parser, ImgcoderConfig)
    assert read_options(parser.parse_args([f"--{UNSAFE}"])) == {"sandbox": {"level": "off"}}
    assert read_options(parser.parse_args(["--sandbox", "strict"])) == {"sandbox": {"level": "strict"}}


class OwnConfig(RunConfig):
    """The configuration of a flow that nobody else has."""

    flow: str = "own"
    loudness: Annotated[int, Option("what is heard", metavar="DB", on_resume="as loud as this")] = 3
    """How loud it is, 100 % at most."""
    echo: Annotated[bool, NO_ROW, Option("what is heard")] = Field(default=True)
    """With an echo."""
    silent: int = 0


def test_a_field_with_a_mark_is_an_option_with_its_docstring_as_help() -> None:
    parser = argparse.ArgumentParser()
    add_settings(parser, OwnConfig)
    said = " ".join(parser.format_help().split())
    assert "what is heard: --loudness DB how loud it is, 100 % at most (default 3)" in said
    assert "--no-echo with an echo" in said
    assert "--silent" not in said
    assert said.count("--seed") == 2, "in the usage and in its group"


def test_what_may_change_on_resume_is_of_all_flows_and_each_once() -> None:
    parser = argparse.ArgumentParser()
    configs: list[type[RunConfig]] = [find_flow("infrared").config, find_flow("cir").config, OwnConfig]
    add_changeable_settings(parser, configs)
    said = " ".join(parser.format_help().split())
    assert "--loudness DB as loud as this" in said
    assert "--infrared DIR where the infrared images lie now" in said
    assert said.count("--images DIR where the images lie now") == 1
    assert "--echo" not in said
    assert "--max-rounds" not in said


def test_a_mistake_in_a_pair_is_one_message(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert main(["run", "cir", "--images", "i", "--quota", "color", "--out", str(out)]) == 2
    assert capsys.readouterr().err == "irloom: --quota color: give it as KIND=N\n"
    assert not out.exists()


@pytest.mark.parametrize("words", ["", "   "])
@pytest.mark.parametrize("verb", ["run imgcoder", "resume"])
def test_a_container_without_a_word_is_a_mistake(
    verb: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*verb.split(), "somewhere", "--sandbox-container", words])
    assert caught.value.code == 2
    assert "it holds no word" in capsys.readouterr().err
