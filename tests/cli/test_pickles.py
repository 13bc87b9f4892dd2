"""A file that runs code when it is unpickled ends a verb with a message, and runs nothing."""

import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from irloom.cli.main import main
from support.coco import write_coco
from support.edir_data import write_edir
from support.tiny_clip import register
from support.tiny_languagebind import save

NAME = "tiny-pickled"


class Planted:
    """Makes a folder when it is unpickled carelessly."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.trace),)


def write_pickle(path: Path, planted: Planted) -> None:
    path.write_bytes(pickle.dumps({"queries": planted, "state_dict": planted}))


def write_torch(path: Path, planted: Planted) -> None:
    torch.save({"visual.proj": planted, "queries": planted}, path)


def write_old_torch(path: Path, planted: Planted) -> None:
    torch.save({"visual.proj": planted}, path, _use_new_zipfile_serialization=False)


def write_objects(path: Path, planted: Planted) -> None:
    objects = np.array([planted, planted], dtype=object)
    with path.open("wb") as file:
        np.savez(file, query_ids=objects, queries=objects, corpus_ids=objects, corpus=objects)


def write_members(path: Path, planted: Planted) -> None:
    """An archive as numpy makes it, whose members are pickles and no arrays."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("query_ids.npy", "queries.npy", "corpus_ids.npy", "corpus"):
            archive.writestr(name, pickle.dumps(planted))


def write_bytes_alone(path: Path, planted: Planted) -> None:
    """Likewise, but with names that numpy gives as bytes and looks no further into."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("query_ids", "queries", "corpus_ids", "corpus"):
            archive.writestr(name, b"\x00" + pickle.dumps(planted))


Write = Callable[[Path, Planted], None]
WEIGHTS: tuple[Write, ...] = (write_pickle, write_torch, write_old_torch)
VECTORS: tuple[Write, ...] = (*WEIGHTS, write_objects, write_members, write_bytes_alone)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """What planted code would make."""
    return tmp_path / "trace"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_edir(tmp_path_factory.mktemp("edir"), seeds=2)


def refuse(capsys: pytest.CaptureFixture[str], trace: Path, named: Path, *arguments: object) -> None:
    """Run a verb that must end with a message about a file, and must not have run what is in it."""
    capsys.readouterr()
    assert main([str(argument) for argument in arguments]) == 2
    said = "".join(capsys.readouterr())
    assert not trace.exists()
    assert str(named) in said
    assert "Traceback" not in said


def test_what_is_planted_runs_where_somebody_is_careless(tmp_path: Path, trace: Path) -> None:
    write_pickle(tmp_path / "file", Planted(trace))
    pickle.loads((tmp_path / "file").read_bytes())
    assert trace.is_dir()


@pytest.mark.parametrize("write", VECTORS)
@pytest.mark.parametrize("option", ["--vectors", "--compare"])
def test_no_vectors_are_unpickled(
    option: str, write: Write, data: Path, tmp_path: Path, trace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "vectors.npz"
    write(path, Planted(trace))
    refuse(capsys, trace, path, "bench", "edir", data, option, path)


@pytest.mark.parametrize("write", WEIGHTS)
def test_no_weights_of_an_embedder_are_unpickled(
    write: Write, data: Path, tmp_path: Path, trace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, config = tmp_path / "weights.pt", tmp_path / "embedder.toml"
    write(path, Planted(trace))
    register(tmp_path, NAME)
    config.write_text(f'[embedder]\nkind = "open_clip"\nmodel = "{NAME}"\npretrained = "{path}"\n')
    refuse(capsys, trace, path, "bench", "edir", data, "--config", config)


@pytest.mark.parametrize("write", WEIGHTS)
@pytest.mark.parametrize("kind", ["open_clip", "languagebind"])
def test_no_weights_of_a_scorer_are_unpickled(
    kind: str, write: Write, tmp_path: Path, trace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = save(tmp_path / "model", {})
    weights = folder / "pytorch_model.bin"
    write(weights, Planted(trace))
    register(tmp_path, NAME)
    model = f'model = "{NAME}"\npretrained = "{weights}"' if kind == "open_clip" else f'model = "{folder}"'
    (tmp_path / "scorer.toml").write_text(f'[scorer]\nkind = "{kind}"\n{model}\ndevice = "cpu"\n')
    options = (*write_coco(tmp_path / "coco", 1).options, "--config", tmp_path / "scorer.toml")
    refuse(capsys, trace, folder, "run", "infrared", *options, "--out", tmp_path / "run", "--no-translation")
    if write is write_torch:
        refuse(capsys, trace, folder, "doctor", "--load", "--config", tmp_path / "scorer.toml")
