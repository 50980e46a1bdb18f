"""A commit or a pull request: read like an entry, and stored nowhere."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from companion.domain.entry import EPOCH, NAMESPACE, Entry, Source


class Kind(StrEnum):
    """What became of the work, in a word that can stand after its name."""

    COMMITTED = "committed"
    OPENED = "opened"
    MERGED = "merged"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Entry):
    """What git or GitHub knows that a person did.

    `text` is the commit's subject or the pull request's title, `timestamp` when the commit was
    written (its author date) or when that happened to the pull request. `reference` is
    `companion@1a2b3c4` or `companion#12`. `link` is where one can look at it, where that is known.
    """

    reference: str
    link: str | None = None
    kind: Kind = Kind.COMMITTED

    @property
    def byline(self) -> str:
        """`companion@1a2b3c4`, `companion#12 merged`."""
        return self.reference if self.kind is Kind.COMMITTED else f"{self.reference} {self.kind}"

    @property
    def names(self) -> tuple[str, ...]:
        """All that a text may call it by."""
        mark = "@" if self.kind is Kind.COMMITTED else "#"
        repository, _, short = self.reference.rpartition(mark)
        number = short if mark == "@" else f"#{short}"
        return (self.byline, self.reference, repository, number, self.link or "")

    @property
    def shown(self) -> str:
        """Its name in Markdown, with the link."""
        return f"[`{self.byline}`]({self.link})" if self.link else f"`{self.byline}`"


NEW_WITHIN_S = 60
SHORT_HASH_LENGTH = 7
NO_SUBJECT = "(no subject)"
_NOT_IN_NAMES = re.compile(r"[^\w.+-]+")


def repository_name(text: str) -> str:
    """A repository's name as it is shown: nothing in it means something in Markdown or Slack."""
    return _NOT_IN_NAMES.sub("-", text) or "-"


def commit_log_id(written_s: int, subject: str) -> UUID:
    """The identity of a commit: when it was written, in Unix time, and its subject.

    A rebase, a cherry-pick and an amended content change the hash and leave both of these. So the
    commit is named once, in whatever clone or worktree it is.
    """
    return uuid5(NAMESPACE, f"commit:{written_s}:{subject.strip()}")


def pull_request_log_id(kind: Kind, address: str) -> UUID:
    """The identity of what became of a pull request."""
    return uuid5(NAMESPACE, f"pull-request:{kind}:{address}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit as git has it; both times are Unix times. `email` and `author` are whose it is."""

    hash: str
    written_s: int
    committed_s: int
    email: str
    author: str
    subject: str

    @property
    def is_new(self) -> bool:
        """Whether it was committed when it was written. A rebase, a cherry-pick and an amendment
        write a commit again, and keep the author date."""
        return abs(self.committed_s - self.written_s) <= NEW_WITHIN_S


def commit_work(user_id: str, commit: Commit, repository: str, link: str | None) -> Work:
    """The commit, as summaries read it."""
    subject = commit.subject.strip()
    return Work(
        user_id=user_id,
        timestamp=datetime.fromtimestamp(commit.written_s, EPOCH.tzinfo),
        text=subject or NO_SUBJECT,
        log_id=commit_log_id(commit.written_s, subject),
        source=Source.COMMIT,
        reference=f"{repository_name(repository)}@{commit.hash[:SHORT_HASH_LENGTH]}",
        link=link,
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose commits are looked for: addresses, and names for where git knows no address."""

    emails: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(
        cls, emails: Iterable[str], names: Iterable[str], others: Iterable[str] = ()
    ) -> "Identity":
        """`others` are addresses or names that the person gave."""
        mails = {each.strip().casefold() for each in emails if each.strip()}
        given = {each.strip().casefold() for each in others if each.strip()}
        # Many people share a name: it decides only where there is nothing better.
        named = set() if mails else {each.strip().casefold() for each in names if each.strip()}
        return cls(frozenset(mails | given), frozenset(named | given))

    def wrote(self, email: str, author: str) -> bool:
        """Whether a commit with that author is the person's."""
        return email.strip().casefold() in self.emails or author.strip().casefold() in self.names


def once_each(commits: Iterable[tuple[Commit, Work]]) -> list[Work]:
    """Each commit once, oldest first. Of several the one that was committed last stands."""
    newest: dict[UUID, tuple[Commit, Work]] = {}
    for commit, work in commits:
        known = newest.get(work.log_id)
        if known is None or commit.committed_s > known[0].committed_s:
            newest[work.log_id] = commit, work
    return sorted((work for _, work in newest.values()), key=lambda work: work.timestamp)


def beside(entries: Sequence[Entry], work: Sequence[Work]) -> list[Entry]:
    """Entries and work together, oldest first. What the git hook logged is there already."""
    logged = {entry.log_id for entry in entries}
    new = [each for each in work if each.log_id not in logged]
    return sorted([*entries, *new], key=lambda entry: entry.timestamp) if new else list(entries)
