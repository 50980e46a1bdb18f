"""What stands in a repository and is not committed: counts, no names and no contents."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Worktree:
    """A repository as it is now. `branch` is empty where none is checked out."""

    repository: str
    branch: str
    changed: int
    untracked: int
    stashes: int

    def text(self) -> str:
        """In one line, without Markdown."""
        place = f"on {self.branch}" if self.branch else "on no branch"
        counts = (
            (self.changed, "changed file", "changed files"),
            (self.untracked, "new file", "new files"),
            (self.stashes, "stash", "stashes"),
        )
        left = [
            f"{number:,} {one if number == 1 else many}" for number, one, many in counts if number
        ]
        return f"{self.repository} is {place}; {_listed(left) or 'everything is committed'}"


def _listed(parts: list[str]) -> str:
    *first, last = parts or [""]
    return f"{', '.join(first)} and {last}" if first else last


def branch_name(text: str) -> str:
    """A branch's name as it is shown: git allows characters that change how a line looks, such as
    those that turn its direction or end it. Each becomes U+FFFD."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each)[0] in "CZ" else each
        for each in text
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What of COMPANION_REPOS can be read: paths, and why one cannot be."""

    git: str | None
    """git's version; None if it is missing."""
    read: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    unmatched: tuple[str, ...] = ()
    """The patterns that match no repository."""
