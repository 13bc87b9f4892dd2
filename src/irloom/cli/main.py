"""`irloom`: reads the verb, and turns errors into one message and an exit code.

A verb's module is imported when it is typed, so that `irloom --help` stays fast.
"""

import argparse
import io
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

import irloom
from irloom.cli.lazy import LazyParser, add_lazily
from irloom.cli.outside import close_output, explain_outside, open_missing_streams
from irloom.cli.signals import Stopped
from irloom.errors import (
    EXIT_BUG,
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_SOME_FAILED,
    EXIT_STOPPED,
    EXIT_USER,
    IrloomError,
    StopRun,
)
from irloom.views.terminal import say

VERBS = {
    "run": "start a run",
    "resume": "go on with a run",
    "build": "build a set of questions from annotated images or radiometric files",
    "inspect": "look at a run, or at one of its samples",
    "view": "look at runs in the browser",
    "report": "write a run's figures, some samples and its data card into one HTML file",
    "export": "write a run's data for a training tool",
    "bench": "score a run or a data set as the papers do",
    "thermal": "look at files of thermal cameras, or convert them",
    "rules": "show a run's rules, or retire one",
    "prompts": "write the prompts out to edit them",
    "doctor": "check what a profile needs: packages, disk, endpoint, key, model, device, memory, weights",
    "demo": "run the main job on a few photographs (no key, no download, no GPU)",
}
"""Each is a module beside this one, imported when it is typed."""
_READING = frozenset({"inspect", "report", "export", "bench", "rules"})
"""Verbs that read runs up to what is damaged, and tell it then."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is that of `irloom.errors`."""
    _silence_third_parties()
    open_missing_streams()
    # Threads of torch that wait must not spin: on busy cores that took ten times the work's own time.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that is not UTF-8 shows `?`
    arguments = argparse.Namespace()
    try:
        build_parser().parse_args(argv, arguments)
        code = _read_on(arguments) if arguments.verb in _READING else arguments.main(arguments)
        sys.stdout.flush()  # here, so that a reader who has gone is noticed below and not at exit
        return code
    except StopRun as error:
        say(f"irloom stopped: {error}")
        _say_how_to_go_on(arguments)
        return error.exit_code
    except Stopped as stop:
        say("Stopped on purpose.")
        _say_how_to_go_on(arguments)
        return stop.exit_code
    except IrloomError as error:
        say(f"irloom: {error}")
        return EXIT_USER
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (such as `head`) has gone; nothing is wrong, and flushing at exit must not complain.
        close_output()
        return 0
    except Exception as error:
        if (told := explain_outside(error)) is None:
            return _report_bug()
        message, code = told
        say(f"irloom: {message}")
        if isinstance(error, OSError) and error.filename is None:
            close_output()
        if code == EXIT_STOPPED:
            _say_how_to_go_on(arguments)
        return code


def _read_on(arguments: argparse.Namespace) -> int:
    """Carry a verb out that reads runs; what is damaged is said after what could be read."""
    from irloom.engine.damage import listening

    with listening() as heard:
        try:
            code = int(arguments.main(arguments))
        finally:
            for said in heard:
                say(f"irloom: {said}")
    return code or (EXIT_SOME_FAILED if any(heard.values()) else EXIT_DONE)


def _say_how_to_go_on(arguments: argparse.Namespace) -> None:
    run = getattr(arguments, "run", None)
    if run and _holds_run(Path(run)):
        from irloom.cli.ending import name_resume

        say(f"To go on: {name_resume(run, getattr(arguments, 'again', ()))}")


def _holds_run(root: Path) -> bool:
    try:
        return (root / "run.json").exists()
    except OSError:  # such as a name that is too long for any file
        return False


def build_parser() -> argparse.ArgumentParser:
    """The parser with every verb."""
    parser = LazyParser(
        prog="irloom",
        description="Make multimodal training data for scarce image domains, with agents that debate.",
        epilog="Start with `irloom demo`; then `irloom run infrared --help`.",
    )
    parser.add_argument("--version", action="version", version=f"irloom {irloom.__version__}")
    verbs = parser.add_subparsers(required=True, metavar="VERB", dest="verb")
    for verb, said in VERBS.items():
        add_lazily(verbs, verb, partial(_add_options, verb), help=said)
    return parser


def _add_options(verb: str, parser: argparse.ArgumentParser) -> None:
    import_module(f"irloom.cli.{verb}").add_options(parser)


def _silence_third_parties() -> None:
    """Turn off tracing that a LangSmith variable of another project would turn on, and Pillow's warnings.

    These are of odd headers that cameras write; what makes a picture useless is raised, and is a row's.
    """
    warnings.filterwarnings("ignore", module=r"PIL\.")
    if os.environ.get("IRLOOM_TRACING") != "1":
        for name in (
            "LANGSMITH_TRACING",
            "LANGSMITH_TRACING_V2",
            "LANGCHAIN_TRACING_V2",
            "LANGCHAIN_TRACING",
        ):
            os.environ.pop(name, None)


def _report_bug() -> int:
    """Keep the traceback in a file, and name it."""
    with tempfile.NamedTemporaryFile("w", prefix="irloom-bug-", suffix=".txt", delete=False) as file:
        file.write(f"irloom {irloom.__version__}, Python {sys.version}\n{' '.join(sys.argv)}\n\n")
        traceback.print_exc(file=file)
    last = traceback.format_exc().strip().splitlines()[-1]
    say(f"irloom: this is a bug, sorry: {last}\nThe traceback is in {Path(file.name)}. Runs can be resumed.")
    return EXIT_BUG


if __name__ == "__main__":
    sys.exit(main())
