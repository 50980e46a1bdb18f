"""What is wrong with the store neither fails a commit nor makes it wait."""

import json
import shlex
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import held_program
from tests.entrypoints.cli.conftest import Run
from tests.entrypoints.cli.test_hook_git import WAIT_S, environment, repository
from tests.repositories import Repository

__all__ = ["environment", "repository"]  # fixtures


@dataclass(frozen=True)
class Held:
    """What the hook starts begins only when it is let go, so the commit cannot have waited."""

    folder: Path

    @property
    def has_ended(self) -> bool:
        return (self.folder / "ended").exists()

    def let_go(self) -> tuple[int, str]:
        """Its exit status, and what it said."""
        (self.folder / "go").touch()
        until = time.monotonic() + WAIT_S
        while not self.has_ended and time.monotonic() < until:
            time.sleep(0.05)  # another process is at work
        ended = json.loads((self.folder / "ended").read_text())
        return ended["status"], ended["said"]


def install_held(companion: Run, repository: Repository, folder: Path, problem: str) -> Held:
    shown = companion("hook", "install", "git")
    assert shown.exit_code == 0, shown.output
    hook = repository.folder / ".git" / "hooks" / "post-commit"
    text = hook.read_text()
    known = next(line for line in text.splitlines() if line.startswith("if [ -x "))
    program = known.removeprefix("if [ -x ").partition(" ]")[0]
    folder.mkdir()
    held = folder / "program"
    started = [sys.executable, held_program.__file__, str(folder), problem]
    held.write_text(f'#!/bin/sh\nexec {shlex.join(started)} {program} "$@"\n')
    held.chmod(0o755)
    hook.write_text(text.replace(program, shlex.quote(str(held))))
    return Held(folder)


def commit_succeeds(repository: Repository, held: Held) -> None:
    (repository.folder / "file.txt").touch()
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message=Fix the parser")
    assert not held.has_ended
    assert repository.git("log", "-1", "--format=%s").strip() == "Fix the parser"


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    folder.chmod(0o500)
    yield
    folder.chmod(0o700)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def unused_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


@pytest.mark.skipif(sys.platform == "win32", reason="has no modes of this kind")
@pytest.mark.parametrize(
    "trouble",
    ["full disk", "locked store", "store in a closed folder", "store is gone", "read-only home"],
)
def test_trouble_with_the_store_neither_fails_a_commit_nor_makes_it_wait(
    companion: Run,
    repository: Repository,
    environment: dict[str, str],
    tmp_path: Path,
    trouble: str,
) -> None:
    path, problem = Path(environment["COMPANION_DB"]), "none"
    during: AbstractContextManager[None] = nullcontext()
    assert companion("log", "before").exit_code == 0
    match trouble:
        case "full disk":
            problem = "full-disk"
        case "locked store":
            during = locked(path)
        case "store in a closed folder":
            (folder := tmp_path / "closed").mkdir()
            environment["COMPANION_DB"] = str(folder / "memory.db")
            problem, during = "closed-folders", closed(folder)
        case "store is gone":
            environment |= {
                "DYNAMODB_TABLE": "Entries",
                "AWS_ACCESS_KEY_ID": "none",
                "AWS_SECRET_ACCESS_KEY": "none",
                "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{unused_port()}",
            }
        case "read-only home":
            home = Path(environment["HOME"])
            del environment["COMPANION_DB"]
            environment["XDG_DATA_HOME"] = str(home / ".local" / "share")
            problem, during = "closed-folders", closed(home)
    held = install_held(companion, repository, tmp_path / "held", problem)
    repository.environ = environment
    with during:
        commit_succeeds(repository, held)
        status, said = held.let_go()
    assert status == 1, said
    assert said.startswith("companion: ")
    assert "Traceback" not in said
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
