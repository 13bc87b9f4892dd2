"""`--licence` decides which photographs a run is made of, in every flow over annotated ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.config import RunConfig
from irloom.engine.fingerprint import fingerprint
from irloom.pipelines.align.config import AlignConfig
from irloom.pipelines.cir.config import CirConfig
from irloom.pipelines.infrared.config import InfraredConfig
from support.coco import CocoFiles, write_coco
from support.sets import write_llvip

FILES = {"images": "i", "captions": "c"}
OF_FLOWS = {
    "infrared": ["--tasks", "none"],
    "cir": ["--families", "1", "--variants", "1", "--subcategories", "color"],
    "align": [],
}
LICENCES = [{"id": 2, "name": "CC BY-NC 2.0", "url": None}, {"id": 4, "name": "CC BY 2.0", "url": None}]


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def coco(tmp_path: Path) -> CocoFiles:
    """Photographs 1 and 4 are `by`, 2 is `by-nc`, and of 3 nobody knows."""
    coco = write_coco(tmp_path / "coco", 4)
    for path in (coco.captions, coco.instances):
        content = json.loads(path.read_text())
        for image, licence in zip(content["images"], (4, 2, None, 4), strict=True):
            image["license"] = licence
        path.write_text(json.dumps({**content, "licenses": LICENCES}))
    return coco


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("flow", OF_FLOWS)
def test_other_and_unknown_photographs_are_left_out_and_told(
    flow: str, coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    options = [*coco.options, *OF_FLOWS[flow], "--licence", "CC BY,by-sa"]
    assert main(["run", flow, *options, "--out", str(out)]) == 0
    events = read_lines(out / "commits.jsonl")
    assert {one["sample"] for one in events if one["event"] == "commit"} == {"1", "4"}
    said = "2 of 4 images have no licence of by, by-sa, such as '2' (by-nc): they are left out."
    assert said in " ".join(capsys.readouterr().err.split())
    about = json.loads((out / "run.json").read_text())
    assert about["fingerprint"]["licences"] == ["by", "by-sa"]
    assert (about["source"]["images"], about["source"]["images_unlicensed"]) == (2, 2)


@pytest.mark.parametrize("flow", OF_FLOWS)
def test_a_run_of_no_such_photograph_does_not_begin(
    flow: str, coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    options = [*coco.options, *OF_FLOWS[flow], "--licence", "cc0"]
    assert main(["run", flow, *options, "--out", str(out)]) == 2
    assert "by (2), by-nc (1), unknown (1)" in capsys.readouterr().err
    assert not out.exists()


def test_a_set_goes_by_the_one_licence_that_it_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, root = tmp_path / "run", write_llvip(tmp_path / "llvip")
    command = ["run", "infrared", "--source", "llvip", "--root", str(root), "--out", str(out)]
    assert main([*command, "--licence", "by"]) == 2
    assert "the set 'llvip' says" in capsys.readouterr().err
    assert not out.exists()
    main([*command, "--tasks", "none", "--licence", "LLVIP: non-commercial use", "--quiet"])
    events = read_lines(out / "commits.jsonl")
    assert len([one for one in events if one["event"] == "commit"]) == 2


@pytest.mark.parametrize("config", [InfraredConfig, CirConfig, AlignConfig])
def test_unset_it_is_no_part_of_what_decides_a_run(config: type[RunConfig]) -> None:
    old = config.model_validate(FILES)
    assert "licences" not in fingerprint(old, {})
    assert "licences" not in old.model_dump()
    new = config.model_validate({**FILES, "licences": ["CC BY", "by"]})
    assert fingerprint(new, {})["licences"] == ["by"]
    assert new.with_absolute_paths().model_dump()["licences"] == ("by",)


@pytest.mark.parametrize(
    ("config", "settings", "said"),
    [
        (InfraredConfig, {**FILES, "licences": []}, "the list is empty"),
        (InfraredConfig, {**FILES, "licences": ["by", "unknown"]}, "is always left out"),
        (CirConfig, {"images": "i", "licences": ["by"]}, "needs --captions or --instances"),
        (AlignConfig, {**FILES, "texts": "t", "painted_by": ["p"], "licences": ["by"]}, "texts have none"),
    ],
)
def test_what_cannot_be_chosen_by_is_refused(
    config: type[RunConfig], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        config.model_validate(settings)
