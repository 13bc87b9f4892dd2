"""A run that was begun by an irloom with other texts, and goes on under this one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from irloom.cli.main import main
from irloom.engine.texts import digest_text, locate_kept
from support.coco import CocoFiles


def spare_brown(lexicon: str) -> str:
    """A lexicon to which brown is no colour."""
    return lexicon.replace('"brown",', "")


class Begun:
    """A run of which the first sample is done."""

    def __init__(self, out: Path) -> None:
        self.out = out

    @classmethod
    def infrared(cls, coco: CocoFiles, out: Path, *options: str) -> Self:
        """Begin one of the infrared flow, that makes pairs."""
        command = ["run", "infrared", *coco.options, "--out", str(out), "--quiet", "--limit", "1"]
        assert main([*command, "--tasks", "none", *options]) == 0
        return cls(out)

    @property
    def about(self) -> dict[str, Any]:
        about: dict[str, Any] = json.loads((self.out / "run.json").read_text("utf-8"))
        return about

    def digest(self, name: str) -> str:
        return str(self.about["fingerprint"][f"digest.{name}"])

    def kept(self, name: str) -> Path:
        return locate_kept(self.out, name, self.digest(name))

    def rewrite(self, name: str, change: Callable[[str], str]) -> None:
        """Make it the run of an irloom that embedded another text."""
        before = self.kept(name)
        text = change(before.read_text("utf-8"))
        assert text != before.read_text("utf-8")
        before.unlink()
        self.note(name, digest_text(text))
        self.kept(name).write_text(text, "utf-8")

    def note(self, name: str, digest: str) -> None:
        about = self.about
        about["fingerprint"][f"digest.{name}"] = digest
        (self.out / "run.json").write_text(json.dumps(about))

    def rows(self, name: str, sample: str) -> list[dict[str, Any]]:
        lines = map(json.loads, (self.out / f"{name}.jsonl").read_text("utf-8").splitlines())
        return [row for row in lines if row["sample"] == sample]

    def resume(self, *options: str) -> int:
        return main(["resume", str(self.out), "--quiet", "--limit", "2", *options])
