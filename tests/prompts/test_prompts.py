"""Prompts are filled in one pass, and a folder that replaces them is checked at the start."""

from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.errors import PromptError
from irloom.prompts import PromptFile, Prompts
from irloom.scene.heat import HEAT_WORD

JUDGES = ("", "_grounded", "_seeing", "_seeing_grounded")
TONED = {
    *("caption/again", "caption/filter", "caption/filter_all", "debate/mine", "score/number", "score/yes_no"),
    *(f"debate/judge{sight}{order}" for sight in JUDGES for order in ("", "_reasoned")),
    *("task/conversation", "task/description", "task/reasoning"),
}
"""Prompts that are worded anew for pictures that show no heat."""
VARIANTS = ("blind", "normal", "pair", "prior", "prior_pair", "translated")
TEXT = "# System\n\nSay {{what}}.\n\n# User\n\n{{ what }} and {{more}}\n"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "value",
    ["{{more}}", "{{what}}", "{}", "{0}", "\\1 \\g<1> \\n", "%s", "# User", "a\n# System\nb", "", "$x"],
)
def test_a_value_is_inserted_as_it_is_and_never_filled_again(value: str) -> None:
    prompt = PromptFile("x", TEXT).fill({"what": value, "more": "end"})
    assert prompt.system == f"Say {value}."
    assert prompt.user == f"{value} and end"
    assert prompt.fields == {"what": value, "more": "end"}


def test_missing_and_unknown_slots_are_named_together() -> None:
    with pytest.raises(
        PromptError, match=r"'x': slots without a value \['more'\], values without a slot \['mroe'\]"
    ):
        PromptFile("x", TEXT).fill({"what": "a", "mroe": "b"})


def test_the_digest_is_of_the_text_with_its_slots_and_not_of_what_fills_them() -> None:
    prompt = PromptFile("x", TEXT)
    one, other = (prompt.fill({"what": value, "more": ""}) for value in ("a", "b"))
    assert one.digest == other.digest == prompt.digest
    assert PromptFile("x", TEXT + " ").digest != prompt.digest
    assert len(prompt.digest) == 16


@pytest.mark.parametrize(
    "text",
    ["", "Say {{what}}", "# User\n\nb\n\n# System\n\na", "# System\na", "hello\n# System\na\n# User\nb"],
)
def test_a_text_without_both_parts_in_order_is_refused(text: str) -> None:
    with pytest.raises(PromptError, match="it needs a line `# System` and, after it, a line `# User`"):
        _ = PromptFile("x", text).parts


def test_every_embedded_prompt_has_two_parts_a_digest_of_its_own_and_no_stray_braces() -> None:
    loaded = Prompts.load().texts
    texts = {name: text for name, text in loaded.items() if not PromptFile(name, text).is_plain}
    assert set(texts) == {
        *("edit/propose", "edit/propose_complex", "edit/revise", "edit/phrase"),
        *("edit/verify_change", "edit/verify_rest"),
        "caption/again",
        *("caption/filter", "caption/filter_all", "debate/judge", "debate/judge_grounded", "debate/mine"),
        *("debate/judge_seeing", "debate/judge_seeing_grounded", "score/number", "score/yes_no"),
        *("debate/judge_reasoned", "debate/judge_grounded_reasoned", "debate/judge_seeing_reasoned"),
        "debate/judge_seeing_grounded_reasoned",
        *("repair", "task/conversation", "task/description", "task/reasoning"),
        *(f"coder/{name}" for name in ("code", "one_call", "plan", "repair", "understand")),
        *("captioner/captions", "captioner/describe", "panel/judge"),
        *(f"tones/{name}" for name in TONED),
        *(f"detector/{name}" for name in ("number", "similarity", "words", "yes_no")),
        *("evaluate/check", "evaluate/judge_short", "evaluate/quality/rate", "evaluate/visible"),
        *(f"evaluate/ifbench/{language}_{name}" for language in ("cn", "en") for name in VARIANTS),
        *(f"evaluate/sets/{name}" for name in ("check", "choice", "difference", "number")),
        *("evaluate/sets/temperature", "evaluate/sets/yes_no"),
        *(f"figure/{name}" for name in ("adapt", "answer", "blind", "grade", "judge", "quiz", "solve")),
    }
    prompts = [PromptFile(name, text) for name, text in texts.items()]
    assert all(prompt.parts[1] for prompt in prompts)
    assert all(prompt.parts[0] or prompt.name.startswith("evaluate/") for prompt in prompts)
    assert len({prompt.digest for prompt in prompts}) == len(prompts)
    for prompt in prompts:
        assert prompt.text.count("{{") == prompt.text.count("}}")
        filled = prompt.fill(dict.fromkeys(prompt.slots, "VALUE"))
        assert "{{" not in filled.system + filled.user


def test_texts_that_fill_a_slot_lie_in_folders_of_their_own_and_have_no_slots() -> None:
    prompts = Prompts.load()
    assert prompts.list_in("task/parts") == tuple(
        f"task/parts/{name}" for name in ("blind", "fractions", "percent", "sighted")
    )
    for task in ("conversation", "description", "reasoning"):
        names = prompts.list_in(f"task/examples/{task}")
        assert len(names) >= 4
        for name in names:
            assert PromptFile(name, prompts.text_of(name)).slots == frozenset()
            assert prompts.text_of(name).startswith("Captions:\n")


def test_a_plain_text_can_be_replaced_and_needs_no_parts(tmp_path: Path) -> None:
    write(tmp_path, "task/parts/blind", "You know it from hearsay.\n")
    assert Prompts.load(tmp_path).text_of("task/parts/blind") == "You know it from hearsay."


def test_a_flow_can_take_the_prompts_of_its_own_folders_alone() -> None:
    texts = Prompts.load().only(("debate", "repair")).texts
    assert "repair" in texts
    assert all(name == "repair" or name.startswith("debate/") for name in texts)


def test_a_folder_replaces_the_prompts_it_names_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, "debate/mine", Prompts.load().texts["debate/mine"].replace("rejected", "turned down"))
    write(tmp_path, "README", "How to edit these.")
    write(tmp_path, "notes", "").rename(tmp_path / "notes.txt")
    texts = Prompts.load(tmp_path).texts
    assert "turned down" in texts["debate/mine"]
    assert texts | {"debate/mine": ""} == Prompts.load().texts | {"debate/mine": ""}


def test_a_file_that_names_no_prompt_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    path = write(tmp_path, "debate/jugde", TEXT)
    with pytest.raises(
        PromptError,
        match="no prompt is called 'debate/jugde'; there are black_hot/parts/note, caption/again, ",
    ) as caught:
        Prompts.load(tmp_path)
    assert str(path) in str(caught.value)


def test_a_replacement_with_other_slots_is_refused_with_both_lists(tmp_path: Path) -> None:
    write(tmp_path, "caption/filter", Prompts.load().texts["caption/filter"].replace("{{rules}}", "{{rule}}"))
    with pytest.raises(PromptError, match=r"missing slots \['rules'\], unknown slots \['rule'\]"):
        Prompts.load(tmp_path)


@pytest.mark.parametrize("typing_error", ["{{Rules}}", "{rules}", "{{rules}", "{{rules2}}"])
def test_a_slot_that_is_mistyped_so_that_it_is_none_shows_at_the_start(
    typing_error: str, tmp_path: Path
) -> None:
    write(
        tmp_path, "caption/filter", Prompts.load().texts["caption/filter"].replace("{{rules}}", typing_error)
    )
    with pytest.raises(PromptError, match=r"missing slots \['rules'\]"):
        Prompts.load(tmp_path)


@pytest.mark.parametrize("folder", ["file.md", "missing"])
def test_a_prompts_folder_that_is_none_is_refused_with_the_way_out(folder: str, tmp_path: Path) -> None:
    write(tmp_path, "file", TEXT)
    with pytest.raises(PromptError, match="is not a folder: `irloom prompts copy DIR` makes one"):
        Prompts.load(tmp_path / folder)


def test_a_replacement_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "repair", "# System\n\nfür\n".encode("latin-1"))
    with pytest.raises(PromptError, match="A prompt is a UTF-8 text file") as caught:
        Prompts.load(tmp_path)
    assert str(path) in str(caught.value)


def test_a_folder_called_like_a_prompt_is_refused_and_no_bug(tmp_path: Path) -> None:
    (tmp_path / "repair.md").mkdir()
    with pytest.raises(PromptError, match="Is a directory"):
        Prompts.load(tmp_path)


def test_a_replacement_without_its_parts_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "repair", "{{form}} {{problem}} {{reply}}")
    with pytest.raises(PromptError, match="'repair': it needs a line `# System`"):
        Prompts.load(tmp_path)


@pytest.mark.parametrize("mangle", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_what_windows_editors_do_to_a_prompt_is_harmless(mangle: object, tmp_path: Path) -> None:
    assert callable(mangle)
    write(tmp_path, "repair", mangle(Prompts.load().texts["repair"]))
    assert Prompts.load(tmp_path).texts["repair"] == Prompts.load().texts["repair"]


def test_copied_prompts_have_the_digests_of_the_embedded_ones(tmp_path: Path) -> None:
    assert main(["prompts", "copy", str(tmp_path / "mine")]) == 0
    assert Prompts.load(tmp_path / "mine").texts == Prompts.load().texts


def test_another_wording_takes_the_place_of_its_namesakes_and_of_whole_folders_of_examples() -> None:
    toned = Prompts.load().worded_as("tones")
    assert toned.render("debate/mine", category="x", reason="y", rules="z").name == "tones/debate/mine"
    assert toned.render("repair", form="x", problem="y", reply="z").name == "repair"
    assert toned.list_in("task/examples/reasoning") == (
        *("task/examples/reasoning/boats", "task/examples/reasoning/level_crossing"),
    )
    assert toned.text_of("task/parts/percent") == Prompts.load().text_of("task/parts/percent")
    assert toned.text_of("task/parts/blind") != Prompts.load().text_of("task/parts/blind")


def test_the_wording_for_pictures_that_show_no_heat_speaks_of_none_and_asks_in_the_same_slots() -> None:
    loaded = Prompts.load().texts
    toned = {name: text for name, text in loaded.items() if name.startswith("tones/")}
    for name, text in toned.items():
        assert HEAT_WORD.search(text.replace("{{heat}}", "")) is None, name
        if (usual := name.removeprefix("tones/")) in loaded:
            assert PromptFile(name, text).slots == PromptFile(usual, loaded[usual]).slots
