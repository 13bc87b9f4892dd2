import pytest

from irloom.backends.editors.pipelines import FAMILIES
from irloom.options import Editing


@pytest.mark.parametrize(
    ("name", "photograph", "max_side", "drawn"),
    [
        ("instruct_pix2pix", (640, 480), None, (512, 384)),
        ("instruct_pix2pix", (100, 333), None, (152, 512)),
        ("instruct_pix2pix", (640, 480), 256, (256, 192)),
        ("flux_kontext", (640, 480), None, (1184, 880)),
        ("flux_kontext", (1000, 1000), 512, (512, 512)),
        ("qwen_image_edit", (640, 480), None, (1184, 896)),
        ("qwen_image_edit", (480, 640), 1024, (768, 1024)),
    ],
)
def test_photographs_are_drawn_at_the_size_that_the_models_know(
    name: Editing, photograph: tuple[int, int], max_side: int | None, drawn: tuple[int, int]
) -> None:
    assert FAMILIES[name].choose_size(*photograph, max_side) == drawn


def test_a_strip_keeps_a_width() -> None:
    assert FAMILIES["instruct_pix2pix"].choose_size(5000, 3, None) == (512, 8)
