"""The database's table: who uses it, and what was done to it."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """One of our programs, each with no more permissions than it needs."""

    WEBHOOK = "webhook"
    """`/log` over HTTP."""
    DAEMON = "daemon"
    """The direct message, and daily use of the terminal."""
    ADMIN = "admin"
    """`companion table`, `copy` and `erase`, and all the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChanges:
    """What was done to the table, and what differs and was left as it is."""

    done: list[str]
    differs: list[str]
