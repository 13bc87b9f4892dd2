"""What COCO's images are called in sets that were made from them."""

from irloom.pipelines.evaluate.detect.forms.ledger import Unusable


def list_coco_names(image: object, split: str) -> list[str]:
    """The names that an image of a split such as `val2014` may have. Raises Unusable."""
    if isinstance(image, str) and image.strip():
        name = image.strip()
        if not name.isdigit():
            return [name, f"{split}/{name}"] if "/" not in name else [name]
        image = int(name)
    if isinstance(image, bool) or not isinstance(image, int) or image < 0:
        raise Unusable("a record without an image", image)
    names = (f"COCO_{split}_{image:012d}.jpg", f"{image:012d}.jpg")
    return [*names, *(f"{split}/{name}" for name in names)]
