"""A run keeps the small files that decide its rows, and goes on with them whatever irloom brings by then."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.engine.texts import Texts, digest_text, find_kept, locate_kept
from support.begun import Begun, spare_brown
from support.coco import CocoFiles, write_coco
from support.scenes import write_scenes

DATA = files("irloom.data")
CAPTION = "A brown dog lies beside a bench."


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def embedded(tmp_path: Path) -> Path:
    path = tmp_path / "embedded.toml"
    path.write_bytes(b"embedded")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "kept.txt"
    path.write_bytes(b"kept")
    return path


# Which file is chosen


def test_a_new_run_takes_the_embedded_text_and_notes_it(embedded: Path) -> None:
    texts = Texts()
    assert texts.choose("lexicon", None, embedded) is None
    assert texts.used == {"lexicon": b"embedded"}
    assert texts.digests == {"lexicon": digest_text("embedded")}


def test_what_was_kept_comes_before_the_embedded_text(embedded: Path, kept: Path) -> None:
    texts = Texts({"lexicon": kept})
    assert texts.choose("lexicon", None, embedded) == kept
    assert texts.choose("edits", None, embedded) is None
    assert texts.used == {"lexicon": b"kept", "edits": b"embedded"}


def test_a_users_file_comes_before_what_was_kept(embedded: Path, kept: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(b"own")
    texts = Texts({"lexicon": kept})
    assert texts.choose("lexicon", own, embedded) == own
    assert texts.used == {"lexicon": b"own"}


def test_a_users_file_that_is_gone_is_what_was_kept_of_it(embedded: Path, kept: Path, tmp_path: Path) -> None:
    texts = Texts({"lexicon": kept})
    assert texts.choose("lexicon", tmp_path / "gone.toml", embedded) == kept
    assert texts.used == {"lexicon": b"kept"}


def test_a_users_file_that_never_was_there_is_left_to_its_reader(embedded: Path, tmp_path: Path) -> None:
    texts = Texts()
    assert texts.choose("lexicon", tmp_path / "gone.toml", embedded) == tmp_path / "gone.toml"
    assert texts.used == {}


def test_prompts_are_texts_too(tmp_path: Path) -> None:
    texts = Texts({"prompt.a/b": tmp_path / "x.md", "lexicon": tmp_path / "y.txt"})
    (tmp_path / "x.md").write_text("é", "utf-8")
    assert texts.kept_prompts == {"a/b": "é"}
    texts.use_prompts({"a/b": "é"})
    assert texts.digests == {"prompt.a/b": digest_text("é")}


def test_kept_texts_are_found_by_the_digests_of_a_fingerprint(tmp_path: Path) -> None:
    wanted = {"digest.prompt.a/b": "1", "digest.lexicon": "2", "digest.captions": "3", "seed": 0}
    assert find_kept(tmp_path, wanted) == {}
    for name in ("prompts/1.md", "files/2.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    assert find_kept(tmp_path, wanted) == {
        "prompt.a/b": tmp_path / "prompts/1.md",
        "lexicon": tmp_path / "files/2.txt",
    }
    assert locate_kept(tmp_path, "captions", "3") == tmp_path / "files/3.txt"


# Whole runs


@pytest.fixture
def coco(tmp_path: Path) -> CocoFiles:
    return write_coco(tmp_path / "coco", 2, [CAPTION])


def begin(coco: CocoFiles, out: Path, *options: str) -> Begun:
    return Begun.infrared(coco, out, *options)


@pytest.fixture
def begun(coco: CocoFiles, tmp_path: Path) -> Begun:
    return begin(coco, tmp_path / "run")


def test_a_run_keeps_the_texts_that_it_uses_under_their_digests(begun: Begun) -> None:
    for name in ("lexicon", "temperatures"):
        assert begun.kept(name).read_bytes() == DATA.joinpath(f"{name}.toml").read_bytes()
    assert len(list((begun.out / "files").iterdir())) == 2
    prompts = [name for name in begun.about["fingerprint"] if name.startswith("digest.prompt.")]
    assert len(prompts) == len(list((begun.out / "prompts").iterdir())) > 5
    for name in (one.removeprefix("digest.") for one in prompts):
        assert digest_text(begun.kept(name).read_bytes()) == begun.digest(name)


def test_a_run_goes_on_with_the_lexicon_that_it_began_with(begun: Begun) -> None:
    begun.rewrite("lexicon", spare_brown)
    assert begun.resume() == 0
    (before,), (after,) = begun.rows("pairs", "1"), begun.rows("pairs", "2")
    assert "brown" not in before["caption"]
    assert "brown" in after["caption"]


def test_a_run_goes_on_with_the_temperatures_that_it_began_with(begun: Begun) -> None:
    def heat(table: str) -> str:
        head, _, tail = table.partition("[classes.dog]\n")
        return f"{head}[classes.dog]\n{tail.replace('delta = ', 'delta = 9', 1)}"

    begun.rewrite("temperatures", heat)
    assert begun.resume() == 0
    (before,), (after,) = begun.rows("pairs", "1"), begun.rows("pairs", "2")
    celsius = [
        next(one["temperature_c"] for one in row["objects"] if one["label"] == "dog")
        for row in (before, after)
    ]
    assert celsius[1] - celsius[0] > 50


def test_a_run_goes_on_with_the_prompts_that_it_began_with(begun: Begun) -> None:
    begun.rewrite("prompt.caption/filter", lambda text: text.replace("# User\n", "# User\nPlease.\n"))
    assert begun.resume() == 0
    digests = [begun.rows("pairs", sample)[0]["prompts"]["caption/filter"] for sample in "12"]
    assert digests[0] != digests[1] == begun.digest("prompt.caption/filter")
    turns = begun.rows("transcripts", "2")[0]["turns"]
    assert {turn["digest"] for turn in turns if turn.get("prompt") == "caption/filter"} == {digests[1]}


def test_a_run_of_the_cir_flow_goes_on_with_the_edits_that_it_began_with(tmp_path: Path) -> None:
    scenes, out = write_scenes(tmp_path / "coco", 2), tmp_path / "run"
    command = ["run", "cir", *scenes.options, "--out", str(out), "--quiet", "--limit", "1"]
    assert main([*command, "--subcategories", "color"]) == 0
    begun = Begun(out)
    assert begun.kept("edits").read_bytes() == DATA.joinpath("edits.toml").read_bytes()
    colours = (
        'color = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white"]'
    )
    of_animals, other = 'color = ["brown", "black", "white"]', 'color = ["pink", "purple", "blue"]'
    begun.rewrite("edits", lambda text: text.replace(colours, other).replace(of_animals, other))
    assert begun.resume() == 0
    values = {step["value"] for row in begun.rows("edits", "2") for step in row["steps"]}
    assert values
    assert values <= {"pink", "purple", "blue"}


def test_a_kept_text_that_somebody_edited_is_another_text(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    path = begun.kept("lexicon")
    path.write_text(spare_brown(path.read_text("utf-8")), "utf-8")
    assert begun.resume() == 2
    assert "lexicon: the content differs" in capsys.readouterr().err


def test_a_run_of_before_goes_on_where_the_embedded_text_is_the_one_it_began_with(begun: Begun) -> None:
    shutil.rmtree(begun.out / "files")
    assert begun.resume() == 0
    assert len(begun.rows("pairs", "2")) == 1


@pytest.mark.parametrize("name", ["lexicon", "temperatures"])
def test_a_run_of_before_with_another_text_is_refused_by_its_name_unless_that_is_accepted(
    name: str, begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(begun.out / "files")
    begun.note(name, "0123456789abcdef")
    capsys.readouterr()
    assert begun.resume() == 2
    assert f"{name}: the content differs (0123456789ab, now " in capsys.readouterr().err
    assert not (begun.out / "files").exists()
    assert begun.resume("--accept-changes") == 0
    assert begun.kept(name).read_bytes() == DATA.joinpath(f"{name}.toml").read_bytes()


def test_a_users_file_that_changed_is_refused_and_named_and_kept_once_it_is_accepted(
    coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(DATA.joinpath("lexicon.toml").read_bytes())
    begun = begin(coco, tmp_path / "run", "--lexicon", str(own))
    own.write_text(spare_brown(own.read_text("utf-8")), "utf-8")
    capsys.readouterr()
    assert begun.resume() == 2
    assert "lexicon: the content differs" in capsys.readouterr().err
    assert begun.resume("--accept-changes") == 0
    assert begun.kept("lexicon").read_bytes() == own.read_bytes()
    assert "brown" in begun.rows("pairs", "2")[0]["caption"]
    own.unlink()
    assert begun.resume() == 0, "what was kept stands in for it"


def test_a_users_file_that_is_gone_is_no_obstacle_since_it_was_kept(coco: CocoFiles, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(spare_brown(DATA.joinpath("lexicon.toml").read_text("utf-8")), "utf-8")
    begun = begin(coco, tmp_path / "run", "--lexicon", str(own))
    assert begun.kept("lexicon").read_bytes() == own.read_bytes()
    own.unlink()
    assert begun.resume() == 0
    assert "brown" in begun.rows("pairs", "2")[0]["caption"]


def test_a_users_file_that_is_gone_from_a_run_of_before_is_one_message(
    coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(DATA.joinpath("lexicon.toml").read_bytes())
    begun = begin(coco, tmp_path / "run", "--lexicon", str(own))
    own.unlink()
    shutil.rmtree(begun.out / "files")
    capsys.readouterr()
    assert begun.resume() == 2
    said = capsys.readouterr().err
    assert str(own) in said
    assert "Traceback" not in said
    assert len(begun.rows("pairs", "2")) == 0


@pytest.mark.parametrize("options", [["--lexicon", "{gone}"], ["--config", "{config}"]])
def test_a_new_run_whose_file_is_not_there_is_one_message_and_no_folder(
    options: list[str], coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.toml").write_text('[translator]\ntemperatures = "gone.toml"\n')
    given = [one.format(gone=tmp_path / "gone.toml", config=tmp_path / "own.toml") for one in options]
    out = tmp_path / "run"
    assert main(["run", "infrared", *coco.options, "--out", str(out), *given]) == 2
    assert str(tmp_path / "gone.toml") in capsys.readouterr().err
    assert not out.exists()
