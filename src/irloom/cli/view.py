"""`irloom view RUN…`: a page for looking at runs, in the browser."""

import argparse
import os
import sys
from pathlib import Path

from irloom.errors import EXIT_DONE
from irloom.views.terminal import say

TOKEN_VARIABLE = "IRLOOM_VIEW_TOKEN"
_LAST_PORT = 65_535


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.description = (
        "Serves a page on this machine alone until Ctrl-C. A run in progress is followed; with "
        "two runs the samples that fared differently are shown side by side."
    )
    parser.add_argument("runs", metavar="RUN", nargs="+")
    parser.add_argument("--port", type=_read_port, metavar="N", help="port (8790, or any that is free)")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="H",
        help="address to listen on (127.0.0.1); others need --token",
    )
    parser.add_argument(
        "--token",
        metavar="T",
        default=os.environ.get(TOKEN_VARIABLE),
        help=f"let in only who opens the page with ?token=T ({TOKEN_VARIABLE}, which no process list shows)",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Serve until the user stops it, which is how it ends."""
    from irloom.web.server import serve

    def announce(address: str) -> None:
        say(f"Look at {address} (Ctrl-C ends it)")
        if not arguments.no_browser and _has_desktop():
            import webbrowser

            webbrowser.open(address)

    roots = [Path(run) for run in arguments.runs]
    try:
        serve(roots, arguments.host, arguments.port, arguments.token, announce)
    except KeyboardInterrupt:
        say("Ended.")
    return EXIT_DONE


def _read_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to {_LAST_PORT}")
    return int(text)


def _has_desktop() -> bool:
    """Whether a browser can open; in a terminal over SSH one that draws with letters would."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
