"""An address is shown and kept without what lets somebody in."""

import pytest

from irloom.addresses import find_credentials, strip_credentials


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://me:pass-word@host:8000/v1", "http://host:8000/v1"),
        ("https://host/v1?api-version=2024-10-21&api-key=abc", "https://host/v1?api-version=2024-10-21"),
        ("https://host/v1?key=abc", "https://host/v1"),
        ("https://host/v1?key=abc&version=2", "https://host/v1?version=2"),
        ("https://host/v1?access_token=abc&SIG=def#top", "https://host/v1?#top"),
        ("http://localhost:8000/v1", "http://localhost:8000/v1"),
        ("what does a key=value mean?", "what does a key=value mean?"),
        ("see http://host/?", "see http://host/?"),
    ],
)
def test_what_is_secret_is_left_out(address: str, shown: str) -> None:
    assert strip_credentials(address) == shown


def test_the_credentials_of_an_address_are_its_password_with_and_without_name_and_its_keys() -> None:
    found = find_credentials("https://me:p%40ss@host/v1?api-key=abc&api-version=1")
    assert found == ["me:p@ss", "p@ss", "abc"]
    assert find_credentials("http://[broken") == []
    assert find_credentials("http://localhost:8000/v1") == []
