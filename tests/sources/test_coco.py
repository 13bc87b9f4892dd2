"""COCO files become samples, in order, with every mending counted."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.records import Box, Sample
from irloom.sources import coco
from irloom.sources.coco import CocoSource
from support.coco import write_coco

Make = Callable[..., CocoSource]


def image(id: Any = 1, file_name: Any = "a.jpg", **more: Any) -> dict[str, Any]:
    return {"id": id, "file_name": file_name, "width": 100, "height": 50} | more


def caption(text: Any = "A dog.", image_id: Any = 1, **more: Any) -> dict[str, Any]:
    return {"image_id": image_id, "caption": text} | more


def box(bbox: Any = (10, 5, 20, 10), image_id: Any = 1, category_id: Any = 3, **more: Any) -> dict[str, Any]:
    return {"image_id": image_id, "category_id": category_id, "bbox": bbox} | more


def only(source: CocoSource) -> Sample:
    (sample,) = source
    assert source.get(sample.id) == sample
    return sample


def found(source: CocoSource) -> dict[str, int]:
    """What is counted beside the plain totals."""
    return {name: n for name, n in source.counts.items() if name not in ("images", "captions", "boxes")}


def test_ids_are_listed_in_the_order_of_the_samples(
    make_source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coco, "_PAGE_OF_IDS", 2)
    names = [5, "b", 1, 4, 3]
    source = make_source([image(name, f"{name}.jpg") for name in names], [caption("One.", 5)])
    assert list(source.list_ids()) == [sample.id for sample in source] == [str(name) for name in names]


def test_captions_and_boxes_are_joined_in_file_order(make_source: Make) -> None:
    source = make_source(
        [image(2, "b.jpg"), image(1)],
        [caption("One.", 1), caption("Two.", 2), caption("Three.", 1)],
        [
            box((0, 0, 50, 25), 1, segmentation=[[0, 0, 50, 0, 50, 25]]),
            box((0, 0, 100, 50), 2),
            box(category_id=1),
        ],
    )
    samples = list(source)
    assert [(s.id, s.image, s.width, s.height) for s in samples] == [
        ("2", "b.jpg", 100, 50),
        ("1", "a.jpg", 100, 50),
    ]
    assert samples[1].captions == ("One.", "Three.")
    outline = ((0.0, 0.0, 0.5, 0.0, 0.5, 0.5),)
    assert samples[1].boxes == (
        Box(label="car", x1=0, y1=0, x2=0.5, y2=0.5, polygons=outline),
        Box(label="person", x1=0.1, y1=0.1, x2=0.3, y2=0.3),
    )
    assert [s.fault for s in samples] == [None, None]
    assert [s.notes for s in samples] == [{}, {}]
    assert dict(source.counts) == {"images": 2, "captions": 3, "boxes": 3}
    assert len(source) == 2


def test_images_of_the_instances_file_alone_come_last_and_have_no_caption(make_source: Make) -> None:
    source = make_source(boxed_images=[image(2, "b.jpg"), image(1)], boxes=[box(), box(image_id=2)])
    first, second = source
    assert (first.id, first.fault, second.id) == ("1", None, "2")
    assert second.fault is not None
    assert (second.fault.stage, second.fault.error) == ("source", "SourceError")
    assert second.fault.message == "no caption for image id '2' ('b.jpg')"
    assert found(source) == {"image_without_captions": 1}


def test_without_instances_samples_have_no_boxes(make_source: Make) -> None:
    source = make_source()
    assert only(source).boxes == ()
    assert source.digests["instances"] == "none"
    assert found(source) == {"image_without_boxes": 1}


def test_only_labels_that_have_a_box_somewhere_are_annotated(make_source: Make) -> None:
    boxes = [box((0, 0, 50, 25), 1), box((0, 0, 0, 0), 2, category_id=1)]
    source = make_source([image(1), image(2)], [caption("One.", 1), caption("Two.", 2)], boxes)
    labels = {one.label for sample in source for one in sample.boxes}
    assert source.labels == labels
    assert len(labels) == 1
    assert make_source().labels == frozenset()


def test_the_counts_are_zero_for_what_did_not_happen(make_source: Make) -> None:
    assert make_source().counts["box_clipped"] == 0


def test_captions_are_mended_and_counted(make_source: Make) -> None:
    texts = ["A  dog.", "A dog.", "B\x00", "", None, "w " * 1500]
    source = make_source(captions=[caption(text) for text in texts])
    sample = only(source)
    assert [text[:6] for text in sample.captions] == ["A dog.", "B", "w w w "]
    expected = {
        "caption_duplicate": 1,
        "caption_cleaned": 1,
        "caption_empty": 1,
        "caption_invalid": 1,
        "caption_cut": 1,
    }
    assert sample.notes == expected
    assert found(source) == expected | {"image_without_boxes": 1}
    assert source.counts["captions"] == 3


def test_an_image_whose_captions_are_all_dropped_has_no_caption(make_source: Make) -> None:
    images = [image(), image(2, "b.jpg")]
    source = make_source(images, captions=[caption(" "), caption(5), caption(image_id=2)])
    fault = next(iter(source)).fault
    assert fault is not None
    assert fault.message.startswith("no caption")
    assert source.counts["image_without_captions"] == 1


def test_boxes_are_mended_or_dropped_with_a_reason(make_source: Make) -> None:
    boxes = [
        box(),
        box((-20, 0, 60, 25)),
        box((0, 0, 0, 5)),
        box((500, 0, 5, 5)),
        box((1, 2, 3, float("nan"))),
        box(None),
        box(category_id=99),
        box(category_id=None),
        box(segmentation=[[1, 2], [0, 0, 9, 0, 9, 9]]),
        box(segmentation={"counts": [1], "size": [50, 100]}),
    ]
    source = make_source(boxes=boxes)
    sample = only(source)
    expected = {
        "box_clipped": 1,
        "box_empty": 2,
        "box_invalid": 2,
        "category_unknown": 2,
        "polygon_invalid": 1,
        "segmentation_mask": 1,
    }
    assert [len(found.polygons) for found in sample.boxes] == [0, 0, 1, 0]
    assert sample.notes == expected
    assert found(source) == expected
    assert source.counts["boxes"] == 4


def test_a_crowd_keeps_its_box_and_has_no_polygon(make_source: Make) -> None:
    crowd = {"counts": [3, 4], "size": [50, 100]}
    source = make_source(boxes=[box(iscrowd=1, segmentation=crowd), box(iscrowd=0)])
    assert [(found.crowd, found.polygons) for found in only(source).boxes] == [(True, ()), (False, ())]
    assert found(source) == {"crowd": 1}


def test_an_image_whose_boxes_are_all_dropped_counts_as_without_boxes(make_source: Make) -> None:
    images = [image(), image(2, "b.jpg")]
    source = make_source(images, [caption(), caption(image_id=2)], [box(None), box(image_id=2)])
    assert [(sample.fault, len(sample.boxes)) for sample in source] == [(None, 0), (None, 1)]
    assert found(source) == {"box_invalid": 1, "image_without_boxes": 1}


def test_categories_without_a_usable_name_or_id_are_counted(make_source: Make) -> None:
    categories = [{"id": 3, "name": " police \n car "}, {"id": 3, "name": "bus"}, {"id": 4}, {"name": "x"}, 5]
    source = make_source(boxes=[box()], categories=categories)
    assert only(source).boxes[0].label == "police car"
    assert found(source) == {"category_duplicate": 1, "category_invalid": 3}


def test_the_same_annotation_twice_counts_once(make_source: Make) -> None:
    source = make_source(
        captions=[caption("A.", id=1), caption("A.", id=1), caption("B.", id=1)],
        boxes=[box(id=1), box(id=1), box((0, 0, 5, 5), id=1), box(), box()],
    )
    sample = only(source)
    assert sample.captions == ("A.", "B.")
    assert len(sample.boxes) == 4
    assert sample.notes == {"annotation_duplicate": 2}
    assert source.counts["annotation_duplicate"] == 2


def test_annotations_of_no_listed_image_are_orphans(make_source: Make) -> None:
    source = make_source(
        captions=[caption(), caption(image_id=9), caption(image_id=None), caption(image_id=1.5), 5],
        boxes=[box(), box(image_id="x")],
    )
    assert only(source).captions == ("A dog.",)
    assert found(source) == {"caption_orphan": 3, "box_orphan": 1, "annotation_invalid": 1}


@pytest.mark.parametrize("id", [True, 1.5, None, [1], {"a": 1}, "x" * 201, "", "\ud800"])
def test_an_image_without_a_usable_id_is_skipped(make_source: Make, id: Any) -> None:
    source = make_source([image(id), image(), "no image"])
    assert only(source).id == "1"
    assert found(source) == {"image_id_invalid": 1, "image_invalid": 1, "image_without_boxes": 1}


@pytest.mark.parametrize("id", ["x" * 200, "../a b/ü\0'\"", "中", 2**80, -3, 0])
def test_ids_of_any_characters_are_kept(make_source: Make, id: Any) -> None:
    source = make_source([image(id)], [caption(image_id=id)], [box(image_id=id)])
    sample = only(source)
    assert (sample.id, len(sample.captions), len(sample.boxes)) == (str(id), 1, 1)


def test_an_unknown_id_gives_none(make_source: Make) -> None:
    source = make_source()
    assert source.get("2") is None
    assert source.get("\ud800") is None


def test_an_image_listed_twice_counts_once(make_source: Make) -> None:
    source = make_source([image(), image(width=7)], boxed_images=[image()], boxes=[box()])
    sample = only(source)
    assert (sample.width, sample.fault, sample.notes) == (100, None, {"image_duplicate": 1})
    assert found(source) == {"image_duplicate": 1}


@pytest.mark.parametrize("across_files", [True, False])
def test_one_id_with_two_file_names_is_a_fault(make_source: Make, across_files: bool) -> None:
    one, two, other = image(), image(file_name="b.jpg"), image(2, "c.jpg")
    listed = [one, other] if across_files else [one, other, two]
    boxed = [two, other] if across_files else [one, other]
    captions = [caption(), caption(image_id=2)]
    source = make_source(listed, captions, boxed_images=boxed, boxes=[box(), box(image_id=2)])
    fault = next(iter(source)).fault
    assert fault is not None
    assert (fault.stage, fault.error) == ("source", "SourceError")
    assert "'a.jpg' and 'b.jpg'" in fault.message
    assert found(source) == {"image_conflicting": 1}


def test_two_ids_of_one_file_are_two_samples_and_counted(make_source: Make) -> None:
    source = make_source([image(1), image(2)], [caption(image_id=1), caption(image_id=2)])
    assert [sample.fault for sample in source] == [None, None]
    assert source.counts["image_file_shared"] == 1


def test_iteration_is_paged_and_bears_get_in_between(
    make_source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coco, "_PAGE", 3)
    ids = [17, 3, 11, 5, 2, 13, 7]
    source = make_source([image(i) for i in ids], [caption(f"C {i}.", i) for i in ids])
    seen = []
    for sample in source:
        assert source.get(str(ids[-1])) is not None
        assert [s.id for s in source] == [str(i) for i in ids]
        assert source.get(sample.id) == sample
        seen.append(sample.id)
    assert seen == [str(i) for i in ids]


def test_no_images_are_no_samples(make_source: Make) -> None:
    source = make_source([], [])
    assert (len(source), list(source)) == (0, [])


def test_the_reader_loads_no_model_library() -> None:
    code = "import sys, irloom.sources.coco; print({'torch', 'openai', 'diffusers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_labels_of_a_file_are_those_that_some_box_has(make_source: Make) -> None:
    categories = [{"id": 3, "name": "car"}, {"id": 4, "name": "cat"}, {"id": 5, "name": "DontCare"}]
    source = make_source(boxes=[box(), box(category_id=5)], categories=categories)
    assert source.labels == {"car"}
    assert make_source().labels == frozenset()


def test_where_no_captions_are_given_none_are_missed(tmp_path: Path) -> None:
    files = write_coco(tmp_path, 2)
    source = CocoSource(files.images, None, files.instances, tmp_path / "cache", needs_captions=False)
    assert "image_without_captions" not in source.counts
    source.close()
