"""Runs git and gh: without a shell, a prompt, the network or a lock, and no longer than allowed.

A repository is other people's data. Its configuration can name programs that git would run
(https://git-scm.com/docs/git-config): none of those that reading could start is left.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

CHUNK_BYTES = 1 << 16
COMPLAINT_BYTES = 4096
KILL_TIMEOUT_S = 2.0

_NO_PROGRAMS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.sshCommand": "false",
    "core.alternateRefsCommand": "false",
    "credential.helper": "",
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
    "GIT_ASKPASS": "false",
    "SSH_ASKPASS": "false",
    "GH_PROMPT_DISABLED": "1",
    "GH_NO_UPDATE_NOTIFIER": "1",
    "NO_COLOR": "1",
    "LC_ALL": "C",
}
_KEPT = frozenset(
    {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH"}
)
"""Of git's own variables only these say nothing about one repository."""


class ProgramError(Exception):
    """A program failed; `reason` is in words of ours, with nothing of what it printed."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What the programs get of this process's environment."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("GIT_") or name in _KEPT
    }
    return kept | _ENVIRONMENT


@dataclass(frozen=True, slots=True)
class Program:
    """One program of this machine."""

    path: str
    environ: Mapping[str, str]

    @classmethod
    def find(cls, name: str, environ: Mapping[str, str]) -> "Program | None":
        """The program on that environment's PATH; None if there is none."""
        path = shutil.which(name, path=environ.get("PATH", os.defpath))
        return cls(path, environment(environ)) if path else None

    async def answer(self, folder: Path, arguments: Sequence[str]) -> bytes:
        """All that it prints. Raises ProgramError."""
        async with self.running(folder, arguments) as answer:
            return b"".join([chunk async for chunk in answer.chunks()])

    @asynccontextmanager
    async def running(self, folder: Path, arguments: Sequence[str]) -> "AsyncIterator[Answer]":
        """The program at work; what is left of it when the block ends is killed."""
        environ = {**self.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
        try:
            process = await asyncio.create_subprocess_exec(
                self.path,
                *arguments,
                cwd=folder,
                env=environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,  # so that its children can be killed with it
            )
        except OSError as error:
            raise ProgramError(error.strerror or "it cannot be run") from error
        complaint = asyncio.create_task(_beginning(process.stderr))
        try:
            yield Answer(process, complaint)
        finally:
            await _end(process)
            complaint.cancel()
            await asyncio.wait([complaint])


@dataclass(slots=True)
class Answer:
    """What a program prints, while it prints it."""

    _process: asyncio.subprocess.Process
    _complaint: "asyncio.Task[bytes]"
    _rest: bytes = field(default=b"")

    async def chunks(self) -> AsyncIterator[bytes]:
        """Its output until it ends. ProgramError if it ends in failure."""
        assert self._process.stdout is not None  # noqa: S101 -- it is a pipe
        while chunk := await self._process.stdout.read(CHUNK_BYTES):
            yield chunk
        if status := await self._process.wait():
            raise ProgramError(_reason(await self._complaint, status))

    async def tokens(self) -> AsyncIterator[str]:
        """What stands between its NUL characters, in whatever encoding."""
        async for chunk in self.chunks():
            *whole, self._rest = (self._rest + chunk).split(b"\0")
            for token in whole:
                yield token.decode(errors="replace")


def _reason(complaint: bytes, status: int) -> str:
    said = complaint.decode(errors="replace")
    if "dubious ownership" in said:
        return "it belongs to somebody else (git's safe.directory)"
    if "not a git repository" in said:
        return "it is not a repository that git can read"
    return f"git failed with status {status}"


async def _beginning(stream: asyncio.StreamReader | None) -> bytes:
    """The first bytes of a stream; the rest is read too, so that nobody waits for us."""
    kept = b""
    while stream and (chunk := await stream.read(CHUNK_BYTES)):
        kept = (kept + chunk)[:COMPLAINT_BYTES]
    return kept


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(TimeoutError):  # a disk that hangs keeps its processes
        async with asyncio.timeout(KILL_TIMEOUT_S):
            await process.wait()


def git_arguments(*arguments: str, filters: Sequence[str] = ()) -> list[str]:
    """The arguments of git for one reading. `filters` are those that the repository defines."""
    settings = dict(_NO_PROGRAMS)
    for name in filters:
        settings |= {f"filter.{name}.{what}": "" for what in ("clean", "smudge", "process")}
        settings[f"filter.{name}.required"] = "false"
    given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return ["--no-pager", "--no-optional-locks", "--no-replace-objects", *given, *arguments]
