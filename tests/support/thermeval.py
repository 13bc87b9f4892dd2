"""A small set in ThermEval's form: labels, TIFF files with temperatures, and pictures of two sets."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 144, 192


@dataclass
class ThermevalSet:
    """Where it lies, and the temperatures of its files in °C."""

    root: Path
    matrices: dict[str, NDArray[np.float32]]

    def write_labels(
        self, kind: str, name: str, head: Sequence[str], rows: Sequence[Sequence[object]]
    ) -> None:
        """A file of labels, in place of an older one."""
        folder = self.root / "Labels" / kind
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([head, *rows])


def write_thermeval(root: Path, files: int = 3) -> ThermevalSet:
    """Every kind with a few rows; x is the column, and the files are higher than wide."""
    made = ThermevalSet(root, {})
    tiffs = root / "Dataset" / "ThermEval-D"
    tiffs.mkdir(parents=True)
    for number in range(1, files + 1):
        coarse = np.random.default_rng(number).uniform(20, 38, (HEIGHT // 8, WIDTH // 8))
        matrix = np.round(coarse.repeat(8, axis=0).repeat(8, axis=1), 2).astype(np.float32)
        Image.fromarray(matrix).save(tiffs / f"Thermal_{number}.tiff")
        made.matrices[f"Thermal_{number}"] = matrix
    _write_photographs(made)
    _write_heat(made)
    write_points(made, [(3, 180), (140, 5)])
    region = "Given the image, how warm is the nose of the left person? Return one number."
    warm = [(name, region, f"{matrix.mean():.1f}") for name, matrix in made.matrices.items()]
    made.write_labels("T6", "region", ("tiff_file", "prompt", "ground_truth"), warm)
    rows = [(name, "6ft", "Chest", f"{matrix.mean():.1f}") for name, matrix in made.matrices.items()]
    made.write_labels("T7", "annotations", ("tiff_file", "distance", "category", "ground_truth"), rows)
    return made


def write_points(made: ThermevalSet, places: Sequence[tuple[int, int]], swapped: bool = False) -> None:
    """Points by column and row with the temperature there; `swapped` writes the row as x."""
    rows = [
        (name, *((row, column) if swapped else (column, row)), f"{matrix[row, column]:.1f}")
        for name, matrix in made.matrices.items()
        for column, row in places
    ]
    made.write_labels("T6", "coords", ("tiff_file", "x", "y", "ground_truth"), rows)


def _write_photographs(made: ThermevalSet) -> None:
    names = []
    for number, (name, label) in enumerate((("flir", "Thermal"), ("llvip", "RGB"))):
        path = f"Dataset/{name}/{number}.jpg"
        (made.root / path).parent.mkdir(parents=True)
        pixels = np.random.default_rng(90 + number).integers(0, 256, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((64, 48)).save(made.root / path)
        names.append((path, label))
    for kind in ("T1", "T2"):
        made.write_labels(kind, "flir", ("image_path", "ground_truth"), names)
    made.write_labels("T3", "flir", ("image_path", "count"), [(names[0][0], 4), ("Dataset/flir/none.jpg", 1)])
    made.write_labels("T3", "llvip", ("image_path", "count"), [(names[1][0], 0), (names[1][0], "many")])


def _write_heat(made: ThermevalSet) -> None:
    prompt = (
        "Given the image, say whether the nose of the left or the right person is hotter. Answer in a word."
    )
    rows = [
        (name, prompt, "Nose", side)
        for name, side in zip(made.matrices, ("left", "right", "both"), strict=False)
    ]
    made.write_labels("T5", "double", ("tiff_file", "prompt", "category", "ground_truth"), rows)
    orders = ("['Forehead', 'Nose', 'Chest']", "['Nose', 'Chest']", "[1]")
    made.write_labels(
        "T5", "single", ("tiff_file", "ground_truth"), list(zip(made.matrices, orders, strict=False))
    )
