"""Writes a data set in EDIR's published form, with triplets for training beside it.

```
queries.jsonl    {id, image, text, modality, metadata}
corpus.jsonl     {id, image, modality}
instances.jsonl  {qid, pos, neg}
triplets.jsonl   {id, reference, text, target, negatives, subcategory}
images/          references and targets
```

`image` names a file of `images/`; the paths in triplets begin with `images/`.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from irloom.edir import EdirData
from irloom.errors import UserError
from irloom.export.files import Item, write_json_lines

EDIR_FILES = frozenset({"queries.jsonl", "corpus.jsonl", "instances.jsonl", "triplets.jsonl", "images"})


def write_edir(folder: Path, data: EdirData, images: Mapping[str, Path]) -> None:
    """Write a data set into a new folder; `images` says where the file of each image name comes from.

    Images are hard links where the file system allows it, else copies. UserError for what cannot be written.
    """
    rows: dict[str, Iterable[Item]] = {
        "queries": (query.model_dump() for query in data.queries),
        "corpus": (image.model_dump() for image in data.corpus),
        "instances": (instance.model_dump() for instance in data.instances),
        "triplets": list_triplets(data),
    }
    for name, items in rows.items():
        write_json_lines(folder / f"{name}.jsonl", items)
    (folder / "images").mkdir()
    for name, source in sorted(images.items()):
        bring_image(source, folder / "images" / name)


def list_triplets(data: EdirData) -> Iterator[Item]:
    """One item a query and positive: what a contrastive training reads."""
    queries = {query.id: query for query in data.queries}
    paths = {image.id: f"images/{image.image}" for image in data.corpus}
    for instance in data.instances:
        query = queries[instance.qid]
        for target in instance.pos:
            yield {
                "id": query.id,
                "reference": f"images/{query.image}",
                "text": query.text,
                "target": paths[target],
                "negatives": [paths[one] for one in instance.neg],
                "subcategory": query.subcategory,
            }


def bring_image(source: Path, path: Path) -> None:
    """Put an image into a new folder: a hard link, or a copy. UserError for one that is missing."""
    try:
        # A link to a link would dangle, so that it is the file itself that is linked.
        path.hardlink_to(source.resolve(strict=True))
    except FileNotFoundError as error:
        raise UserError(f"{source} is missing, and it belongs into the data set: put it back.") from error
    except OSError:
        _copy(source, path)


def _copy(source: Path, path: Path) -> None:
    try:
        shutil.copyfile(source, path)
    except OSError as error:
        raise UserError(f"Cannot copy {source} to {path}: {error.strerror or error}.") from error
