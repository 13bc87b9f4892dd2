"""A call is named by its place, and its prompt is filled again as it was sent."""

from pathlib import Path

from irloom.engine.texts import digest_text
from irloom.views.transcript import fill_prompt, name_place


def test_a_place_names_what_is_known_of_it() -> None:
    assert name_place({"task": "reasoning", "round": 2}) == "task reasoning, round 2"
    assert name_place({"caption": 0, "candidate": 3, "task": None}) == "caption 0, candidate 3"
    assert name_place({"node": "translate"}) == ""


def test_a_prompt_is_filled_with_the_fields_of_its_call(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    text = "# System\n\nBe brief.\n\n# User\n\nSay {{word}}.\n"
    (tmp_path / "prompts" / f"{digest_text(text)}.md").write_text(text)
    turn = {"prompt": "task/say", "digest": digest_text(text), "fields": {"word": "hi"}}
    assert fill_prompt(tmp_path, turn) == [("System", "Be brief."), ("User", "Say hi.")]


def test_a_prompt_that_is_gone_leaves_its_fields(tmp_path: Path) -> None:
    turn = {"prompt": "task/say", "digest": "12ab", "fields": {"word": "hi", "n": 2}}
    head, *fields = fill_prompt(tmp_path, turn)
    assert head[0] == "Prompt"
    assert "It cannot be shown as it was sent" in head[1]
    assert fields == [("word", "hi"), ("n", "2")]


def test_a_prompt_is_named_by_a_digest_and_by_no_path(tmp_path: Path) -> None:
    run, text = tmp_path / "run", "# System\n\nBe brief.\n\n# User\n\nA secret.\n"
    (run / "prompts").mkdir(parents=True)
    (tmp_path / "secret.md").write_text(text)
    turn = {"prompt": "task/say", "digest": "../../secret", "fields": {}}
    ((_, said),) = fill_prompt(run, turn)
    assert "no digest of a prompt" in said
    assert "A secret" not in said
