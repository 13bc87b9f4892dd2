"""One server process and the conversation with it: started when needed, replaced when used up."""

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import IO

import pydantic

from irloom.drawings import DrawingJob
from irloom.sandbox.results import Head

JOBS_A_SERVER = 200
START_S = 120.0
"""The first server on a machine may have to read thousands of fonts."""
_GRACE_S = 10.0
_END_S = 2.0
_LINE_BYTES = 1 << 20
_COMPLAINT_BYTES = 600


class ServerGone(Exception):
    """The server ended, or cannot be understood; the message holds what it said last."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a server is started."""

    command: Sequence[str]
    environment: dict[str, str]
    hello: bytes


class Worker:
    """Runs one job at a time in a server of its own."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._server: _Server | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self) -> dict[str, object]:
        """Start the server unless it runs; gives what it says holds its jobs. Raises ServerGone."""
        return (await self._find_server()).hold

    async def run(self, job: DrawingJob) -> tuple[Head, bytes]:
        """Run one job; raises ServerGone. Where anything goes wrong the server is ended."""
        server = await self._find_server()
        try:
            head, body = await server.ask(job)
        except BaseException:  # cancelling too: the answer to this job must not be taken for the next one's
            self._retire()
            raise
        if head.fate != "ended" or server.jobs >= JOBS_A_SERVER:
            self._retire()
        return head, body

    async def close(self) -> None:
        """End the server, and wait until every one that there was is gone."""
        self._closed = True
        self._retire()
        await asyncio.gather(*self._ending)

    async def _find_server(self) -> "_Server":
        if self._closed:
            raise ServerGone("the sandbox was closed")
        if self._server is not None:
            return self._server
        server = self._server = await _Server.launch(self._start)
        try:
            server.hold = await server.greet(self._start.hello)
            if self._closed:
                raise ServerGone("the sandbox was closed")
        except BaseException:
            self._retire()
            raise
        return server

    def _retire(self) -> None:
        if self._server is not None:
            task = asyncio.create_task(self._server.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
            self._server = None


class _Server:
    def __init__(self, process: asyncio.subprocess.Process, complaints: IO[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._complaints = process, complaints
        self._input, self._output = process.stdin, process.stdout
        self.jobs = 0
        self.hold: dict[str, object] = {}

    @classmethod
    async def launch(cls, start: Start) -> "_Server":
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `end`)
        try:
            process = await asyncio.create_subprocess_exec(
                *start.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
                env=start.environment,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for irloom, which lets jobs come back
                limit=_LINE_BYTES,
            )
        except BaseException as error:
            complaints.close()
            if isinstance(error, OSError):
                raise ServerGone(f"{start.command[0]} cannot be started: {error}") from error
            raise
        return cls(process, complaints)

    async def greet(self, hello: bytes) -> dict[str, object]:
        line = await self._exchange(hello, START_S)
        hold: dict[str, object] = json.loads(line)
        del hold["bytes"]
        return hold

    async def ask(self, job: DrawingJob) -> tuple[Head, bytes]:
        request = json.dumps(asdict(job)).encode() + b"\n"
        line = await self._exchange(request, job.wall_s + _GRACE_S)
        try:
            head = Head.model_validate_json(line)
            async with asyncio.timeout(_GRACE_S):
                body = await self._output.readexactly(head.bytes)
        except (pydantic.ValidationError, asyncio.IncompleteReadError, TimeoutError) as error:
            raise ServerGone(f"its answer cannot be read: {error}") from error
        self.jobs += 1
        return head, body

    async def _exchange(self, line: bytes, patience_s: float) -> bytes:
        """Send a line and give the one that comes back."""
        try:
            async with asyncio.timeout(patience_s):
                self._input.write(line)
                await self._input.drain()
                answer = await self._output.readline()
        except (ConnectionError, ValueError) as error:
            raise ServerGone(self._complain() or str(error)) from error
        except TimeoutError as error:
            raise ServerGone(f"no answer came in {patience_s:g} s") from error
        if not answer.endswith(b"\n"):
            raise ServerGone(self._complain() or "it ended without a word")
        return answer

    def _complain(self) -> str:
        if self._complaints.closed:
            return ""
        end = self._complaints.seek(0, 2)
        self._complaints.seek(max(0, end - _COMPLAINT_BYTES))
        return self._complaints.read().decode("utf-8", "replace").strip()

    async def end(self) -> None:
        """Let the server end itself and its job, which it does when its input ends; else kill it."""
        self._input.close()
        try:
            async with asyncio.timeout(_END_S):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        finally:
            self._complaints.close()
