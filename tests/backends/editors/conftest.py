"""Tiny pipelines, saved once for all tests of this folder."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import torch

from irloom.options import Editing
from support.tiny_pipelines import build_flux_kontext, build_instruct_pix2pix, build_qwen_image_edit


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other cost more than all that these models compute."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Editing, Path]:
    """The folder of a saved pipeline of each kind."""
    root = tmp_path_factory.mktemp("pipelines")
    build_instruct_pix2pix().save_pretrained(root / "instruct_pix2pix")
    build_flux_kontext().save_pretrained(root / "flux_kontext")
    build_qwen_image_edit().save_pretrained(root / "qwen_image_edit")
    return {name: root / name for name in ("instruct_pix2pix", "flux_kontext", "qwen_image_edit")}
