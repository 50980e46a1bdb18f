"""The commits of all repositories side by side, each in a bounded time. See `Commits` in ports."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from companion.adapters.git.program import Program, ProgramError
from companion.adapters.git.pull_requests import fetch_pull_requests
from companion.adapters.git.reading import (
    Config,
    check_repository,
    read_commit,
    read_commits,
    read_config,
    read_worktree,
)
from companion.adapters.git.repositories import (
    Repository,
    find_repositories,
    repository_around,
)
from companion.domain.commits.links import commit_link
from companion.domain.commits.work import Commit, Identity, Work, commit_work, once_each
from companion.domain.commits.worktree import Survey, Worktree

REPOSITORY_TIMEOUT_S = 5.0
ALL_TIMEOUT_S = 15.0
AT_ONCE = 4

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GitCommits:
    """Commits as git has them, and pull requests as `gh` has them where that is wanted."""

    patterns: Sequence[str]
    authors: Sequence[str]
    environ: Mapping[str, str]
    pull_requests: bool = True
    repository_timeout_s: float = REPOSITORY_TIMEOUT_S
    all_timeout_s: float = ALL_TIMEOUT_S

    async def fetch(self, user_id: str, since: datetime, until: datetime) -> list[Work]:
        """See Commits."""
        git = Program.find("git", self.environ)
        if git is None:
            log.warning("commits.without_git")
            return []
        repositories, _ = await self._find()
        asked = self._pull_requests(user_id, since, until)
        read = self._side_by_side(
            _one_each(repositories), lambda each: self._read(git, each, user_id, since, until)
        )
        found, pull_requests = await asyncio.gather(read, asked)
        commits = once_each(commit for of_one in found for commit in of_one)
        return sorted([*commits, *pull_requests], key=lambda work: work.timestamp)

    async def look_up(self, user_id: str, folder: Path, commit: str) -> Work | None:
        """See Commits."""
        git = Program.find("git", self.environ)
        if git is None:
            return None
        try:
            async with asyncio.timeout(self.repository_timeout_s):
                identity = self._identity(await read_config(git, folder))
                found = await read_commit(git, folder, commit)
        except (ProgramError, TimeoutError):
            return None
        if found is None or not (found.is_new and found.subject.strip()):
            return None
        if not identity.wrote(found.email, found.author):
            return None
        return commit_work(user_id, found, folder.name, None)

    async def worktree(self, folder: Path | None) -> Worktree | None:
        """See Commits."""
        git = Program.find("git", self.environ)
        place = await asyncio.to_thread(repository_around, folder) if folder else None
        if git is None or (place := place or await self._latest()) is None:
            return None
        found = await self._side_by_side([place], lambda each: read_worktree(git, each))
        return next(iter(found), None)

    async def survey(self) -> Survey:
        """See Commits."""
        git = Program.find("git", self.environ)
        if git is None:
            return Survey(git=None)
        try:
            version = (await git.answer(Path("/"), ["--version"])).decode(errors="replace").strip()
        except ProgramError:
            return Survey(git=None)
        repositories, unmatched = await self._find()
        unread: list[tuple[str, str]] = []

        async def look(repository: Repository) -> str:
            await check_repository(git, repository.folder)
            return str(repository.folder)

        read = await self._side_by_side(repositories, look, unread)
        return Survey(
            git=version, read=tuple(read), unread=tuple(unread), unmatched=tuple(unmatched)
        )

    async def _find(self) -> tuple[list[Repository], list[str]]:
        return await asyncio.to_thread(find_repositories, self.patterns)

    async def _latest(self) -> Repository | None:
        """The repository in which somebody worked last."""
        repositories, _ = await self._find()
        return await asyncio.to_thread(
            max, repositories, key=lambda each: each.touched(), default=None
        )

    async def _read(
        self, git: Program, repository: Repository, user_id: str, since: datetime, until: datetime
    ) -> list[tuple[Commit, Work]]:
        config = await read_config(git, repository.folder)
        identity = self._identity(config)
        commits, reason = await read_commits(git, repository, since)
        if reason:
            _log_unread(repository, reason)
        remote = config.remote
        return [
            (
                commit,
                commit_work(user_id, commit, repository.name, commit_link(remote, commit.hash)),
            )
            for commit in commits
            if since.timestamp() <= commit.written_s < until.timestamp()
            and identity.wrote(commit.email, commit.author)
        ]

    def _identity(self, config: Config) -> Identity:
        return Identity.of(config.all("user.email"), config.all("user.name"), self.authors)

    async def _pull_requests(self, user_id: str, since: datetime, until: datetime) -> list[Work]:
        gh = Program.find("gh", self.environ) if self.pull_requests else None
        if gh is None:
            return []
        try:
            async with asyncio.timeout(self.all_timeout_s):
                return await fetch_pull_requests(gh, user_id, since, until)
        except ProgramError as error:
            # Also where nobody is logged in: then there is nothing to wait for.
            log.info("pull_requests.unread reason=%r", error.reason)
        except TimeoutError:
            log.warning("pull_requests.unread reason='no answer in time'")
        return []

    async def _side_by_side[T](
        self,
        repositories: Sequence[Repository],
        read: Callable[[Repository], Coroutine[Any, Any, T]],
        unread: list[tuple[str, str]] | None = None,
    ) -> list[T]:
        """What `read` gives of each repository that can be read; a few at once, within the time."""
        slots = asyncio.Semaphore(AT_ONCE)
        ends = asyncio.get_running_loop().time() + self.all_timeout_s

        async def one(repository: Repository) -> T | None:
            try:
                async with asyncio.timeout_at(ends), slots:
                    async with asyncio.timeout(self.repository_timeout_s):
                        return await read(repository)
            except ProgramError as error:
                reason = error.reason
            except TimeoutError:
                reason = "it took too long"
            _log_unread(repository, reason)
            if unread is not None:
                unread.append((str(repository.folder), reason))
            return None

        found = await asyncio.gather(*map(one, repositories))
        return [each for each in found if each is not None]


def _one_each(repositories: Sequence[Repository]) -> list[Repository]:
    """One worktree of each repository: git looks at all its branches and worktrees from any."""
    return list({each.common: each for each in reversed(repositories)}.values())[::-1]


def _log_unread(repository: Repository, reason: str) -> None:
    log.warning("repository.unread path=%s reason=%r", repository.folder, reason)
