"""Which repositories a pattern like `~/src/*` means, found without running anything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import iglob
from itertools import islice
from pathlib import Path

MAX_REPOSITORIES = 300
MAX_PATHS = 20_000
"""So many paths are looked at for one pattern: `~/**` would go through a whole disk."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A place where git works. `common` is what its worktrees share; they are one repository."""

    folder: Path
    git_folder: Path
    common: Path

    @property
    def name(self) -> str:
        """As people call it: its folder's name, also in another worktree."""
        main = self.common.parent if self.common.name == ".git" else self.common
        return main.name.removesuffix(".git") or self.folder.name

    def touched(self) -> float:
        """When somebody last worked in it, in Unix time, as its files say."""
        return max(_changed(self.git_folder / each) for each in ("index", "logs/HEAD", "HEAD"))


def find_repositories(patterns: Sequence[str]) -> tuple[list[Repository], list[str]]:
    """The repositories, without repeats, and the patterns that match none. Reads the disk."""
    found: dict[Path, Repository] = {}
    unmatched: list[str] = []
    for pattern in patterns:
        matches = list(_matching(pattern))
        if not matches:
            unmatched.append(pattern)
        found |= {repository.folder: repository for repository in matches}
    return list(islice(found.values(), MAX_REPOSITORIES)), unmatched


def _matching(pattern: str) -> Iterator[Repository]:
    expanded = str(Path(pattern).expanduser())
    for path in islice(iglob(expanded, recursive=True), MAX_PATHS):  # noqa: PTH207 -- `**`, absolute
        if repository := repository_at(Path(path)):
            yield repository


def repository_at(folder: Path) -> Repository | None:
    """The repository whose top is that folder; None if there is none, or it cannot be read."""
    try:
        folder = folder.resolve()
        dot_git = folder / ".git"
        if dot_git.is_dir():
            return Repository(folder, dot_git, dot_git)
        if dot_git.is_file():  # a worktree, or a submodule
            return _linked(folder, dot_git)
        if all((folder / each).exists() for each in ("HEAD", "objects", "refs")):
            return Repository(folder, folder, folder)
    except (OSError, ValueError, RuntimeError):
        pass
    return None


def repository_around(folder: Path) -> Repository | None:
    """The repository that one stands in."""
    return next(filter(None, map(repository_at, (folder, *folder.parents))), None)


def _linked(folder: Path, dot_git: Path) -> Repository | None:
    said = dot_git.read_text(errors="replace").strip()
    if not said.startswith("gitdir:"):
        return None
    git_folder = (folder / said.removeprefix("gitdir:").strip()).resolve()
    shared = git_folder / "commondir"
    common = (git_folder / shared.read_text().strip()).resolve() if shared.is_file() else git_folder
    return Repository(folder, git_folder, common) if git_folder.is_dir() else None


def _changed(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
