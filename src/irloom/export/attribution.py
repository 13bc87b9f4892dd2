"""Counts the licences of the photographs of an export, and lists who is to be named for each."""

from collections.abc import Iterator, Mapping
from typing import Any

from irloom.export.card import Section
from irloom.export.credits import CREDIT, Credit
from irloom.export.files import Item
from irloom.sources.licences import UNKNOWN, name_licence

FILE = "attribution.jsonl"
_UNKNOWN = (
    "Of photographs whose licence is unknown nobody has said that they may be passed on: ask whoever made "
    "the annotations."
)


class Attribution:
    """The photographs of an export, each once."""

    def __init__(self) -> None:
        self._credits: dict[tuple[str, ...], Credit] = {}
        self._rows: dict[str, int] = {}
        self._painted: dict[str, str] = {}

    def take_painted(self, image: str, painter: str) -> None:
        """Add a picture that a model drew: nobody took it, and it is in no list of photographs."""
        self._painted[image] = painter

    def take(self, row: Mapping[str, Any], credit: Credit) -> None:
        """Add a row's photograph, which is known by its name, or else by its sample."""
        code = name_licence(credit["licence"], credit["licence_url"])
        self._rows[code] = self._rows.get(code, 0) + 1
        self._credits.setdefault((row.get("source") or row["sample"],), credit)

    def list_items(self) -> Iterator[Item]:
        """A line a photograph."""
        for (name,), credit in sorted(self._credits.items()):
            code = name_licence(credit["licence"], credit["licence_url"])
            yield {"source": name, **{key: credit[key] for key in CREDIT}, "licence_code": code}

    def describe(self) -> Section:
        """The card's table of licences, and how many pictures are no photographs."""
        if not self._credits and self._painted:
            return Section("Licences", (self._describe_painted(),))
        pictures: dict[str, int] = {}
        for item in self.list_items():
            pictures[item["licence_code"]] = pictures.get(item["licence_code"], 0) + 1
        rows = [
            (code, f"{pictures[code]:,}", f"{self._rows[code]:,}")
            for code in sorted(pictures, key=lambda code: (-pictures[code], code))
        ]
        said = f"Of the source photographs, as their annotations say it; {FILE} names who took each."
        lines = [said, _UNKNOWN] if UNKNOWN in pictures else [said]
        lines += [self._describe_painted()] if self._painted else []
        return Section("Licences", tuple(lines), (("licence", "photographs", "rows"), *rows))

    def _describe_painted(self) -> str:
        painters = ", ".join(sorted(set(self._painted.values())))
        return (
            f"Pictures that models drew, which are no photographs: {len(self._painted):,}, by {painters}. "
            "What may be done with them is for the terms of these models to say."
        )
