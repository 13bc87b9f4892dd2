"""Puts the images of rows beside them, so that a folder of JSON needs nothing else."""

from pathlib import Path, PurePosixPath

from irloom.engine.pictures import Pictures
from irloom.errors import UserError
from irloom.export.edir import bring_image

FOLDER = "images"


class Copies:
    """The images of one export on their way into its folder."""

    def __init__(self, root: Path, folder: Path, pictures: Pictures, flat: bool) -> None:
        """`flat` has all lie side by side under their base names, as the published infrared data do."""
        self._root, self._folder, self._pictures, self._flat = root, folder, pictures, flat
        self._sources: dict[str, str] = {}

    def bring(self, name: str) -> str:
        """Copy or link an image, once; gives its path in the folder.

        UserError for one that is missing or changed, and for two of one name.
        """
        path = self._name(name)
        if (source := self._sources.setdefault(path, name)) != name:
            raise UserError(
                f"{source} and {name} have one base name, by which --image-key thermal calls both: "
                "export them without it."
            )
        if not (self._folder / path).exists():
            if why := self._pictures.object_to(name):
                raise UserError(f"{self._root / name} {why}, and belongs into the export: put it back.")
            (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
            bring_image(self._root / name, self._folder / path)
        return path

    def _name(self, name: str) -> str:
        if self._flat:
            return f"{FOLDER}/{PurePosixPath(name).name}"
        return name if name.startswith(f"{FOLDER}/") else f"{FOLDER}/{name}"
