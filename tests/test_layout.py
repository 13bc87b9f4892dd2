"""The repository is laid out as its readers are promised."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "src").rglob("*.py"))


@pytest.mark.parametrize("name", ["agents", "pipelines", "prompts", "data"])
def test_the_prescribed_entrances_are_links_into_the_package(name: str) -> None:
    link = ROOT / name
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    assert link.resolve() == ROOT / "src" / "irloom" / name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_starts_by_saying_what_it_is_and_fits_on_a_few_screens(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), "a docstring comes first"
    assert text.count("\n") <= 400, "which second idea is in it?"


def test_every_folder_of_code_is_a_package() -> None:
    for folder in {path.parent for path in MODULES} - {ROOT / "src"}:
        assert (folder / "__init__.py").is_file(), folder


def test_tests_lie_where_what_they_test_lies() -> None:
    sides = {"flows", "support", "kill", "offline", "fire", "served", "benchmarks", "kept", "damage"}
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    for folder in folders:
        if folder.parts and folder.parts[0] not in sides:
            assert (ROOT / "src" / "irloom" / folder).is_dir(), folder


def test_the_readme_says_how_to_see_it_work_and_how_to_test_it() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert "make demo" in text
    assert "make test" in text
