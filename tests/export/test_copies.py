"""Images are brought into a folder once, and none that is not the one that was committed."""

from pathlib import Path

import pytest

from irloom.engine.pictures import Pictures
from irloom.errors import UserError
from irloom.export.copies import Copies
from support.small_run import SmallRun


def test_two_images_of_one_base_name_cannot_both_be_called_by_it(run: SmallRun, tmp_path: Path) -> None:
    (run.root / "images/visible").mkdir()
    (run.root / "images/visible/1.png").write_bytes(b"another")
    copies = Copies(run.root, tmp_path / "out", Pictures(run.root), flat=True)
    assert copies.bring("images/1.png") == copies.bring("images/1.png") == "images/1.png"
    with pytest.raises(UserError, match="have one base name"):
        copies.bring("images/visible/1.png")
    deep = Copies(run.root, tmp_path / "deep", Pictures(run.root), flat=False)
    assert deep.bring("images/visible/1.png") == "images/visible/1.png"


def test_an_image_that_is_missing_stops_the_export(run: SmallRun, tmp_path: Path) -> None:
    (run.root / "images/1.png").unlink()
    with pytest.raises(UserError, match=r"1\.png is missing, and belongs into the export"):
        Copies(run.root, tmp_path / "out", Pictures(run.root), flat=False).bring("images/1.png")
