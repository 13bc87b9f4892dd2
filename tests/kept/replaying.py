"""An endpoint that gives the replies of a kept run again: which one is meant, the request's seed says."""

import json
import threading
from collections.abc import Iterable, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Turn = Mapping[str, Any]


class ReplayServer:
    """Start it with `with`; `url` is the base URL, `asked` has the seed of every request."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._turns = {turn["parameters"]["seed"]: turn for turn in turns}
        self.asked: list[int] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        """The recorded completion, or a refusal of what was never asked."""
        self.asked.append(body["seed"])
        turn = self._turns.get(body["seed"])
        texts = [str(message["content"]) for message in body["messages"]]
        if turn is None or body.get("n", 1) != turn["parameters"]["n"]:
            return 400, {"error": {"message": f"nobody asked this when the run was made: {texts}"}}
        return 200, complete(turn)


def complete(turn: Turn) -> dict[str, Any]:
    """A recorded turn in the protocol's form."""
    choices = [
        {"index": index, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
        for index, (text, reason) in enumerate(zip(turn["reply"], turn["finish_reasons"], strict=True))
    ]
    tokens = {name: turn["usage"][name] for name in ("prompt_tokens", "completion_tokens")}
    usage = {**tokens, "total_tokens": sum(tokens.values())}
    head = {"id": "x", "object": "chat.completion", "created": 0, "model": turn["model"]}
    return {**head, "choices": choices, "usage": usage}


class _Handler(BaseHTTPRequestHandler):
    """Reads a request and writes what the server answers."""

    protocol_version = "HTTP/1.1"

    def __init__(self, replays: ReplayServer, *arguments: Any) -> None:
        self._replays = replays
        super().__init__(*arguments)

    def do_POST(self) -> None:
        """Answer a chat request."""
        status, reply = self._replays.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        content = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""
