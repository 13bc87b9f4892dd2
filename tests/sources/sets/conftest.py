"""Closes the sets that the tests of this folder open."""

from collections.abc import Iterator

import pytest

from support.sets import close_all


@pytest.fixture(autouse=True)
def sets() -> Iterator[None]:
    yield
    close_all()
