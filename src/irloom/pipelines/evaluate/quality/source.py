"""Draws the pictures that are rated: the same ones as `irloom build template` does with the same seed."""

from collections.abc import Sequence
from contextlib import closing

from irloom.pipelines.evaluate.quality.config import QualityConfig
from irloom.pipelines.evaluate.records import Item, Wording
from irloom.question_sets.template.quality import Sample
from irloom.question_sets.template.sources import digest_reader, open_infrared
from irloom.question_sets.template.told import Told, tell
from irloom.shots import Shot

LANGUAGE = "en"


def draw_pictures(config: QualityConfig) -> Sequence[Item]:
    """A hundred pictures of the set, or all that it has. Raises ConfigError where it cannot be read."""
    sample = Sample(config.seed, config.form)
    with closing(open_infrared(config.form, config.data)) as reader:
        shown: dict[str, Shot] = {}
        for image in reader:
            told = tell(image, config.form, reader.labels)
            if isinstance(told, Told):
                sample.add(image.id)
                shown[image.id] = Shot(name=told.picture.infrared, crop=told.picture.crop)
        return [_make_item(name, shown[name], config.form) for name in sample.images]


def digest_set(config: QualityConfig) -> str:
    """Of the names and annotations of the set."""
    with closing(open_infrared(config.form, config.data)) as reader:
        return digest_reader(reader)


def _make_item(name: str, shot: Shot, form: str) -> Item:
    return Item(
        id=name,
        images=(shot,),
        dimension=form,
        group="quality",
        answer="",
        wordings={LANGUAGE: Wording(question="", options={})},
    )
