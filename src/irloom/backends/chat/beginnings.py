"""Judges the first answers of an endpoint: where none can be read, no later one will be either.

As long as nothing was read one request is out at a time, so that a few of them are all that is lost.
"""

from dataclasses import dataclass, field
from typing import Literal

from irloom.errors import EndpointGone, EndpointRefused, StopRun
from irloom.sameness import strip_varying

Kind = Literal["unusable", "empty", "refused", "thinking", "late"]
"""An answer without sense; one without a word; a refusal; thoughts and no answer; none in time."""

_MOST = 5
_MOST_THOUGHTS = 3
"""Thoughts without an answer are paid at full length, and no accident."""
_MOST_EMPTY = 3
"""Requests, each with its retries: a model may have nothing to say to one, however often it is asked."""


@dataclass(slots=True)
class Beginning:
    """What an endpoint answered until something could be read."""

    over: bool = False
    _said: list[tuple[Kind, str, str]] = field(default_factory=list)
    _asked: list[object] = field(default_factory=list)

    def end(self) -> None:
        """Something could be read, or it is known that this is no matter of the whole endpoint."""
        self.over = True

    def note(self, kind: Kind, said: str, advice: str = "", asked: object = None) -> StopRun | None:
        """One more answer that could not be used; why the run must stop, if it must.

        `asked` is the same for all retries of one request.
        """
        if self.over:
            return None
        self._said.append((kind, strip_varying(said), said))
        self._asked += [asked] if all(one is not asked for one in self._asked) else []
        kinds = {one for one, _, _ in self._said}
        if kinds == {"empty"} and len(self._asked) < _MOST_EMPTY:
            return None
        if kinds == {"thinking"} and len(self._said) >= _MOST_THOUGHTS:
            return EndpointRefused(self._explain(said, advice))
        if len(self._said) < _MOST:
            return None
        if kinds == {"late"}:
            return EndpointGone(self._explain(said, advice))
        if "refused" not in kinds or len({words for _, words, _ in self._said}) == 1:
            return EndpointRefused(self._explain(said, advice))
        self.over = True
        return None

    def _explain(self, said: str, advice: str) -> str:
        what = f"None of the first {len(self._said)} replies of the endpoint could be used"
        return f"{what} ({said}): {advice or 'check --model, --base-url and what serves there'}."
