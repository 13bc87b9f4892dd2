"""One set of questions from six small published sets, for all tests that look at it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from irloom.question_sets.template import builder
from irloom.question_sets.template.building import TemplateSettings
from irloom.question_sets.writer import write_set
from support.template_sets import (
    write_dronevehicle,
    write_flir,
    write_llvip,
    write_lsotb,
    write_rgbnir,
    write_vedai,
)


@pytest.fixture(scope="session")
def roots(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The six sets by the name of their option."""
    folder = tmp_path_factory.mktemp("sets")
    return {
        "flir": write_flir(folder / "flir"),
        "llvip": write_llvip(folder / "llvip"),
        "lsotb": write_lsotb(folder / "lsotb"),
        "vedai": write_vedai(folder / "vedai"),
        "dronevehicle": write_dronevehicle(folder / "dronevehicle"),
        "rgbnir": write_rgbnir(folder / "rgbnir"),
    }


@pytest.fixture(scope="session")
def built(roots: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of questions from all of them, for testing alone."""
    out = tmp_path_factory.mktemp("built") / "set"
    write_set(out, builder, TemplateSettings.model_validate({**roots, "test_only": True}))
    return out
