"""Prompts: one Markdown file each, with `{{slots}}` that are filled in one pass.

A file has a `# System` and a `# User` part, unless it lies in a folder `examples` or `parts`: then it is a
plain text that fills a slot of another. A slot's value is inserted as it is and never looked at again, so
braces in a caption are harmless. A folder of the user's may replace files by name; a replacement has to use
the slots of the embedded prompt, so that a typing error shows at the start.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from irloom.errors import PromptError
from irloom.protocols import Prompt

_SLOT = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_PARTS = re.compile(r"\A\s*# System\s*\n(?P<system>.*?)^# User\s*\n(?P<user>.*)\Z", re.DOTALL | re.MULTILINE)

_PLAIN_FOLDERS = frozenset({"examples", "parts"})


@dataclass(frozen=True)
class PromptFile:
    """One prompt as it stands in its file."""

    name: str
    text: str

    @cached_property
    def digest(self) -> str:
        """First 16 hex digits of the text's sha256."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @cached_property
    def slots(self) -> frozenset[str]:
        """Names of the slots."""
        return frozenset(_SLOT.findall(self.text))

    @property
    def is_plain(self) -> bool:
        """Whether it is a text that fills a slot, and no prompt of its own."""
        return not _PLAIN_FOLDERS.isdisjoint(self.name.split("/")[:-1])

    @cached_property
    def parts(self) -> tuple[str, str]:
        """The system and the user part."""
        match = _PARTS.match(self.text)
        if match is None:
            raise PromptError(
                f"prompt {self.name!r}: it needs a line `# System` and, after it, a line `# User`."
            )
        return match["system"].strip(), match["user"].strip()

    def with_note(self, folder: str, note: str) -> "PromptFile":
        """Itself in `folder`, with a sentence more: at the end of a plain one, else before the user part."""
        if self.is_plain:
            return PromptFile(f"{folder}/{self.name}", f"{self.text.strip()} {note}\n")
        system, user = self.parts
        return PromptFile(f"{folder}/{self.name}", f"# System\n\n{system}\n\n# User\n\n{note}\n\n{user}\n")

    def fill(self, fields: Mapping[str, str]) -> Prompt:
        """Fill every slot; missing and unknown ones are an error that names both."""
        if self.slots != fields.keys():
            missing, unknown = sorted(self.slots - fields.keys()), sorted(fields.keys() - self.slots)
            raise PromptError(
                f"prompt {self.name!r}: slots without a value {missing}, values without a slot {unknown}."
            )
        system, user = (_SLOT.sub(lambda slot: fields[slot[1]], part) for part in self.parts)
        return Prompt(self.name, self.digest, system, user, dict(fields))


class Prompts:
    """The prompts of a run."""

    def __init__(self, found: Mapping[str, PromptFile]) -> None:
        self._found = dict(found)

    @classmethod
    def load(
        cls,
        folder: Path | None = None,
        kept: Mapping[str, str] | None = None,
        brought: Traversable | None = None,
    ) -> "Prompts":
        """The embedded prompts, then those that a run kept, then those of the user's `folder`, by name.

        `brought` is a folder of prompts that a flow of another package has beside them.
        """
        found = dict(_list_embedded())
        found |= _read_embedded(brought) if brought is not None else {}
        found |= {name: PromptFile(name, text) for name, text in (kept or {}).items()}
        if folder is not None:
            found |= _read_replacements(folder, found)
        for prompt in found.values():
            if not prompt.is_plain:
                _ = prompt.parts
        return cls(found)

    def only(self, families: Sequence[str]) -> "Prompts":
        """Those of some folders (or single names): what a flow does not use must not decide its rows."""
        return Prompts({name: one for name, one in self._found.items() if _is_among(name, families)})

    def worded_as(self, folder: str) -> "Prompts":
        """The same, with what lies in `folder` in the place of its namesakes: `tones/repair` of `repair`.

        A folder of examples is replaced as a whole.
        """
        own = {name.removeprefix(f"{folder}/"): self._found[name] for name in self.list_in(folder)}
        replaced = {name.rpartition("/")[0] for name in own if "examples" in name.split("/")}
        left = {name: one for name, one in self._found.items() if name.rpartition("/")[0] not in replaced}
        return Prompts({**left, **own})

    def noted(self, folder: str, families: Sequence[str]) -> "Prompts":
        """The same, and in `folder` all of some families once more with its `parts/note`, for `worded_as`."""
        note = self.text_of(f"{folder}/parts/note")
        noted = [
            one.with_note(folder, note) for name, one in self._found.items() if _is_among(name, families)
        ]
        return Prompts({one.name: one for one in noted} | self._found)

    @property
    def texts(self) -> dict[str, str]:
        """The text of each prompt by name."""
        return {name: prompt.text for name, prompt in self._found.items()}

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each prompt by name."""
        return {name: prompt.digest for name, prompt in self._found.items()}

    def text_of(self, name: str) -> str:
        """The text of a plain one, such as `task/examples/reasoning/cyclist`."""
        return self._found[name].text.strip()

    def list_in(self, folder: str) -> tuple[str, ...]:
        """The names of what lies in a folder such as `task/examples/reasoning`, in order."""
        return tuple(sorted(name for name in self._found if name.startswith(f"{folder}/")))

    def render(self, name: str, **fields: str) -> Prompt:
        """Fill a prompt's slots."""
        return self._found[name].fill(fields)


def _is_among(name: str, families: Sequence[str]) -> bool:
    return any(name == family or name.startswith(f"{family}/") for family in families)


@cache
def _list_embedded() -> Mapping[str, PromptFile]:
    return _read_embedded(files("irloom.prompts"))


def _read_embedded(folder: Traversable, prefix: str = "") -> dict[str, PromptFile]:
    found: dict[str, PromptFile] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and not entry.name.startswith("_"):
            found |= _read_embedded(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".md"):
            name = prefix + entry.name.removesuffix(".md")
            found[name] = PromptFile(name, entry.read_text("utf-8"))
    return found


def _read_replacements(folder: Path, embedded: Mapping[str, PromptFile]) -> dict[str, PromptFile]:
    if not folder.is_dir():
        raise PromptError(
            f"--prompts {folder} is not a folder: `irloom prompts copy DIR` makes one to start from."
        )
    found: dict[str, PromptFile] = {}
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name == "README":
            continue
        if name not in embedded:
            raise PromptError(
                f"{path}: no prompt is called {name!r}; there are {', '.join(sorted(embedded))}."
            )
        found[name] = _replace(embedded[name], path)
    if not found:
        raise PromptError(
            f"--prompts {folder} holds no prompt: files are named as `irloom prompts copy` does."
        )
    return found


def _replace(embedded: PromptFile, path: Path) -> PromptFile:
    try:
        prompt = PromptFile(embedded.name, path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path}: {error}. A prompt is a UTF-8 text file.") from error
    if prompt.slots != embedded.slots:
        missing, unknown = sorted(embedded.slots - prompt.slots), sorted(prompt.slots - embedded.slots)
        raise PromptError(f"{path}: missing slots {missing}, unknown slots {unknown}.")
    return prompt
