"""What an endpoint was found to take and not to take, and how a request goes out after that."""

from collections.abc import Callable, Mapping
from typing import Any

from irloom.backends.chat.complaints import Complaint
from irloom.backends.chat.refusals import find_most_replies, find_refused_feature, is_about_schema
from irloom.backends.chat.schemas import count_longest, simplify
from irloom.options import OpenAIOptions
from irloom.protocols import ChatRequest

_MODES = ("json_schema", "plain_schema", "json_object", "text")
"""`plain_schema` is a schema without the bounds and branches that some endpoints refuse."""
_SPARE_TOKENS = 64
"""A character takes less than a token in most languages, and a form has its marks."""


class Learnt:
    """What is known of one endpoint; `learn` keeps it, before it is relied on."""

    def __init__(
        self, options: OpenAIOptions, known: Mapping[str, Any], learn: Callable[[str, Any], None]
    ) -> None:
        self._options = options
        self._known = dict(known)
        self._learn_outside = learn

    def learn(self, name: str, value: Any) -> None:
        """Keep one thing."""
        if self._known.get(name) != value:
            self._learn_outside(name, value)
            self._known[name] = value

    def choose_sending(self, request: ChatRequest, bounded: bool = True) -> dict[str, Any]:
        """How this request goes out: `n`, the reply form, and what else differs from the options."""
        mode = self._options.reply_mode
        if mode == "auto":
            mode = self._known.get("reply_mode", "json_schema")
        sent = {"n": self._choose_n(request.n), "mode": mode if request.schema else "text"}
        limit = self._choose_limit(request) if bounded else None
        if limit is not None:
            sent["max_tokens"] = limit
        if self._options.prompt_cache_key and self._known.get("prompt_cache_key") is not False:
            sent["prompt_cache_key"] = True
        if self._known.get("enable_thinking") is False:
            sent["enable_thinking"] = False
        return sent

    def do_without(self, complaint: Complaint, arguments: Mapping[str, Any]) -> bool:
        """Learn to do without a refused feature; False where there is none, or only the user can decide."""
        feature = find_refused_feature(complaint, arguments)
        if feature is None:
            return False
        if feature == "response_format":
            return self._give_up_form(complaint, arguments)
        self.learn(feature, (feature == "n" and find_most_replies(complaint, arguments["n"])) or False)
        return True

    def _choose_n(self, n: int) -> int:
        known = self._known.get("n")
        if not self._options.send_n or known is False:
            return 1
        return n if known is None else min(n, int(known))

    def _choose_limit(self, request: ChatRequest) -> int | None:
        """Tokens that the longest useful reply needs, where that is less than the options allow.

        A model that thinks needs more, and nobody knows how much.
        """
        most = request.max_tokens or self._options.max_tokens
        longest = request.longest
        if longest is None and request.schema is not None:
            longest = count_longest(request.schema.schema)
        if most is None or longest is None or self._known.get("thinks"):
            return None
        return longest + _SPARE_TOKENS if longest + _SPARE_TOKENS < most else None

    def _give_up_form(self, complaint: Complaint, arguments: Mapping[str, Any]) -> bool:
        """Go down to the next form of reply; what is refused late brings none back that was given up."""
        if self._options.reply_mode != "auto":
            return False
        known = _MODES.index(self._known.get("reply_mode", _MODES[0]))
        self.learn("reply_mode", _MODES[max(_find_next(complaint, arguments["response_format"]), known)])
        return True


def _find_next(complaint: Complaint, refused: Mapping[str, Any]) -> int:
    if refused["type"] == "json_object":
        return _MODES.index("text")
    schema = refused["json_schema"]["schema"]
    plainer = is_about_schema(complaint) and simplify(schema) != schema
    return _MODES.index("plain_schema" if plainer else "json_object")
