"""A short form of `make fuzz`: damage to a run of every flow is told, and nothing is wrong in silence."""

from pathlib import Path

import pytest

from damage.fuzz import Fuzz
from damage.runs import FLOWS, make_runs

QUICK = ("inspect", "inspect_samples", "export", "python", "drop_damaged")
ROUNDS = 5


@pytest.mark.parametrize("flow", FLOWS)
def test_no_reader_is_wrong_in_silence_whatever_happened_to_a_file(
    flow: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    fuzz = Fuzz(make_runs(tmp_path, [flow]), tmp_path, QUICK)
    for seed in range(ROUNDS):
        fuzz.harm_once(seed)
    assert not fuzz.tally.faults, "\n".join(fuzz.tally.faults)
    assert fuzz.tally.mutations == ROUNDS
    assert fuzz.tally.told.total() >= ROUNDS, "most of it is noticed by somebody"
    assert fuzz.tally.healed > 0
