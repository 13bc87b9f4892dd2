"""A translator or scorer of a configuration, called by itself with many images at once.

`python -m benchmarks.contestants.direct_model PART SECONDS run infrared …` takes the options of irloom, and
prints one line of JSON. It is a process of its own, so that the memory is that of the model.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from benchmarks.contestants.bandwidth import measure_copy, weigh
from irloom.backends.accelerator import choose_device
from irloom.backends.builders import build_scorer, build_translator
from irloom.cli.main import build_parser
from irloom.cli.settings import resolve_config
from irloom.errors import SampleError
from irloom.lexicon import Lexicon
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.protocols import ScoringJob, TranslationJob
from irloom.records import Sample
from irloom.sources.coco import CocoSource

BATCHES = 8
"""So many of the backend's own batches are handed over in one call."""
Work = Callable[[list[Sample]], list[Any]]


def main(arguments: Sequence[str]) -> None:
    """Measure, and print what was found."""
    part, seconds, *command = arguments
    config = resolve_config(InfraredConfig, build_parser().parse_args(command))
    source = CocoSource(find_images(config), config.captions, config.instances)
    options = config.translator if part == "translator" else config.scorer
    size = getattr(options, "batch_size", config.translator.batch_size)
    device = choose_device(getattr(options, "device", "cpu"))
    work = build_translating(config) if part == "translator" else build_scoring(config)
    samples = iter(source)
    run(work, list(islice(samples, size)))  # what is only done once
    images, spent_s = measure(work, samples, size * BATCHES, float(seconds), device)
    found: dict[str, Any] = {"images_a_second": images / spent_s, "batch": size, "device": _name(device)}
    found["direct_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if device.type == "cuda":
        found["accelerator_mb"] = torch.cuda.max_memory_allocated() / 2**20
    if options.kind == "radiometric":
        again = list(islice(iter(source), size))
        moved, busy_s = weigh(lambda: run(work, again), device)
        found["mb_an_image"] = moved / size / 1e6
        found["gb_a_second"] = images / spent_s * moved / size / 1e9
        found["gb_a_second_busy"] = moved / busy_s / 1e9
        found["gb_a_second_copy"] = measure_copy(device) / 1e9
    print(json.dumps(found))


def find_images(config: InfraredConfig) -> Path:
    """The folder of the photographs, which the command names."""
    assert config.images is not None
    return config.images


def build_translating(config: InfraredConfig) -> Work:
    """What translates a list of samples in one call of the backend."""
    translator, folder = build_translator(config.translator, print), find_images(config)
    return lambda samples: translator.translate(
        [TranslationJob(folder / one.image, one.boxes, 0, one.width, one.height) for one in samples]
    )


def build_scoring(config: InfraredConfig) -> Work:
    """What scores each caption of a list of samples in one call of the backend."""
    scorer = build_scorer(config.scorer, Lexicon.load(config.lexicon), print)
    assert scorer is not None, "vqa asks an endpoint: there is nothing to call directly"
    folder = find_images(config)
    return lambda samples: scorer.score(
        [ScoringJob(folder / one.image, (text,), one.boxes) for one in samples for text in one.captions]
    )


def run(work: Work, samples: list[Sample]) -> None:
    """Do them, and fail where any of them failed."""
    for result in work(samples):
        if isinstance(result, SampleError):
            raise result


def measure(
    work: Work, samples: Iterator[Sample], many: int, seconds: float, device: torch.device
) -> tuple[int, float]:
    """Images done in about so many seconds, and the seconds that they took."""
    images, began = 0, time.monotonic()
    while time.monotonic() - began < seconds and (some := list(islice(samples, many))):
        run(work, some)
        images += len(some)
    if device.type == "cuda":
        torch.cuda.synchronize()
    return images, time.monotonic() - began


def _name(device: torch.device) -> str:
    return torch.cuda.get_device_name() if device.type == "cuda" else device.type


if __name__ == "__main__":
    main(sys.argv[1:])
