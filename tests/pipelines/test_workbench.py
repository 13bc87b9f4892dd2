"""Backends of a run are built once each, know what was learnt where they are, and are closed in the end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from irloom.config import Budget
from irloom.engine.spending import Spending
from irloom.errors import ConfigError
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.workbench import Workbench, name_endpoint
from irloom.protocols import Usage

ENDPOINT = {"kind": "openai", "model": "m", "base_url": "http://me:secret@host:1/v1", "api_key_env": "KEY"}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "secret")


def config(**settings: Any) -> InfraredConfig:
    return InfraredConfig.model_validate({"images": "i", "captions": "c", **settings})


def make(settings: InfraredConfig, fingerprint: Mapping[str, Any] | None = None) -> Workbench:
    spending = Spending(Budget(), Usage())
    return Workbench(settings, fingerprint or {}, {}, lambda name, value: None, spending, lambda said: None)


async def test_seats_with_equal_options_share_a_chat_model_and_others_have_their_own() -> None:
    bench = make(config(chat=ENDPOINT, roles={"debate": {**ENDPOINT, "model": "judge"}}))
    writer, judge = bench.chat("task"), bench.chat("debate")
    assert bench.chat("caption") is writer is bench.chat("task")
    assert (writer.model, judge.model) == ("m", "judge")
    assert bench.models.chats == {"task": writer, "caption": writer, "debate": judge}
    await bench.close()


async def test_the_chats_that_were_not_asked_for_are_not_built() -> None:
    bench = make(config(chat=ENDPOINT))
    assert bench.models.chats == {}
    await bench.close()


async def test_a_cap_in_dollars_needs_a_price_of_each_model_that_is_used() -> None:
    prices = {"m": {"prompt_usd": 1, "completion_usd": 2}}
    roles = {"debate": {**ENDPOINT, "model": "judge"}}
    bench = make(config(chat=ENDPOINT, roles=roles, prices=prices, budget={"cost_usd": 1}))
    bench.chat("task")
    assert bench.models.prices["task"] is not None
    bench.chat("debate")
    with pytest.raises(ConfigError, match="--max-cost needs prices"):
        _ = bench.models
    await bench.close()


async def test_what_was_built_last_is_closed_first() -> None:
    bench, closed = make(config()), list[str]()

    def closing(name: str) -> Any:
        async def close() -> None:
            closed.append(name)

        return close

    for name in ("first", "second", "third"):
        bench.close_at_end(closing(name))
    await bench.close()
    assert closed == ["third", "second", "first"]


async def test_single_jobs_are_collected_into_batches_that_end_with_the_run() -> None:
    bench, seen = make(config()), list[int]()

    def work(jobs: Any) -> list[int]:
        seen.extend(jobs)
        return [job * 2 for job in jobs]

    batcher = bench.batched(work, 4)
    assert await batcher.run(3) == 6
    await bench.close()
    assert seen == [3]


def test_a_digest_holds_the_settings_of_its_table_and_the_files_that_are_named() -> None:
    parts = {"scorer.kind": "grounding", "seed": 0, "digest.lexicon": "a", "digest.temperatures": "b"}

    def digest(**changed: Any) -> str:
        return make(config(), {**parts, **changed}).digest("scorer", "lexicon")

    assert digest() == digest(**{"seed": 1, "digest.temperatures": "c"})
    assert digest() != digest(**{"scorer.kind": "vqa"})
    assert digest() != digest(**{"digest.lexicon": "b"})
    assert digest() != digest(**{"digest.weights.scorer": "w"})


def test_an_endpoint_is_known_by_address_and_model_without_credentials() -> None:
    settings = config(chat=ENDPOINT, roles={"task": {"kind": "openai", "model": "x", "api_key_env": "KEY"}})
    assert name_endpoint(settings.chat) == "http://host:1/v1 m"
    assert name_endpoint(settings.chat_for("task")) == "openai x"
    assert name_endpoint(config().chat) == "rules"


async def test_the_rule_engine_reads_the_files_that_it_is_supplied_with(tmp_path: Path) -> None:
    bench = make(config())
    bench.supply(lexicon=tmp_path / "gone.toml")
    with pytest.raises(ConfigError, match=r"gone\.toml cannot be read"):
        bench.chat("caption")
    await bench.close()
