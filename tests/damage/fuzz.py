"""The fuzz suite: random damage to every file of a run of every flow, and what each reader makes of it.

`make fuzz` runs it for long, `test_fuzz.py` for seconds. Each reader has to give what it gave before, or to
tell; a resume without what is damaged has to end with the rows of before, or to tell. Never fewer or more
rows in silence.

    PYTHONPATH=tests python -m damage.fuzz --rounds 2000 --seed 1 --flows align detect
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from damage.harm import harm_file
from damage.readers import READERS, Read
from damage.runs import FLOWS, MadeRun, make_runs

_NOT_READ = frozenset({"lock", "spending.json"})
"""Files that say nothing of rows: whom the run belongs to, and what was spent at most."""
_OWN_SHARE = 0.75


@dataclass(slots=True)
class Tally:
    """What came of all the damage."""

    mutations: int = 0
    told: Counter[str] = field(default_factory=Counter)
    """By reader."""
    right: Counter[str] = field(default_factory=Counter)
    """Gave all that it had given before, and said nothing: by reader."""
    healed: int = 0
    """Runs that ended with all their rows, with or without `--drop-damaged`, after somebody had told."""
    faults: list[str] = field(default_factory=list)
    """Wrong in silence, or a bug."""

    def describe(self) -> str:
        """The figures."""
        readers = "\n".join(
            f"  {name:16} told {self.told[name]:6,}   unharmed {self.right[name]:6,}" for name in READERS
        )
        return (
            f"{self.mutations:,} mutations, {self.healed:,} runs healed, {len(self.faults)} faults\n{readers}"
        )


class Fuzz:
    """Runs of every flow, and what each reader makes of them as they are."""

    def __init__(
        self, made: Mapping[str, MadeRun], folder: Path, readers: Sequence[str] = tuple(READERS)
    ) -> None:
        self._made = made
        self._folder = folder
        self._readers = readers
        self._whole = {
            name: self._read(one, one.root, folder / "whole" / name, readers) for name, one in made.items()
        }
        self.tally = Tally()

    def harm_once(self, seed: int, readers: Sequence[str] | None = None) -> None:
        """Harm one file of one run, and ask the readers."""
        draw = random.Random(seed)
        made = self._made[draw.choice(sorted(self._made))]
        root, out = self._folder / "harmed" / made.root.name, self._folder / "out"
        for folder in (root.parent, out):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made.root, root)
        path = _choose_file(root, draw)
        how = f"seed {seed}: {made.flow}/{path.relative_to(root)} {harm_file(path, draw)}"
        self.tally.mutations += 1
        self._judge(made, how, self._read(made, root, out, readers or self._readers))

    def _read(self, made: MadeRun, root: Path, out: Path, readers: Sequence[str]) -> dict[str, Read]:
        out.mkdir(parents=True)
        return {name: READERS[name](made, root, out) for name in readers}

    def _judge(self, made: MadeRun, how: str, reads: Mapping[str, Read]) -> None:
        whole, tally = self._whole[made.flow], self.tally
        for name, read in reads.items():
            if read.is_bug:
                tally.faults.append(f"{how}: {name} is a bug: {read.said[-400:]}")
            elif read.told and not _said_before(whole[name], read):
                tally.told[name] += 1
            elif read.found == whole[name].found:
                tally.right[name] += 1
            else:
                tally.faults.append(
                    f"{how}: {name} is wrong in silence ({_differ(whole[name].found, read.found)})"
                )
        ends = [name for name in ("resume", "drop_damaged") if name in reads]
        told = any(tally_read.told for tally_read in reads.values())
        tally.healed += bool(told and any(reads[name].found == whole[name].found for name in ends))


def _said_before(whole: Read, read: Read) -> bool:
    """Whether all that was said was said of the whole run, too."""
    return whole.told and whole.said == read.said and whole.found == read.found


def _differ(whole: Any, found: Any) -> str:
    one, other = str(whole), str(found)
    place = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"…{one[max(place - 60, 0) : place + 60]!r} became …{other[max(place - 60, 0) : place + 60]!r}"


def _choose_file(root: Path, draw: random.Random) -> Path:
    """A file that holds anything: most often one of the run's own, of which there are fewer than pictures."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.stat().st_size]
    own = [path for path in files if path.parent == root and path.name not in _NOT_READ]
    others = [path for path in files if path.parent != root]
    return draw.choice(own if draw.random() < _OWN_SHARE else others)


def main() -> int:
    """Fuzz for long, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flows", nargs="+", choices=FLOWS, default=FLOWS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="irloom-fuzz-") as name:
        fuzz = Fuzz(make_runs(Path(name), arguments.flows), Path(name))
        with suppress(KeyboardInterrupt):  # who has waited long enough is told what came of it so far
            for seed in range(arguments.seed, arguments.seed + arguments.rounds):
                before = len(fuzz.tally.faults)
                fuzz.harm_once(seed)
                for fault in fuzz.tally.faults[before:]:
                    sys.stderr.write(f"{fault}\n")
        sys.stdout.write(f"{fuzz.tally.describe()}\n")
        return 1 if fuzz.tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
