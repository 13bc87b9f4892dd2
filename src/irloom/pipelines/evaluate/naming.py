"""What a bench calls the runs that it was given."""

from collections.abc import Sequence
from pathlib import Path


def name_apart(roots: Sequence[Path]) -> list[str]:
    """The names of the runs' folders; of several folders of one name the paths, as they were given."""
    names = [root.absolute().name for root in roots]
    return [name if names.count(name) == 1 else str(root) for name, root in zip(names, roots, strict=True)]
