"""TOML is read whichever editor saved it; what is none says why."""

import pytest

from irloom.toml_files import parse_toml


def test_a_mark_before_the_first_letter_is_no_part_of_it() -> None:
    assert parse_toml(b"\xef\xbb\xbfa = 1\n") == parse_toml("\ufeffa = 1") == {"a": 1}


@pytest.mark.parametrize("content", [b"a = ", b"\xff", b"a = " + b"[" * 100_000, b"a = " + b"{a=" * 100_000])
def test_what_is_no_toml_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_toml(content)
