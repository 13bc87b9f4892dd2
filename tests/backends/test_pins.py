"""A model on the hub is pinned to its commit, and files are told by their content."""

from pathlib import Path

import pytest

from irloom.backends.pins import digest_files, pin_revision
from irloom.errors import ConfigError
from irloom.options import LanguageBindOptions, OpenClipOptions, RadiometricOptions, SrgbTirOptions

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A hub cache that knows one commit of one model, without a network."""
    folder = tmp_path / "hub" / "models--someone--thermal"
    (folder / "snapshots" / COMMIT).mkdir(parents=True)
    (folder / "snapshots" / COMMIT / "config.json").write_text("{}")
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(COMMIT)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return tmp_path / "hub"


def test_a_branch_becomes_the_commit_that_is_here(cache: Path) -> None:
    assert pin_revision(LanguageBindOptions(model="someone/thermal")).revision == COMMIT
    assert pin_revision(LanguageBindOptions(model="someone/thermal", revision="main")).revision == COMMIT


def test_a_commit_stays_and_is_not_looked_for() -> None:
    other = COMMIT.replace("0", "f")
    assert pin_revision(LanguageBindOptions(model="nobody/nothing", revision=other)).revision == other


def test_a_model_that_is_neither_here_nor_told_by_the_hub_is_refused_with_a_way_out(cache: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"'someone/else' is no folder, and the hub cannot be asked .* or give a"
    ):
        pin_revision(LanguageBindOptions(model="someone/else"))


def test_a_folder_and_a_backend_without_revision_stay_as_they_are(tmp_path: Path) -> None:
    here = LanguageBindOptions(model=str(tmp_path))
    assert pin_revision(here) is here
    assert pin_revision(options := RadiometricOptions()) is options


def test_the_digest_follows_the_content_and_not_the_place(tmp_path: Path) -> None:
    digests = []
    for name, content in (("a", b"one"), ("b", b"one"), ("c", b"two")):
        (tmp_path / name).write_bytes(content)
        digests.append(digest_files(SrgbTirOptions(checkpoint=tmp_path / name)))
    assert digests[0] == digests[1] != digests[2]


def test_an_open_clip_checkpoint_is_told_by_its_content(tmp_path: Path) -> None:
    digests = []
    for content in (b"one", b"two"):
        (tmp_path / "own.pt").write_bytes(content)
        digests.append(digest_files(OpenClipOptions(pretrained=str(tmp_path / "own.pt"))))
    assert digests[0] != digests[1]


def test_a_tag_that_is_neither_here_nor_reachable_is_refused(cache: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be fetched from the hub"):
        digest_files(OpenClipOptions())


def test_a_backend_without_weights_has_no_file_to_digest() -> None:
    assert digest_files(RadiometricOptions()) is None
