import hashlib
from pathlib import Path

import huggingface_hub.constants
import pytest

from irloom.backends.weights import digest_weights, fetch_snapshot, find_commit, find_snapshot
from irloom.errors import ConfigError

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OLDER = "f" * 40


def write_folder(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's cache with one model in it, and no network."""
    cache = tmp_path / "hub"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    model = cache / "models--maker--thermal"
    for commit in (COMMIT, OLDER):
        write_folder(model / "snapshots" / commit, config_json="{}", model_bin=commit)
    write_folder(model / "refs", main=COMMIT)
    return cache


# Which weights they are


def test_a_file_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    one, other = tmp_path / "a.pt", tmp_path / "elsewhere.pt"
    for path in (one, other):
        path.write_bytes(b"weights")
    assert digest_weights(one) == digest_weights(other)
    inner = hashlib.sha256(b"weights").hexdigest()
    assert digest_weights(one) == hashlib.sha256(f".\0{inner}\n".encode()).hexdigest()[:16]
    other.write_bytes(b"other weights")
    assert digest_weights(one) != digest_weights(other)


def test_a_folder_is_known_by_the_names_and_contents_of_its_files(tmp_path: Path) -> None:
    one = write_folder(tmp_path / "one", config_json="{}", unet__model_bin="w")
    same = write_folder(tmp_path / "same", unet__model_bin="w", config_json="{}")
    moved = write_folder(tmp_path / "moved", config_json="{}", vae__model_bin="w")
    changed = write_folder(tmp_path / "changed", config_json="{ }", unet__model_bin="w")
    assert digest_weights(one) == digest_weights(same)
    assert len({digest_weights(folder) for folder in (one, moved, changed)}) == 3


def test_what_people_read_and_what_is_hidden_does_not_count(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, config_json="{}")
    before = digest_weights(folder)
    write_folder(folder, README_md="Hello", _git__head="x", _cache__lock_json="x")
    assert digest_weights(folder) == before


def test_weights_in_the_hubs_cache_are_known_by_their_commit(hub: Path) -> None:
    snapshot = hub / "models--maker--thermal" / "snapshots" / COMMIT
    assert digest_weights(snapshot) == COMMIT
    assert digest_weights(snapshot / "model.bin") == COMMIT
    assert find_commit(snapshot.parent) is None


def test_a_folder_that_only_looks_like_the_hubs_is_read(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "snapshots" / "2024-05", model_bin="w")
    assert digest_weights(folder) == digest_weights(write_folder(tmp_path / "plain", model_bin="w"))


def test_weights_that_are_not_there_are_a_users_mistake(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.pt", tmp_path / "snapshots" / COMMIT):
        with pytest.raises(ConfigError, match=f"{path} holds no weights"):
            digest_weights(path)


# Where they lie


def test_a_folder_is_taken_before_a_model_of_that_name(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(hub.parent / "maker" / "thermal", config_json="{}")
    monkeypatch.chdir(hub.parent)
    assert find_snapshot("maker/thermal") == Path("maker/thermal")
    assert fetch_snapshot(str(folder)) == folder


def test_a_model_that_the_hubs_cache_has_is_found_without_the_network(hub: Path) -> None:
    said: list[str] = []
    for revision, commit in ((None, COMMIT), (OLDER, OLDER)):
        snapshot = hub / "models--maker--thermal" / "snapshots" / commit
        assert find_snapshot("maker/thermal", revision) == snapshot
        assert fetch_snapshot("maker/thermal", revision, ["*.json"], said.append) == snapshot
    assert said == []


@pytest.mark.parametrize("name", ["maker/unknown", "maker", "no/such/folder", "./thermal", "-maker/-thermal"])
def test_a_model_that_is_nowhere_is_not_found(name: str, hub: Path) -> None:
    assert find_snapshot(name) is None


def test_a_model_that_cannot_be_fetched_is_a_users_mistake(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    with pytest.raises(
        ConfigError, match=r"maker/unknown \(revision main\) cannot be fetched.*give the folder"
    ):
        fetch_snapshot("maker/unknown", notify=said.append)
    assert said == ["Fetching maker/unknown from the hub, once."]
    with pytest.raises(ConfigError, match="'no/such/folder' is neither a folder nor the name of a model"):
        fetch_snapshot("no/such/folder")
    assert capsys.readouterr() == ("", "")
