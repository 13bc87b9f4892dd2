"""IF-Bench's ten dimensions in their three groups (arXiv 2512.09663)."""

from collections.abc import Mapping

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Coarse-grained Perception": ("Scene Understanding", "Image Theme", "Viewpoint of Capture"),
    "Fine-grained Perception": (
        "Target Localization",
        "Spatial Relationship Understanding",
        "Object Counting",
        "Thermal Feature Understanding",
        "Action Recognition",
    ),
    "Image Reasoning": ("Thermal Feature Reasoning", "Commonsense Reasoning"),
}
DIMENSIONS: Mapping[str, str] = {name: group for group, names in GROUPS.items() for name in names}
"""The group of each dimension, in the order of tables."""
