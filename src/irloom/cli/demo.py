"""`irloom demo`: the main job on photographs that scikit-image carries, with nothing but the package."""

import argparse
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.cli.terminal import say, show
from irloom.errors import ConfigError

if TYPE_CHECKING:
    from irloom.flows import AnyConfig


def add_arguments(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "demo", help="run the main job on a few photographs (no key, no download, no GPU)"
    )
    parser.add_argument(
        "--out", dest="run", metavar="RUN", default="demo-run", help="folder (default: demo-run)"
    )
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Run the demo, one sample after the other so that rules are seen to be learnt, and say where to look."""
    from irloom.cli.foreground import carry_on_visibly
    from irloom.cli.signals import Stopper
    from irloom.flows import InfraredConfig
    from irloom.pipelines.run import ResumeOptions, create_run

    out = Path(arguments.run)
    _make_room(out)
    demo = files("irloom.data").joinpath("demo")
    with (
        as_file(demo.joinpath("captions.json")) as captions,
        as_file(demo.joinpath("instances.json")) as instances,
    ):
        config = InfraredConfig(
            images=Path(str(files("skimage.data"))), captions=captions, instances=instances, concurrency=1
        )
        with Stopper():
            create_run(out, config.with_absolute_paths())
        code = carry_on_visibly(out, ResumeOptions(), quiet=False)
    show(_draw_figure(out))
    show(_edit_photographs(out))
    show(f"""
The infrared pictures are in {out / "images"}; open one beside its photograph.
A whole debate, round by round:  irloom inspect {out} {_first_debated(out)}
What was learnt:                 irloom rules {out}""")
    return code


def _draw_figure(demo: Path) -> str:
    """Draw one scientific figure by code beside the demo, or say why the sandbox does not run here."""
    from irloom.flows import ImgcoderConfig

    out = demo.with_name(f"{demo.name}-figure")
    with as_file(files("irloom.data").joinpath("demo", "problems.jsonl")) as problems:
        try:
            _run_beside(out, ImgcoderConfig(problems=problems))
        except ConfigError as error:
            return f"\nThe figure of the second demo is not drawn: {error}"
    where = f"{out / 'images'}; what was checked: irloom inspect {out} triangle"
    return f"\nA scientific figure, drawn by code in a sandbox, is in {where}"


def _edit_photographs(demo: Path) -> str:
    """Edit two of the photographs into queries with hard negatives."""
    from irloom.flows import CirConfig

    out = demo.with_name(f"{demo.name}-edits")
    data = files("irloom.data").joinpath("demo")
    with (
        as_file(data.joinpath("captions.json")) as captions,
        as_file(data.joinpath("instances.json")) as instances,
    ):
        photographs = Path(str(files("skimage.data")))
        _run_beside(out, CirConfig(images=photographs, captions=captions, instances=instances, limit=2))
    where = f"{out / 'images'}; their queries: irloom inspect {out} 1"
    return f"Photographs edited for composed image retrieval are in {where}"


def _run_beside(out: Path, config: "AnyConfig") -> None:
    """Run another flow in a folder beside the demo."""
    from irloom.cli.signals import Stopper
    from irloom.pipelines.run import Listener, ResumeOptions, carry_on, create_run, open_run

    _make_room(out)
    with Stopper() as stopper:
        create_run(out, config.with_absolute_paths())
        (out / ".demo").touch()
        with open_run(out, ResumeOptions(), say) as opened:
            stopper.run(carry_on(opened, Listener(notify=say)))


def _make_room(out: Path) -> None:
    """Replace an earlier demo; anything else is left alone."""
    if (out / "run.json").is_file() and (out / ".demo").is_file():
        shutil.rmtree(out)
    elif out.exists() and any(out.iterdir()):
        raise ConfigError(f"{out} exists and is no demo run: name another folder with --out.")


def _first_debated(out: Path) -> str:
    """A sample whose instruction was rejected at least once, else the first."""
    from irloom.engine.summary import last_commits

    (out / ".demo").touch()
    commits = last_commits(out)
    return next(
        (sample for sample, event in commits.items() if event.get("categories")), next(iter(commits), "")
    )
