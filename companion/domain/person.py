"""Who is who in a Slack workspace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

LOCAL_USER = "local"
"""Whose entries on this machine are, as long as no Slack ID is set: not a member ID."""

TIME_ZONE, DAY_START, RHYTHM = "time_zone", "day_start", "rhythm"
"""The names of the preferences that the daemon writes, for programs that cannot ask Slack."""


@dataclass(frozen=True, slots=True)
class PersonTime:
    """Where somebody is, and when their days begin. `is_known` is False where the zone is UTC
    because nobody knows a better one."""

    zone: ZoneInfo
    day_start: time = time()
    is_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BotIdentity:
    """Whose a bot token is."""

    team_id: str
    team: str
    user_id: str
    name: str
    bot_id: str
    scopes: frozenset[str] | None
    """None where Slack did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of the workspace."""

    user_id: str
    handle: str
    names: frozenset[str]
    time_zone: str

    def __str__(self) -> str:
        others = " / ".join(sorted(self.names - {self.handle}))
        return f"{others or self.handle} (@{self.handle}, {self.user_id})"


def matching(everybody: Collection[Person], wanted: str) -> list[Person]:
    """The people whose member ID, handle or name is `wanted`; if there are none, those whose
    member ID, handle or name contains it."""
    wanted = wanted.strip().removeprefix("@").casefold()

    def names(person: Person) -> set[str]:
        return {name.casefold() for name in (person.user_id, person.handle, *person.names) if name}

    exact = [person for person in everybody if wanted in names(person)]
    return exact or [
        person for person in everybody if any(wanted in name for name in names(person))
    ]
