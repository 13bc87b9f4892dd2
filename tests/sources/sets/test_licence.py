"""All pictures of a set have its licence, so that a set is taken or refused."""

from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.sources.sets.licence import refuse_unlicensed
from irloom.sources.sets.options import SetOptions
from irloom.sources.sets.registry import open_set
from support.sets import write_llvip, write_picture


def test_a_set_of_another_licence_is_refused_and_one_that_is_named_is_taken(tmp_path: Path) -> None:
    root = write_llvip(tmp_path / "llvip")
    refuse_unlicensed(open_set("llvip", root, SetOptions()), ())
    refuse_unlicensed(open_set("llvip", root, SetOptions()), ("llvip-non-commercial-use",))
    with pytest.raises(ConfigError, match=r"--licence by: the set 'llvip' .*'llvip-non-commercial-use'"):
        refuse_unlicensed(open_set("llvip", root, SetOptions()), ("by",))


def test_a_set_that_says_no_licence_is_refused(tmp_path: Path) -> None:
    write_picture(tmp_path / "set" / "visible" / "1.png")
    with pytest.raises(ConfigError, match="says no licence"):
        refuse_unlicensed(open_set("folder", tmp_path / "set", SetOptions()), ("by",))
