"""Real git repositories for tests: fixed people and dates, and no settings of this machine."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ADA = "Ada Lovelace <ada@example.com>"
BO = "Bo Diddley <bo@example.com>"


def git_environment(home: Path) -> dict[str, str]:
    """The environment in which git knows nobody but Ada, by the settings in that home."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / ".gitconfig"
    if not settings.exists():
        settings.write_text(
            "[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n"
            '[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n'
        )
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(settings),
        "LC_ALL": "C.UTF-8",
    }


def moment(text: str) -> datetime:
    """`2026-11-20 10:00`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Repository:
    """One repository, and git in it."""

    folder: Path
    environ: Mapping[str, str]
    files: int = field(default=0)

    @classmethod
    def create(cls, folder: Path, environ: Mapping[str, str], *options: str) -> "Repository":
        folder.mkdir(parents=True)
        made = cls(folder, environ)
        made.git("init", "--quiet", *options)
        return made

    def git(self, *arguments: str, **environ: str) -> str:
        """What git prints."""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout.decode(errors="replace")

    def commit(
        self,
        subject: str,
        at: str,
        *,
        author: str = ADA,
        committed: str | None = None,
        options: Sequence[str] = (),
    ) -> str:
        """A commit of that author date (and committer date, unless given); its hash."""
        self.files += 1
        (self.folder / f"file-{self.files}.txt").write_text(f"{self.files}\n")
        self.git("add", "--all")
        self.git(
            *("commit", "--quiet", "--allow-empty-message", f"--author={author}", *options),
            f"--message={subject}",
            GIT_AUTHOR_DATE=f"{at} +0000",
            GIT_COMMITTER_DATE=f"{committed or at} +0000",
        )
        return self.git("rev-parse", "HEAD").strip()

    def import_history(self, stream: bytes) -> None:
        """What `git fast-import` reads becomes the branch main."""
        subprocess.run(
            ["git", "fast-import", "--quiet"],
            cwd=self.folder,
            env=dict(self.environ),
            input=stream,
            check=True,
            timeout=120,
        )
        self.git("reset", "--quiet", "--hard", "main")


def history(length: int, since_s: int = 1_700_000_000, step_s: int = 60) -> bytes:
    """A straight history of Ada's and Bo's commits, for `git fast-import`."""
    commits = []
    for number in range(length):
        person = ("Ada <ada@example.com>", "Bo <bo@example.com>")[number % 2]
        who, subject = f"{person} {since_s + number * step_s} +0000", f"change {number}"
        commits.append(
            f"commit refs/heads/main\nauthor {who}\ncommitter {who}\n"
            f"data {len(subject)}\n{subject}\n"
        )
    return "".join(commits).encode()
