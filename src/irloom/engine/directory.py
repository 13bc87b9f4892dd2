"""A run directory: where its files are, what `run.json` says, how it is created and opened."""

import re
import shlex
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import orjson
from pydantic import TypeAdapter, ValidationError

import irloom
from irloom.config import RunConfig, explain
from irloom.engine.commits import DATA_FILES, CommitLog, now
from irloom.engine.fingerprint import digest_text, name_changes
from irloom.engine.marks import MARKS_FILE
from irloom.engine.storage import dump_line, storing, write_atomically
from irloom.errors import RunDirError, UserError
from irloom.flows import AnyConfig

_ROWS = {f"{name}.jsonl" for names in DATA_FILES.values() for name in names} - {"rules.jsonl"}
_EMPTY = frozenset({"images", "journal"} | _ROWS)
"""What a creation that was killed leaves without content."""
_OURS = _EMPTY | {"lock", "prompts", "rules.jsonl", "commits.jsonl", "spending.json"}
OWN_FILES = _OURS | {"run.json", MARKS_FILE}
"""Names at the top of a run directory that no other program may write."""
_VERSIONS = ("langgraph", "openai", "torch", "pillow", "numpy")
_CONFIG: TypeAdapter[AnyConfig] = TypeAdapter(AnyConfig)
_CREDENTIALS = re.compile(r"(?<=://)[^/]*@")


class RunDirectory:
    """One run on disk. `run.json` is written last, so its presence says that the run was created."""

    def __init__(self, root: Path, about: dict[str, Any]) -> None:
        self.root = root
        self.about = about

    @property
    def journal(self) -> Path:
        """Where calls of samples in flight are recorded."""
        return self.root / "journal"

    @property
    def images(self) -> Path:
        """Where infrared images lie."""
        return self.root / "images"

    @property
    def config(self) -> AnyConfig:
        """The resolved configuration."""
        try:
            return _CONFIG.validate_python(self.about["config"])
        except (KeyError, ValidationError) as error:
            raise RunDirError(
                f"{self.root / 'run.json'} does not fit this irloom: {explain(error)}"
            ) from error

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
        if not isinstance(about, dict) or not {"config", "fingerprint"} <= about.keys():
            raise RunDirError(f"{path} lacks what a run has: it was edited; put the original back.")
        return cls(root, about)

    @classmethod
    def create(
        cls,
        root: Path,
        config: RunConfig,
        fingerprint: Mapping[str, Any],
        rule_lines: list[dict[str, Any]],
        prompts: Mapping[str, str],
        source: Mapping[str, int],
    ) -> Self:
        """Write a new run into a locked folder; leftovers of a creation that was killed are replaced."""
        run = cls(root, _describe(config, fingerprint, source))
        with storing(str(root)):
            for name in _OURS - {"lock"}:
                if (root / name).is_file():
                    (root / name).unlink()
            for folder in (run.images, run.journal, root / "prompts"):
                folder.mkdir(exist_ok=True)
        run.keep_prompts(prompts)
        write_atomically(root / "rules.jsonl", b"".join(map(dump_line, rule_lines)), "create.rules")
        log = CommitLog(root, config.flow)
        log.begin()
        log.close()
        run._save()
        return run

    def keep_prompts(self, prompts: Mapping[str, str]) -> None:
        """Keep the prompt texts in use under their digests."""
        for text in prompts.values():
            path = self.root / "prompts" / f"{digest_text(text)}.md"
            if not path.exists():
                write_atomically(path, text.encode(), "create.prompt")

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

    def accept(self, fingerprint: Mapping[str, Any], config: RunConfig) -> list[str]:
        """Take over a changed fingerprint; what changed comes back for the log."""
        changes = name_changes(self.about["fingerprint"], fingerprint)
        self.about["fingerprint"] = dict(fingerprint)
        self.about["config"] = _dump_config(config)
        self._save()
        return changes

    def _save(self) -> None:
        text = orjson.dumps(self.about, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        write_atomically(self.root / "run.json", text, "run_json")


def make_folder(root: Path) -> None:
    """Make the folder of a new run; RunDirError where that is not possible."""
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunDirError(
            f"{root} cannot be made ({error.strerror}): name another folder with `--out`."
        ) from error


def refuse_used(root: Path) -> None:
    """Refuse a folder that holds a run already, or anything that is not ours."""
    if (root / "run.json").exists():
        raise RunDirError(
            f"{root} holds a run already. To go on with it: irloom resume {shlex.quote(str(root))}"
        )
    if root.exists() and not root.is_dir():
        raise RunDirError(f"{root} is a file: give `--out` a folder that is empty or does not exist.")
    found = sorted(root.iterdir()) if root.exists() else []
    # A creation takes the lock first, so that without one these are files of the user's.
    begun = any(path.name == "lock" for path in found)
    strangers = [path.name for path in found if not (begun and _is_left(path))]
    if strangers:
        raise RunDirError(f"{root} is not empty ({strangers[0]} …): give `--out` an empty or new folder.")


def refuse_run_files(out: Path) -> None:
    """Raise UserError for a path that is, or lies in, what a run keeps, whichever run it is."""
    # Also as it was named: a run's `images` may be a link to somewhere else.
    for path in (out.resolve(), out.absolute()):
        for root in path.parents:
            own = root / path.relative_to(root).parts[0]
            if own.name in OWN_FILES and _holds_run(root):
                raise UserError(f"--out {out}: {own} is the run's own: name another.")


def _holds_run(root: Path) -> bool:
    return (root / "run.json").is_file() and (root / "commits.jsonl").is_file()


def _is_left(path: Path) -> bool:
    """Whether a creation that was killed may have left this."""
    if path.name in _EMPTY:
        return not any(path.iterdir()) if path.is_dir() else path.stat().st_size == 0
    return path.name in _OURS or (path.name.startswith(".") and path.name.endswith(".tmp"))


def _describe(config: RunConfig, fingerprint: Mapping[str, Any], source: Mapping[str, int]) -> dict[str, Any]:
    return {
        "irloom": irloom.__version__,
        "versions": {name: version(name) for name in _VERSIONS},
        "flow": config.flow,
        "created": now(),
        "config": _dump_config(config),
        "fingerprint": dict(fingerprint),
        "source": dict(source),
        "learnt": {},
    }


def _dump_config(config: RunConfig) -> dict[str, Any]:
    """The configuration without credentials; keys never stand in it, only their variable's name."""
    dumped = without_credentials(config.model_dump(mode="json"))
    assert isinstance(dumped, dict)
    return dumped


def without_credentials(value: Any) -> Any:
    """A setting (or a table of them) without user names and passwords in addresses."""
    if isinstance(value, dict):
        return {name: without_credentials(part) for name, part in value.items()}
    return _CREDENTIALS.sub("", value) if isinstance(value, str) else value
