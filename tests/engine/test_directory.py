"""A run directory is created once, whole, without secrets, and only where nothing else lies."""

import json
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.commits import CommitLog
from irloom.engine.directory import RunDirectory, refuse_run_files, refuse_used
from irloom.engine.lock import RunLock
from irloom.engine.texts import digest_text
from irloom.errors import RunDirError, UserError
from irloom.pipelines.infrared.config import InfraredConfig

FILES = ("pairs", "instructions", "rejected", "failed", "transcripts", "rules")
RULES = [{"rule": "Delete wood.", "version": 0, "origin": "basic"}]
TEXTS = {"prompt.a": b"# System\na\n# User\nb", "prompt.b/c": "é".encode(), "lexicon": b"[words]\n"}


def config(base_url: str | None = None, **settings: Any) -> InfraredConfig:
    chat = {"kind": "openai", "model": "m", "base_url": base_url}
    return InfraredConfig.model_validate({"images": "i", "captions": "c", "chat": chat, **settings})


def create(root: Path, settings: InfraredConfig | None = None) -> RunDirectory:
    root.mkdir(exist_ok=True)
    lock = RunLock(root)
    lock.acquire()
    try:
        refuse_used(root, FILES)
        return RunDirectory.create(
            root, settings or config(), {"seed": 0}, FILES, RULES, TEXTS, {"images": 3}
        )
    finally:
        lock.release()


def read_config(run: RunDirectory) -> InfraredConfig:
    return InfraredConfig.model_validate(run.settings)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_run_can_be_opened_with_its_configuration(tmp_path: Path) -> None:
    settings = config(seed=5, tasks=["reasoning"], shares={"reasoning": 0.5})
    create(tmp_path / "run", settings)
    run = RunDirectory.open(tmp_path / "run")
    assert read_config(run) == settings
    assert run.flow == "infrared"
    assert run.source == Path("i")
    assert run.about["fingerprint"] == {"seed": 0}
    assert run.about["source"] == {"images": 3}
    assert contents(run.root / "prompts") == {
        f"{digest_text(TEXTS[name])}.md": TEXTS[name] for name in ("prompt.a", "prompt.b/c")
    }
    assert contents(run.root / "files") == {f"{digest_text(TEXTS['lexicon'])}.txt": TEXTS["lexicon"]}
    log = CommitLog(run.root)
    log.recover()
    assert dict(log.state.done) == {}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://user:secret@host:8000/v1", "http://host:8000/v1"),
        ("https://secret@host", "https://host"),
        ("https://user:se@cret@host/v1", "https://host/v1"),
        ('https://user:sec"ret@host/v1', "https://host/v1"),
        ("https://user:sec ret@host/v1", "https://host/v1"),
        ("http://host/v1/@path", "http://host/v1/@path"),
        ("http://host/v1", "http://host/v1"),
        (None, None),
    ],
)
def test_no_credentials_of_an_address_are_written(
    given: str | None, kept: str | None, tmp_path: Path
) -> None:
    settings = config(given, roles={"debate": {"kind": "openai", "model": "j", "base_url": given}})
    run = create(tmp_path / "run", settings)
    assert run.about["config"]["chat"]["base_url"] == kept
    assert run.about["config"]["roles"]["debate"]["base_url"] == kept
    run.accept({"seed": 1}, settings)
    assert not {"secret", "cret"} & set((run.root / "run.json").read_text().replace('"', " ").split("@"))
    for path in run.root.rglob("*"):
        assert path.is_dir() or b"cret" not in path.read_bytes()


def test_no_key_is_written_but_the_name_of_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    root = create(tmp_path / "run").root
    assert json.loads((root / "run.json").read_text())["config"]["chat"]["api_key_env"] == "OPENAI_API_KEY"
    assert all(b"sk-very" not in path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_a_folder_with_a_run_is_refused_with_the_resume_command(tmp_path: Path) -> None:
    create(tmp_path / "run")
    with pytest.raises(
        RunDirError, match=f"holds a run already. To go on with it: irloom resume {tmp_path / 'run'}"
    ):
        refuse_used(tmp_path / "run", FILES)


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunDirError, match="is a file: give `--out` a folder that is empty or does not exist"):
        refuse_used(tmp_path / "file", FILES)


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        ".git",
        "rules.jsonl",
        "images",
        "prompts",
        "files",
        "pairs.jsonl",
        "journal",
        "commits.jsonl",
        ".x.tmp",
    ],
)
def test_a_folder_that_holds_something_of_the_users_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine") if "." in name else (tmp_path / name).mkdir()
    with pytest.raises(RunDirError, match=rf"is not empty \({name} …\): give `--out` an empty or new folder"):
        refuse_used(tmp_path, FILES)


@pytest.mark.parametrize("name", ["images/photo.png", "pairs.jsonl", "journal/1.1.jsonl", "notes.txt"])
def test_content_that_no_killed_creation_leaves_is_refused_also_beside_a_lock(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "lock").touch()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(RunDirError, match="is not empty"):
        refuse_used(tmp_path, FILES)


def test_an_empty_and_a_missing_folder_are_accepted(tmp_path: Path) -> None:
    refuse_used(tmp_path, FILES)
    refuse_used(tmp_path / "missing" / "run", FILES)


def test_what_a_killed_creation_left_is_replaced(tmp_path: Path) -> None:
    root = create(tmp_path / "run", config(seed=1)).root
    (root / "run.json").unlink()
    (root / ".run.json.tmp").write_bytes(b'{"half')
    (root / "commits.jsonl").write_bytes(b'{"event":"st')
    (root / "rules.jsonl").write_bytes(b'{"rule":"Delete som')
    create(root, config(seed=2))
    assert read_config(RunDirectory.open(root)).seed == 2
    log = CommitLog(root)
    log.recover()
    assert (root / "rules.jsonl").read_text().count("\n") == 1


def test_a_folder_without_a_run_says_what_to_give(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "missing"):
        with pytest.raises(
            RunDirError, match=r"holds no run \(there is no run.json\): give the folder that `--out`"
        ):
            RunDirectory.open(root)


@pytest.mark.parametrize("content", ["", "{", "not JSON", "\x00"])
def test_a_run_json_that_is_none_was_edited(content: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(RunDirError, match=r"run\.json is not JSON .*: it was edited; put the original back"):
        RunDirectory.open(tmp_path)


@pytest.mark.parametrize("content", ["[]", "5", "{}", '{"config": {}}'])
def test_a_run_json_without_what_a_run_has_was_edited(content: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(RunDirError, match="lacks what a run has: it was edited"):
        RunDirectory.open(tmp_path)


def test_what_is_learnt_is_on_disk_before_anything_relies_on_it(tmp_path: Path) -> None:
    run = create(tmp_path / "run")
    run.learn("n", False)
    assert RunDirectory.open(run.root).learnt == {"n": False}
    before = (run.root / "run.json").stat().st_mtime_ns
    run.learn("n", False)
    assert (run.root / "run.json").stat().st_mtime_ns == before, "what is known is not written again"


def test_accepted_changes_are_named_and_kept(tmp_path: Path) -> None:
    run = create(tmp_path / "run")
    assert run.accept({"seed": 1, "new": "x"}, config(seed=1)) == [
        "new: was 'not set', now 'x'",
        "seed: was 0, now 1",
    ]
    again = RunDirectory.open(run.root)
    assert again.about["fingerprint"] == {"seed": 1, "new": "x"}
    assert read_config(again).seed == 1


@pytest.mark.parametrize(
    "name",
    [
        "pairs.jsonl",
        "run.json",
        "journal",
        "images/1.png",
        "prompts/deep/er.md",
        "files/a.txt",
        "x/../lock",
        "link/new",
    ],
)
def test_what_a_run_keeps_is_no_place_for_anything_else(name: str, tmp_path: Path) -> None:
    create(tmp_path / "run")
    (tmp_path / "run/x").mkdir()
    (tmp_path / "run/link").symlink_to("images")
    with pytest.raises(UserError, match=r"is the run's own: name another"):
        refuse_run_files(tmp_path / "run" / name)


def test_a_folder_of_images_that_is_a_link_is_the_runs_too(tmp_path: Path) -> None:
    create(tmp_path / "run")
    (tmp_path / "run/images").rename(tmp_path / "elsewhere")
    (tmp_path / "run/images").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match=r"is the run's own: name another"):
        refuse_run_files(tmp_path / "run/images/1.png")


def test_other_names_in_a_run_and_the_same_names_elsewhere_are_free(tmp_path: Path) -> None:
    create(tmp_path / "run")
    for name in ("run/dataset", "run/report.html", "run/sets/images/1.png", "pairs.jsonl", "images/1.png"):
        refuse_run_files(tmp_path / name)
