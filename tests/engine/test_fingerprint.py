"""The fingerprint holds what decides rows, and nothing that only decides when or where."""

from pathlib import Path
from typing import Any

import pytest

from irloom.engine.fingerprint import fingerprint, name_changes
from irloom.engine.texts import digest_text
from irloom.pipelines.infrared.config import InfraredConfig

ENDPOINT = {"kind": "openai", "model": "m", "base_url": "http://a/v1"}


def build(**settings: Any) -> InfraredConfig:
    return InfraredConfig.model_validate({"images": "i", "captions": "c", "chat": ENDPOINT, **settings})


def changes(**settings: Any) -> list[str]:
    return name_changes(fingerprint(build(), {}), fingerprint(build(**settings), {}))


@pytest.mark.parametrize(
    "settings",
    [
        {"profile": "other"},
        {"limit": 5},
        {"accepted": 5},
        {"concurrency": 9},
        {"images": Path("elsewhere")},
        {"captions": Path("elsewhere")},
        {"instances": Path("elsewhere")},
        {"rules": Path("elsewhere")},
        {"prompts": Path("elsewhere")},
        {"lexicon": Path("elsewhere")},
        {"chat": ENDPOINT | {"base_url": "http://b/v1"}},
        {"chat": ENDPOINT | {"api_key_env": "KEY", "timeout_s": 1, "max_retries": 0}},
        {"chat": ENDPOINT | {"first_backoff_s": 1, "max_in_flight": 2}},
        {"translator": {"kind": "radiometric", "device": "cpu", "batch_size": 3}},
        {"translator": {"kind": "radiometric", "temperatures": Path("elsewhere")}},
        {"roles": {}},
        {"shares": {}},
    ],
)
def test_what_only_decides_when_or_where_is_out(settings: dict[str, Any]) -> None:
    assert changes(**settings) == []


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"seed": 1}, "seed: was 0, now 1"),
        ({"candidates": 3}, "candidates: was 5, now 3"),
        ({"temperature": 0.5}, "temperature: was 0.8, now 0.5"),
        ({"original": "allow"}, "original: was 'only_if_clean', now 'allow'"),
        ({"one_request": True}, "one_request: was False, now True"),
        ({"max_rounds": 2}, "max_rounds: was 3, now 2"),
        ({"max_rules": 7}, "max_rules: was 40, now 7"),
        ({"judge_sees": []}, "judge_sees: was ['captions'], now []"),
        ({"checks": False}, "checks: was True, now False"),
        ({"reason_first": True}, "reason_first: was False, now True"),
        ({"filter_all": True}, "filter_all: was False, now True"),
        ({"boxes_as": "fractions"}, "boxes_as: was 'percent', now 'fractions'"),
        (
            {"tasks": ["reasoning"]},
            "tasks: was ['conversation', 'reasoning', 'description'], now ['reasoning']",
        ),
        ({"shares": {"reasoning": 0.5}}, "shares.reasoning: was 'not set', now 0.5"),
        ({"filtering": False}, "filtering: was True, now False"),
        ({"scoring": False}, "scoring: was True, now False"),
        ({"translation": False}, "translation: was True, now False"),
        ({"concurrency": 1}, "concurrency: was more than 1, now 1, which matters as long as rules are mined"),
        ({"infrared": Path("given")}, "given_infrared: was False, now True"),
        ({"chat": ENDPOINT | {"model": "n"}}, "chat.model: was 'm', now 'n'"),
        ({"chat": ENDPOINT | {"max_tokens": 5}}, "chat.max_tokens: was 1024, now 5"),
        ({"chat": ENDPOINT | {"send_temperature": False}}, "chat.send_temperature: was True, now False"),
        (
            {"translator": {"kind": "radiometric", "palette": "ironbow"}},
            "translator.palette: was 'white_hot', now 'ironbow'",
        ),
        ({"translator": {"kind": "radiometric", "max_side": 320}}, "translator.max_side: was 640, now 320"),
    ],
)
def test_what_decides_rows_is_in_and_its_change_is_named(settings: dict[str, Any], named: str) -> None:
    assert changes(**settings) == [named]


def test_another_model_for_one_agent_is_in_and_its_address_is_not() -> None:
    assert "roles.debate.model: was 'not set', now 'judge'" in changes(
        roles={"debate": ENDPOINT | {"model": "judge"}}
    )
    one, other = (
        fingerprint(build(roles={"debate": ENDPOINT | {"base_url": url}}), {})
        for url in ("http://a", "http://b")
    )
    assert one == other


def test_without_mining_it_does_not_matter_whether_samples_run_one_at_a_time() -> None:
    for switch in ("mining", "debate"):
        one, other = (fingerprint(build(concurrency=count, **{switch: False}), {}) for count in (1, 8))
        assert one == other
        assert "sequential" not in one


def test_switching_mining_off_is_a_change() -> None:
    assert "mining: was True, now False" in changes(mining=False)


def test_digests_of_files_are_in_and_a_new_or_lost_one_is_named() -> None:
    old = fingerprint(build(), {"captions": "a", "rules": "r"})
    new = fingerprint(build(), {"captions": "b", "prompt.x": "p"})
    assert name_changes(old, new) == [
        "captions: the content differs (a, now b)",
        "prompt.x: the content differs (not set, now p)",
        "rules: the content differs (r, now not set)",
    ]


def test_a_fingerprint_is_the_same_after_a_trip_through_json() -> None:
    import orjson

    before = fingerprint(build(judge_sees=["captions"], shares={"reasoning": 0.25}), {"a": "b"})
    assert name_changes(orjson.loads(orjson.dumps(before)), before) == []
    assert list(before) == sorted(before)


def test_a_digest_is_of_the_bytes() -> None:
    assert digest_text("é") == digest_text("é".encode())
    assert len(digest_text("")) == 16
