"""A script that tries to get out is believed only as far as the host sees the same."""

from pathlib import Path

import pytest

from irloom.drawings import Drawing, DrawingFault, DrawingJob, SandboxLevel
from irloom.errors import ConfigError
from irloom.sandbox.canary import WANTED, find_leaks, try_to_escape
from irloom.sandbox.levels import Probe
from support.drawing import Studio


class Answering:
    """A runner that answers what it is told to."""

    level: SandboxLevel = "standard"

    def __init__(self, answer: Drawing | DrawingFault) -> None:
        self._answer = answer
        self.source = ""

    async def draw(self, job: DrawingJob) -> Drawing | DrawingFault:
        self.source = job.source
        return self._answer

    async def close(self) -> None:
        pass


async def test_a_canary_that_draws_nothing_is_no_answer() -> None:
    said = await try_to_escape(Answering(DrawingFault("code_error", "ImportError: no numpy")))
    assert said == "the canary drew nothing (code_error): ImportError: no numpy"


async def test_the_secret_is_gone_when_the_canary_is_done() -> None:
    runner = Answering(DrawingFault("timeout", ""))
    await try_to_escape(runner)
    secret = Path(runner.source.splitlines()[0].removeprefix("SECRET = ").strip("'"))
    assert not secret.parent.exists()


@pytest.mark.parametrize("level", ["standard", "strict"])
def test_every_attempt_that_must_be_refused_is_refused(studio: Studio, level: SandboxLevel) -> None:
    probe = studio.open(level)
    if isinstance(probe, ConfigError):
        pytest.skip(str(probe))
    assert {attempt: probe.canary[attempt] for attempt in WANTED[level]} == dict.fromkeys(
        WANTED[level], "refused"
    )


def test_a_leak_is_named() -> None:
    outcomes = dict.fromkeys(WANTED["strict"], "refused") | {"fork": "done", "see secret": "done"}
    assert find_leaks("strict", outcomes) == ["fork", "see secret"]
    assert find_leaks("standard", outcomes) == ["fork"]


async def test_without_a_sandbox_the_canary_gets_out_everywhere(studio: Studio) -> None:
    assert isinstance(studio.open("off"), Probe)
    outcomes = studio.escape("off")
    assert isinstance(outcomes, dict)
    leaks = find_leaks("strict", outcomes)
    assert {"read passwd", "read secret", "see secret", "socket", "fork", "signal"} <= set(leaks)
