"""Spares the tests the wait for the disk, of which only a power cut would show the use.

A killed process loses nothing that it had written, synced or not; a run waits for the disk a hundred times.
With IRLOOM_KILLS, as `.ci/run` sets it for the kills, everything is really synced.
"""

import os

import pytest

SYNCS = ("fsync", "fdatasync")


def spare_syncs(patch: pytest.MonkeyPatch) -> None:
    """Make syncs look only at whether the file is open, as the real ones do first."""
    if "IRLOOM_KILLS" in os.environ:
        return
    for name in SYNCS:
        if hasattr(os, name):
            patch.setattr(os, name, _look_at)


def _look_at(descriptor: int) -> None:
    os.fstat(descriptor)
