"""A signature is known by whoever gave it, for just what it was given to."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from irloom.engine.signature import VARIABLE, choose_state, is_signed, sign

SETTINGS = {"chat.base_url": "http://localhost:8000/v1", "sandbox.container": ["podman", "run"]}


MAKE_MANY = """
from irloom.engine.signature import sign
for _ in range(5):
    print(sign({!r}))
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "state"))
    return tmp_path / "state"


def test_a_seal_holds_for_its_settings_alone() -> None:
    signature = sign(SETTINGS)
    assert is_signed(SETTINGS, signature)
    assert is_signed(dict(reversed(SETTINGS.items())), signature)
    assert not is_signed({**SETTINGS, "chat.base_url": "http://elsewhere/v1"}, signature)
    assert not is_signed({}, signature)
    for stranger in (None, "", 7, "é" * 64, "0" * 64, (signature or "")[:-1]):
        assert not is_signed(SETTINGS, stranger)


def test_another_user_knows_it_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = sign(SETTINGS)
    monkeypatch.setenv(VARIABLE, str(folder.with_name("other")))
    assert not is_signed(SETTINGS, signature)
    assert sign(SETTINGS) != signature
    monkeypatch.setenv(VARIABLE, str(folder))
    assert is_signed(SETTINGS, signature)


def test_the_secret_is_for_its_user_alone(folder: Path) -> None:
    sign(SETTINGS)
    assert [path.name for path in folder.iterdir()] == ["secret"]
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_secret_that_others_could_read_or_write_is_replaced(mode: int, folder: Path) -> None:
    signature = sign(SETTINGS)
    (folder / "secret").chmod(mode)
    assert not is_signed(SETTINGS, signature)
    new = sign(SETTINGS)
    assert new not in (None, signature)
    assert is_signed(SETTINGS, new)
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600


def test_a_secret_that_is_a_link_or_cut_is_none(folder: Path, tmp_path: Path) -> None:
    signature = sign(SETTINGS)
    whole = (folder / "secret").read_bytes()
    (tmp_path / "elsewhere").write_bytes(whole)
    (tmp_path / "elsewhere").chmod(0o600)
    (folder / "secret").unlink()
    (folder / "secret").symlink_to(tmp_path / "elsewhere")
    assert not is_signed(SETTINGS, signature)
    (folder / "secret").unlink()
    (folder / "secret").write_bytes(whole[:10])
    (folder / "secret").chmod(0o600)
    assert not is_signed(SETTINGS, signature)


def test_where_no_secret_can_be_kept_nothing_is_known(folder: Path) -> None:
    folder.write_text("a file in the way")
    assert sign(SETTINGS) is None
    assert not is_signed(SETTINGS, "0" * 64)


def test_processes_that_begin_at_once_share_one_secret(folder: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE_MANY.format(SETTINGS)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    made = [process.communicate()[0].split() for process in started]
    assert [len(some) for some in made] == [5, 5, 5]
    signatures = {signature for some in made for signature in some[1:]}
    assert signatures == {sign(SETTINGS)}


def test_without_the_variable_it_lies_where_the_system_keeps_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    assert choose_state().name == "irloom"
