"""What was found wrong in a set while it was read: counted by kind, each with an example."""

from collections import Counter

from irloom.errors import IrloomError


class Unusable(IrloomError):
    """A record that makes no labelled sentence: what is wrong with it, and which value."""

    def __init__(self, what: str, value: object = None) -> None:
        shown = "" if value is None else f": {str(value)[:80]!r}"
        super().__init__(f"{what}{shown}")
        self.what = what
        self.shown = shown


class Ledger:
    """Counts what is left out of a set, and what is kept and yet wrong."""

    def __init__(self) -> None:
        self.left_out = Counter[str]()
        self._remarks = Counter[str]()
        self._examples: dict[str, str] = {}

    def leave_out(self, where: str, error: Unusable) -> None:
        """Count a record that cannot be used."""
        self.left_out[error.what] += 1
        self._examples.setdefault(error.what, f"{where}{error.shown}")

    def remark(self, what: str, example: str) -> None:
        """Count something that is wrong in a record which is used all the same."""
        self._remarks[what] += 1
        self._examples.setdefault(what, example)

    def tell(self) -> list[str]:
        """A sentence for each kind of thing that is wrong."""
        return [
            *(
                f"{count:,} left out: {what} (first: {self._examples[what]})."
                for what, count in self.left_out.items()
            ),
            *(
                f"{count:,} × {what} (first: {self._examples[what]})."
                for what, count in self._remarks.items()
            ),
        ]
