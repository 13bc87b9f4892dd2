"""Finds the weights that a configured model needs, without fetching any."""

from dataclasses import dataclass
from pathlib import Path

from irloom.backends.weights import find_snapshot
from irloom.options import (
    DiffusersOptions,
    GroundingOptions,
    LanguageBindOptions,
    OpenClipOptions,
    RadiometricOptions,
    ScorerOptions,
    SrgbTirOptions,
    TranslatorOptions,
    VqaOptions,
)


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one model."""

    name: str
    path: Path | None
    """Where they lie; None where they are not here."""
    advice: str = ""

    @property
    def bytes(self) -> int:
        """Their size on disk; 0 where they are not here."""
        if self.path is None:
            return 0
        files = [self.path] if self.path.is_file() else self.path.rglob("*")
        return sum(file.stat().st_size for file in files if file.is_file())


def find_weights(options: TranslatorOptions | ScorerOptions) -> Weights | None:
    """The weights that the options name; None for a backend that has none."""
    match options:
        case SrgbTirOptions(checkpoint=checkpoint):
            advice = "it cannot be fetched for you: docs/models.md says where it is published"
            return _find_file(str(checkpoint), checkpoint, advice)
        case DiffusersOptions() | LanguageBindOptions():
            return _find_on_hub(options.model, options.revision)
        case OpenClipOptions(model=model, pretrained=pretrained):
            return _find_open_clip(model, pretrained)
        case RadiometricOptions() | GroundingOptions() | VqaOptions():
            return None


def _find_file(name: str, path: Path, advice: str) -> Weights:
    return Weights(name, path) if path.exists() else Weights(name, None, f"there is no such file; {advice}")


def _find_on_hub(name: str, revision: str | None) -> Weights:
    path = find_snapshot(name, revision)
    if path is not None:
        return Weights(name, path)
    return Weights(name, None, f"not here yet: `hf download {name}` fetches it, or the first run does")


def _find_open_clip(model: str, pretrained: str) -> Weights:
    import open_clip

    if model.startswith("local-dir:"):
        folder = Path(model.removeprefix("local-dir:"))
        return _find_file(model, folder, "name the folder of an open_clip model")
    if model.startswith("hf-hub:"):
        return _find_on_hub(model.removeprefix("hf-hub:"), None)
    known = open_clip.get_pretrained_cfg(model.replace("/", "-"), pretrained)
    if known and known.get("hf_hub"):
        return _find_on_hub(known["hf_hub"].rpartition("/")[0], None)
    return _find_file(pretrained, Path(pretrained), f"nor is it a tag that open_clip knows for {model}")
