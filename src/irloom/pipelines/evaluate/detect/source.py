"""Reads labelled sentences in whatever form they were published, and makes questions of them."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from irloom.alignment import LabelledSentence
from irloom.engine.images import hash_file
from irloom.errors import ConfigError, SourceError
from irloom.pipelines.evaluate.detect.asks import LANGUAGE
from irloom.pipelines.evaluate.detect.config import DetectConfig
from irloom.pipelines.evaluate.detect.forms import choose_form
from irloom.pipelines.evaluate.detect.forms.document import open_document
from irloom.pipelines.evaluate.detect.forms.form import Form
from irloom.pipelines.evaluate.detect.forms.ledger import Ledger
from irloom.pipelines.evaluate.records import Item, Wording
from irloom.pipelines.evaluate.store import ItemStore
from irloom.shots import Shot
from irloom.sources.location import Finder, read_size, require_folder

_REMEMBERED = 256
"""Images: the sentences of one stand together."""


class SentenceStore(ItemStore):
    """The labelled sentences of a set, with what is to be told of it."""

    def __init__(self, form: str) -> None:
        super().__init__(lambda kept: make_item(LabelledSentence.model_validate_json(kept), form))
        self.notices: list[str] = []


def read_sentences(config: DetectConfig) -> SentenceStore:
    """Every sentence that can be used. Raises ConfigError where none can, or the form is another."""
    document = open_document(config.data)
    form, ledger = choose_form(document, config.form), Ledger()
    store = SentenceStore(form.name)
    unknown = 0
    for sentence in form.read(document, ledger, Picker(config.images)):
        if store.add(sentence.id, sentence.model_dump_json(exclude_defaults=True)):
            unknown += sentence.label == "unknown"
        else:
            ledger.remark("sentences that stand there twice, of which one is asked", repr(sentence.text[:80]))
    _refuse_empty(store, config.data, form, ledger)
    store.notices = [f"{config.data}: {said}" for said in ledger.tell()]
    if unknown:
        store.notices.append(
            f"{unknown:,} of {len(store):,} sentences are of unknown truth: nothing is asked."
        )
    return store


def _refuse_empty(store: SentenceStore, path: Path, form: Form, ledger: Ledger) -> None:
    if len(store):
        return
    store.close()
    found = "\n  ".join(ledger.tell()) or "it is empty"
    raise ConfigError(
        f"--data {path} holds no sentence that can be used:\n  {found}\nIt is read as {form.expects}."
    )


class Picker:
    """The folder of images; without one the first name is taken, and no size is known."""

    def __init__(self, images: Path | None) -> None:
        self._finder = None if images is None else Finder(images, require_folder(images), follow_links=True)
        self._look = lru_cache(_REMEMBERED)(self._choose)
        self.measure = lru_cache(_REMEMBERED)(self._measure)

    def __call__(self, names: Sequence[str], /) -> str:
        """Of several names the one that is in the folder; the first where none is, which is then told."""
        return self._look(tuple(names))

    def _choose(self, names: tuple[str, ...]) -> str:
        finder = self._finder
        if finder is None or len(names) == 1:
            return names[0]
        return next((name for name in names if _has(finder, name)), names[0])

    def _measure(self, name: str, /) -> tuple[int, int] | None:
        try:
            return None if self._finder is None else read_size(self._finder.find(name).path)
        except SourceError:
            return None  # the run tells what is wrong with the image


def _has(finder: Finder, name: str) -> bool:
    try:
        finder.find(name)
    except SourceError:
        return False
    return True


def make_item(sentence: LabelledSentence, form: str) -> Item:
    """A question about one sentence; what is known of it stands in columns beside."""
    shots = (Shot(name=sentence.image, crop=sentence.crop),) if sentence.image else ()
    return Item(
        id=sentence.id,
        images=shots,
        dimension=sentence.error_type or ("" if sentence.label == "incorrect" else sentence.label),
        group=sentence.group,
        answer=sentence.label,
        wordings={LANGUAGE: Wording(question=sentence.text, options={})},
        about={
            **sentence.model_dump(
                mode="json",
                include={
                    *("position", "spans", "error_type", "context", "votes", "pair", "side"),
                    *("domain", "writer", "judges"),
                },
            ),
            "set": form,
        },
    )


def list_notices(items: Sequence[Item], config: DetectConfig) -> list[str]:
    """What was wrong in the set."""
    return items.notices if isinstance(items, SentenceStore) else []


def digest_data(config: DetectConfig) -> str:
    """Of a file, of the sentences of a run, or of every JSON file in a folder."""
    paths = [config.data] if config.data.is_file() else sorted(_list_files(config.data))
    digests: list[Any] = [(path.name, hash_file(path)) for path in paths]
    return digests[0][1] if config.data.is_file() else hashlib.sha256(repr(digests).encode()).hexdigest()


def _list_files(folder: Path) -> Iterator[Path]:
    run = folder / "sentences.jsonl"
    yield from [run] if run.is_file() else folder.glob("*.json")
