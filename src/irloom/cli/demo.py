"""`irloom demo`: the main job on photographs that scikit-image carries, with nothing but the package."""

import argparse
import shutil
import tomllib
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irloom.errors import ConfigError
from irloom.views.terminal import say, show

if TYPE_CHECKING:
    from irloom.config import RunConfig

_PHOTOGRAPHS = "@photographs"
_MARK = ".demo"
"""A file that says that a folder is a demo's, which the next one may replace."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument(
        "--out", dest="run", metavar="RUN", default="demo-run", help="folder (default: demo-run)"
    )
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Run what `data/demo/demo.toml` says, the first visibly, and say where to look."""
    out = Path(arguments.run)
    with as_file(files("irloom.data").joinpath("demo")) as folder:
        first, *others = tomllib.loads((folder / "demo.toml").read_text("utf-8"))["run"]
        code = _run_visibly(out, _configure(folder, first))
        for one in others:
            show(_run_beside(out.with_name(out.name + one["suffix"]), _configure(folder, one), one))
    show(f"""
The infrared pictures are in {out / "images"}; open one beside its photograph.
A whole debate, round by round:  irloom inspect {out} {_first_debated(out)}
What was learnt:                 irloom rules {out}""")
    return code


def _configure(folder: Path, demo: dict[str, Any]) -> "RunConfig":
    from irloom.pipelines.registry import find_flow

    paths = {
        name: str(files("skimage.data")) if value == _PHOTOGRAPHS else str(folder / value)
        for name, value in demo["settings"].items()
        if isinstance(value, str)
    }
    config: RunConfig = find_flow(demo["flow"]).config.model_validate(demo["settings"] | paths)
    return config.with_absolute_paths()


def _run_visibly(out: Path, config: "RunConfig") -> int:
    from irloom.cli.foreground import carry_on_visibly
    from irloom.pipelines.run import new_run

    _make_room(out)
    code = carry_on_visibly(out, partial(new_run, out, config), quiet=False)
    (out / _MARK).touch()
    return code


def _run_beside(out: Path, config: "RunConfig", demo: dict[str, Any]) -> str:
    """Run another flow in a folder beside the demo, or say why it does not run here."""
    from irloom.cli.signals import Stopper
    from irloom.pipelines.run import Listener, OpenRun, carry_on, new_run

    async def work(opened: OpenRun) -> None:
        await carry_on(opened, Listener(notify=say))

    _make_room(out)
    try:
        with Stopper() as stopper, new_run(out, config, say) as opened:
            stopper.run(work(opened))
    except ConfigError as error:
        if "without" not in demo:
            raise
        return f"\n{demo['without']}: {error}"
    (out / _MARK).touch()
    said: str = demo["said"]
    return said.format(images=out / "images", run=out)


def _make_room(out: Path) -> None:
    """Replace an earlier demo; anything else is left alone."""
    if (out / "run.json").is_file() and (out / _MARK).is_file():
        shutil.rmtree(out)
    elif out.exists() and any(out.iterdir()):
        raise ConfigError(f"{out} exists and is no demo run: name another folder with --out.")


def _first_debated(out: Path) -> str:
    """A sample of which something was rejected at least once, else the first."""
    from irloom.engine.summary import last_commits

    commits = last_commits(out)
    return next(
        (sample for sample, event in commits.items() if event.get("categories")), next(iter(commits), "")
    )
