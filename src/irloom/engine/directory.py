"""A run directory: where its files are, what `run.json` says, how it is created and opened."""

import shlex
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import orjson

import irloom
from irloom.addresses import strip_credentials
from irloom.config import RunConfig
from irloom.engine.commits import CommitLog, now
from irloom.engine.damage import mention
from irloom.engine.fingerprint import name_changes
from irloom.engine.log import NOTE, LogNote, list_files
from irloom.engine.marks import MARKS_FILE
from irloom.engine.odd_files import refuse_odd_files
from irloom.engine.storage import dump_line, storing, write_atomically
from irloom.engine.texts import digest_text, is_kept, locate_kept
from irloom.errors import RunDirError, UserError

_EMPTY = frozenset({"images", "journal"})
"""Folders that a creation that was killed leaves without content; data files likewise."""
_OURS = _EMPTY | {"lock", "prompts", "files", "rules.jsonl", "commits.jsonl", "spending.json"}
_OWN = _OURS | {"run.json", MARKS_FILE, "damaged", "mended"}
"""Names at the top of a run directory, beside its data files, that no other program may write."""
_VERSIONS = ("langgraph", "openai", "torch", "pillow", "numpy")
_SUM = "sum"


class RunDirectory:
    """One run on disk. `run.json` is written last, so its presence says that the run was created."""

    def __init__(self, root: Path, about: dict[str, Any], is_whole: bool = True) -> None:
        self.root = root
        self.about = about
        self.edited = "" if is_whole else _tell_edited(root / "run.json")
        """What is to be told where `run.json` is not as it was written."""

    @property
    def journal(self) -> Path:
        """Where calls of samples in flight are recorded."""
        return self.root / "journal"

    @property
    def images(self) -> Path:
        """Where the pictures that the run makes lie."""
        return self.root / "images"

    @property
    def flow(self) -> str:
        """The name of its flow."""
        return str(self.about["flow"])

    @property
    def settings(self) -> dict[str, Any]:
        """The resolved configuration, as `run.json` has it."""
        settings = self.about["config"]
        assert isinstance(settings, dict)
        return settings

    @property
    def source(self) -> Path | None:
        """The folder of the user's images, where the configuration names one."""
        images = self.settings.get("images") or self.settings.get("root")
        return Path(images) if images else None

    @property
    def learnt(self) -> dict[str, Any]:
        """What was learnt of the endpoint."""
        learnt = self.about.setdefault("learnt", {})
        assert isinstance(learnt, dict)
        return learnt

    @classmethod
    def open(cls, root: Path) -> Self:
        """Open an existing run; RunDirError if there is none."""
        path = root / "run.json"
        refuse_odd_files(root)
        if not path.is_file():
            raise RunDirError(
                f"{root} holds no run (there is no run.json): give the folder that `--out` named."
            )
        try:
            about = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError as error:
            raise RunDirError(
                f"{path} is not JSON ({error}): it was edited; put the original back."
            ) from error
        if not isinstance(about, dict) or not {"config", "fingerprint", "flow"} <= about.keys():
            raise RunDirError(f"{path} lacks what a run has: it was edited; put the original back.")
        is_whole = about.pop(_SUM, None) == _sum_up(about) if _SUM in about else NOTE not in about
        if not is_whole:
            mention(_tell_edited(path))
        return cls(root, about, is_whole)

    @classmethod
    def create(
        cls,
        root: Path,
        config: RunConfig,
        fingerprint: Mapping[str, Any],
        files: Sequence[str],
        rule_lines: Sequence[Mapping[str, Any]],
        texts: Mapping[str, bytes],
        source: Mapping[str, int],
        signature: str | None = None,
    ) -> Self:
        """Write a new run into a locked folder; leftovers of a creation that was killed are replaced.

        By the `signature` its user's irloom knows it again (`engine/signature.py`).
        """
        run = cls(root, _describe(config, fingerprint, source))
        run._set_signature(signature)
        with storing(str(root)):
            for name in (*(_OURS - {"lock"}), *(f"{name}.jsonl" for name in files)):
                if (root / name).is_file():
                    (root / name).unlink()
            for folder in (run.images, run.journal, root / "prompts", root / "files"):
                folder.mkdir(exist_ok=True)
        run.keep_texts(texts)
        write_atomically(root / "rules.jsonl", b"".join(map(dump_line, rule_lines)), "create.rules")
        log = CommitLog(root, files)
        log.begin()
        log.close()
        run._save()
        return run

    def keep_texts(self, texts: Mapping[str, bytes]) -> None:
        """Keep the texts in use, by the names in the fingerprint, under their digests; changed ones anew."""
        for name, content in texts.items():
            digest = digest_text(content)
            path = locate_kept(self.root, name, digest)
            if not is_kept(path, digest):
                path.parent.mkdir(exist_ok=True)
                write_atomically(path, content, "create.prompt")

    def learn(self, name: str, value: Any) -> None:
        """Write what an endpoint taught us before anything relies on it."""
        if self.learnt.get(name) != value:
            self.learnt[name] = value
            self._save()

    def remember(self, facts: Mapping[str, Any]) -> None:
        """Write what was found out about this machine."""
        if any(self.about.get(name) != value for name, value in facts.items()):
            self.about |= facts
            self._save()

    def note_log(self, noted: LogNote) -> None:
        """Write from where on the log is sealed, and how many lines it has by now."""
        self.remember({NOTE: asdict(noted)})

    def accept(
        self, fingerprint: Mapping[str, Any], config: RunConfig, signature: str | None = None
    ) -> list[str]:
        """Take over a changed fingerprint; what changed comes back for the log."""
        changes = name_changes(self.about["fingerprint"], fingerprint)
        self.about["fingerprint"] = dict(fingerprint)
        self.about["config"] = _dump_config(config)
        self._set_signature(signature)
        self._save()
        return changes

    def _set_signature(self, signature: str | None) -> None:
        self.about.pop("signature", None)
        if signature is not None:
            self.about["signature"] = signature

    def _save(self) -> None:
        write_atomically(self.root / "run.json", dump_about(self.about), "run_json")


def dump_about(about: Mapping[str, Any]) -> bytes:
    """What `run.json` holds, with a sum over it."""
    sealed = {**about, _SUM: _sum_up(about)}
    return orjson.dumps(sealed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _tell_edited(path: Path) -> str:
    return f"{path} was changed after irloom wrote it (it fails its sum): what it says now is taken as it is."


def _sum_up(about: Mapping[str, Any]) -> str:
    """The sum over all else, however it is laid out."""
    rest = {name: value for name, value in about.items() if name != _SUM}
    return f"{zlib.crc32(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)):08x}"


def make_folder(root: Path) -> None:
    """Make the folder of a new run; RunDirError where that is not possible."""
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunDirError(
            f"{root} cannot be made ({error.strerror}): name another folder with `--out`."
        ) from error


def refuse_used(root: Path, files: Sequence[str]) -> None:
    """Refuse a folder that holds a run already, or anything that is not ours; `files` are the new run's."""
    if (root / "run.json").exists():
        raise RunDirError(
            f"{root} holds a run already. To go on with it: irloom resume {shlex.quote(str(root))}"
        )
    refuse_odd_files(root)
    if root.exists() and not root.is_dir():
        raise RunDirError(f"{root} is a file: give `--out` a folder that is empty or does not exist.")
    found = sorted(root.iterdir()) if root.exists() else []
    # A creation takes the lock first, so that without one these are files of the user's.
    begun = any(path.name == "lock" for path in found)
    strangers = [path.name for path in found if not (begun and _is_left(path, files))]
    if strangers:
        raise RunDirError(f"{root} is not empty ({strangers[0]} …): give `--out` an empty or new folder.")


def refuse_run_files(out: Path) -> None:
    """Raise UserError for a path that is, or lies in, what a run keeps, whichever run it is."""
    # Also as it was named: a run's `images` may be a link to somewhere else.
    for path in (out.resolve(), out.absolute()):
        for root in path.parents:
            own = root / path.relative_to(root).parts[0]
            if _holds_run(root) and (own.name in _OWN or own.stem in list_files(root)):
                raise UserError(f"--out {out}: {own} is the run's own: name another.")


def _holds_run(root: Path) -> bool:
    return (root / "run.json").is_file() and (root / "commits.jsonl").is_file()


def _is_left(path: Path, files: Sequence[str]) -> bool:
    """Whether a creation that was killed may have left this."""
    if path.name in _EMPTY or (path.stem in files and path.name not in _OURS):
        return not any(path.iterdir()) if path.is_dir() else path.stat().st_size == 0
    return path.name in _OURS or (path.name.startswith(".") and path.name.endswith(".tmp"))


def _describe(config: RunConfig, fingerprint: Mapping[str, Any], source: Mapping[str, int]) -> dict[str, Any]:
    return {
        "irloom": irloom.__version__,
        "versions": _list_versions(),
        "flow": config.flow,
        "created": now(),
        "config": _dump_config(config),
        "fingerprint": dict(fingerprint),
        "source": dict(source),
        "learnt": {},
        NOTE: {"sealed_from": 0, "lines": 1},
    }


@cache
def _list_versions() -> Mapping[str, str]:
    return {name: version(name) for name in _VERSIONS}


def _dump_config(config: RunConfig) -> dict[str, Any]:
    """The configuration without credentials; keys never stand in it, only their variable's name."""
    dumped = without_credentials(config.model_dump(mode="json"))
    assert isinstance(dumped, dict)
    return dumped


def without_credentials(value: Any) -> Any:
    """A setting (or a table of them) without user names, passwords and keys in addresses."""
    if isinstance(value, dict):
        return {name: without_credentials(part) for name, part in value.items()}
    return strip_credentials(value) if isinstance(value, str) else value
