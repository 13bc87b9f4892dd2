"""Failures are told by their commonest messages, with an example of each."""

from irloom.engine.reasons import Reasons, tell_reason


def test_the_commonest_messages_come_first_each_by_its_first_example() -> None:
    reasons = Reasons()
    for number in (7, 8, 9):
        reasons.add(f"write: the reply was cut after {number} tokens")
    reasons.add("judge: HTTP 500")
    assert reasons.list_commonest() == [
        ("write: the reply was cut after 7 tokens", 3),
        ("judge: HTTP 500", 1),
    ]
    assert len(reasons.list_commonest(most=1)) == 1


def test_a_sample_that_was_tried_again_takes_its_reason_back() -> None:
    reasons = Reasons()
    reasons.add("judge: HTTP 500")
    reasons.add("judge: HTTP 503", -1)
    assert reasons.list_commonest() == []


def test_a_long_message_is_cut_and_an_older_run_tells_the_error() -> None:
    fault = {"stage": "write", "error": "ModelReplyError", "message": "a word\n" * 100}
    assert len(tell_reason(fault)) < 220
    assert "\n" not in tell_reason(fault)
    assert tell_reason({"stage": "write", "error": "ModelReplyError"}) == "write: ModelReplyError"
