import pytest

from irloom.lexicon import Lexicon
from irloom.prompts.requests import read_requests


@pytest.mark.parametrize("name", ["description", "caption"])
def test_a_list_holds_thirty_requests_and_more_that_differ_and_break_no_rule(name: str) -> None:
    requests = read_requests(name)
    assert len(requests) == len(set(requests)) >= 30
    assert [text for text in requests if Lexicon.load(None).find(text)] == []
