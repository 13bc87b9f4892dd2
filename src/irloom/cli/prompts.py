"""`irloom prompts copy DIR`: writes the embedded prompts out, to be edited and given to `--prompts`."""

import argparse
import shlex
from pathlib import Path

from irloom.errors import PromptError
from irloom.prompts import Prompts
from irloom.views.terminal import show


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    copy = actions.add_parser("copy", help="copy the embedded prompts into a folder")
    copy.add_argument("folder", metavar="DIR")
    copy.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Copy every prompt that the folder does not have yet; nothing is overwritten."""
    folder = Path(arguments.folder)
    texts = _list_texts()
    targets = {name: folder / f"{name}.md" for name in texts}
    taken = [str(path) for path in targets.values() if path.exists()]
    if taken:
        raise PromptError(f"{taken[0]} exists already: give a new folder, your edits are not overwritten.")
    try:
        for name, text in texts.items():
            targets[name].parent.mkdir(parents=True, exist_ok=True)
            targets[name].write_text(text, "utf-8")
    except OSError as error:
        raise PromptError(f"{folder}: {error.strerror or error}") from error
    show(f"{len(targets)} prompts are in {folder}.")
    show(f"Edit them, keep their {{{{slots}}}}, and run with --prompts {shlex.quote(str(folder))}")
    return 0


def _list_texts() -> dict[str, str]:
    """The embedded prompts, and those that flows of other packages bring."""
    from irloom.pipelines.registry import load_flows

    brought = (flow.brought_prompts for flow in load_flows()[0])
    found = Prompts.load().texts
    for folder in (one for one in brought if one is not None):
        found |= Prompts.load(brought=folder).texts
    return found
