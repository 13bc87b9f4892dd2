"""Serves the application on a socket of this machine until it is stopped."""

import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import uvicorn

from irloom.errors import ConfigError
from irloom.views.terminal import say
from irloom.web.app import build_app
from irloom.web.guard import ANY_HOST, LOOPBACK

PORT = 8790
"""Taken where it is free, so that addresses of samples stay good."""


def serve(
    roots: Sequence[Path], host: str, port: int | None, token: str | None, announce: Callable[[str], None]
) -> None:
    """Serve until SIGINT or SIGTERM; `announce` gets the address. Raises ConfigError."""
    if host not in LOOPBACK and not token:
        raise ConfigError(
            f"--host {host} would show the runs to everybody who can reach this machine: set --token too, "
            "or leave --host out and forward a port (ssh -L)."
        )
    app = build_app(roots, host, token, notify=say)
    listener = _listen(host, port)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, ws="none", timeout_graceful_shutdown=2
    )
    announce(_name_address(host, listener.getsockname()[1], token))
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int | None) -> socket.socket:
    """A socket on the port that was asked for, else on ours, else on any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Any port does: a refusal is the host's.
        socket.create_server((host, 0), family=family).close()
    except (OSError, UnicodeError) as error:  # the latter for what cannot be a name, such as `a..b`
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"--host {host} is no address of this machine: {reason}.") from error
    for wanted in (PORT, 0) if port is None else (port,):
        try:
            return socket.create_server((host, wanted), family=family)
        except OSError as error:
            refusal = error
    raise ConfigError(
        f"{host}, port {port}: {refusal.strerror or refusal}; give another --port, or 0 for any."
    ) from refusal


def _name_address(host: str, port: int, token: str | None) -> str:
    name = "localhost" if host in ANY_HOST else host
    address = f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"
    return f"{address}?token={quote(token, safe='')}" if token else address
