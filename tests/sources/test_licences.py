"""Licences have short names."""

import pytest

from irloom.errors import UserError
from irloom.sources.licences import name_licence, read_licences


@pytest.mark.parametrize(
    ("name", "url", "code"),
    [
        ("Attribution License", "http://creativecommons.org/licenses/by/2.0/", "by"),
        ("Attribution-NonCommercial-ShareAlike License", None, "by-nc-sa"),
        ("Attribution-NoDerivs License", None, "by-nd"),
        ("Attribution-NonCommercial-NoDerivs License", None, "by-nc-nd"),
        (None, "https://creativecommons.org/licenses/by-sa/4.0/", "by-sa"),
        ("CC BY-NC 4.0", None, "by-nc"),
        ("by-sa", None, "by-sa"),
        ("CC0 1.0", None, "cc0"),
        (None, "http://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
        ("No known copyright restrictions", "http://flickr.com/commons/usage/", "no-known-copyright"),
        ("United States Government Work", "http://www.usa.gov/copyright.shtml", "us-government"),
        ("Licensed by the Town", None, "licensed-by-the-town"),
        ("", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_a_licence_has_a_short_name(name: str | None, url: str | None, code: str) -> None:
    assert name_licence(name, url) == code


def test_what_is_unknown_cannot_be_asked_for() -> None:
    assert read_licences(["by", "CC BY-SA", "by"]) == ("by", "by-sa")
    with pytest.raises(UserError, match="what has no known licence is always left out"):
        read_licences(["by", "unknown"])
