"""Asks git about one repository: its settings, its latest commits, and what is not committed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from companion.adapters.git.program import Answer, Program, ProgramError, git_arguments
from companion.adapters.git.repositories import Repository
from companion.domain.commits.work import Commit
from companion.domain.commits.worktree import Worktree, branch_name

OLDER_IN_A_ROW = 1_000
"""After so many older commits there is nothing new below. A single old date says nothing: a wrong
clock or an import wrote it, and git's own `--since` would stop there."""
MAX_COMMITS = 200_000
"""So far back a repository is read."""

_FIELDS = ("%H", "%at", "%ct", "%ae", "%an", "%s")
# Of the branches and of what is checked out in each worktree. `--all` alone would also have the
# branches of remotes, tags, notes and the stash.
_ALL = ("--exclude=refs/*", "--all", "--branches")
_SHOWN = (
    *("log", "-z", "--no-merges", "--no-patch"),
    *("--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes", "--no-mailmap"),
    *("--no-decorate", "--no-color", "--encoding=UTF-8"),
    f"--format=tformat:{'%x00'.join(_FIELDS)}",
)
_LOG = (*_SHOWN, *_ALL, f"--max-count={MAX_COMMITS}")
_STATUS = (
    *("status", "-z", "--porcelain=v2", "--branch", "--show-stash", "--no-renames"),
    *("--no-ahead-behind", "--ignore-submodules=all", "--untracked-files=normal"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """What git's configuration says, for one repository: the person's own, and its own."""

    values: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """All values of a setting, the last one winning."""
        return [value for key, value in self.values if key == name]

    @property
    def remote(self) -> str:
        """The address of `origin`, or of the only remote; "" without one."""
        addresses = {
            key.removeprefix("remote.").removesuffix(".url"): value
            for key, value in self.values
            if key.startswith("remote.") and key.endswith(".url")
        }
        only = next(iter(addresses.values())) if len(addresses) == 1 else ""
        return addresses.get("origin", only)

    @property
    def filters(self) -> list[str]:
        """The names of the programs through which files would go."""
        parts = (key.split(".") for key, _ in self.values if key.startswith("filter."))
        return sorted({".".join(part[1:-1]) for part in parts if len(part) > 2})


async def read_config(git: Program, folder: Path) -> Config:
    """The configuration. Raises ProgramError."""
    async with git.running(folder, git_arguments("config", "-z", "--list")) as answer:
        pairs = [token.partition("\n") async for token in answer.tokens()]
    return Config(tuple((key, value) for key, _, value in pairs))


async def check_repository(git: Program, folder: Path) -> None:
    """Raises ProgramError where the repository cannot be read."""
    await git.answer(folder, git_arguments("rev-list", "--max-count=1", *_ALL))


async def read_commits(
    git: Program, repository: Repository, since: datetime
) -> tuple[list[Commit], str]:
    """The commits of a repository's branches that were written since then, newest first, and why
    there may be more: a broken repository has been read as far as that goes."""
    oldest, older = since.timestamp(), 0
    found: list[Commit] = []
    try:
        async with git.running(repository.folder, git_arguments(*_LOG)) as answer:
            async for commit in _commits(answer):
                if commit.written_s >= oldest:
                    found.append(commit)
                older = 0 if commit.committed_s >= oldest else older + 1
                if older >= OLDER_IN_A_ROW:
                    break
    except ProgramError as error:
        return found, error.reason
    return found, ""


async def read_commit(git: Program, folder: Path, commit: str) -> Commit | None:
    """One commit; None if it is a merge. Raises ProgramError."""
    arguments = git_arguments(*_SHOWN, "--no-walk", "--end-of-options", commit)
    async with git.running(folder, arguments) as answer:
        found = [each async for each in _commits(answer)]
    return found[0] if found else None


async def _commits(answer: Answer) -> AsyncIterator[Commit]:
    fields: list[str] = []
    async for token in answer.tokens():
        fields.append(token)
        if len(fields) == len(_FIELDS):
            commit, written, committed, email, author, subject = fields
            fields = []
            yield Commit(
                hash=commit,
                written_s=_seconds(written),
                committed_s=_seconds(committed),
                email=email,
                author=author,
                subject=subject,
            )


def _seconds(text: str) -> int:
    """A Unix time that a calendar has; a broken one is as old as can be."""
    return int(text) if text.isdigit() and len(text) <= 11 else 0


_NO_BRANCH = ("(detached)", "(unknown)")
"""What git says where none is checked out, and where HEAD names what cannot be a branch."""


async def read_worktree(git: Program, repository: Repository) -> Worktree:
    """What is not committed. Raises ProgramError."""
    config = await read_config(git, repository.folder)
    arguments = git_arguments(*_STATUS, filters=config.filters)
    branch, changed, untracked, stashes = "", 0, 0, 0
    async with git.running(repository.folder, arguments) as answer:
        async for line in answer.tokens():
            if line.startswith("# branch.head "):
                branch = line.removeprefix("# branch.head ")
            elif line.startswith("# stash "):
                stashes = int(line.removeprefix("# stash "))
            elif line.startswith("? "):
                untracked += 1
            elif line.startswith(("1 ", "2 ", "u ")):
                changed += 1
    return Worktree(
        repository=repository.name,
        branch="" if branch in _NO_BRANCH else branch_name(branch),
        changed=changed,
        untracked=untracked,
        stashes=stashes,
    )
