"""What judges say of an edit."""

import pytest

from irloom.agents.verifier.replies import read_judgement
from irloom.protocols import ReplyText, Unreadable


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ('{"reason": "it is blue", "passed": true}', (True, "it is blue")),
        ('Well: {"passed": false, "reason": " still red "}', (False, "still red")),
        ('{"passed": "Yes", "reason": ""}', (True, "")),
        ('{"passed": "no", "reason": "still red"}', (False, "still red")),
    ],
)
def test_a_verdict_is_read_with_its_reason(reply: str, said: tuple[bool, str]) -> None:
    assert read_judgement(ReplyText(text=reply)) == said


@pytest.mark.parametrize(
    "reply", ["It looks fine.", '{"reason": "fine"}', '{"passed": 1, "reason": "x"}', '{"passed": "maybe"}']
)
def test_what_is_no_verdict_is_asked_for_once_more(reply: str) -> None:
    found = read_judgement(ReplyText(text=reply))
    assert isinstance(found, Unreadable)
    assert "`passed` as true or false" in found.problem


def test_a_rejection_without_a_reason_is_asked_for_once_more() -> None:
    found = read_judgement(ReplyText(text='{"passed": false, "reason": " "}'))
    assert isinstance(found, Unreadable)
    assert "gave no reason" in found.problem
