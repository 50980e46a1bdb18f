"""Where people are and when their days begin: written by the daemon, read by the web app."""

from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo

from companion.domain.calendar import parse_time
from companion.domain.person import DAY_START, TIME_ZONE, PersonTime
from companion.ports import LogStore
from companion.usecases.zones import Zones


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTimes:
    """What the store knows of each person; for others `zone` and `day_start` hold."""

    store: LogStore
    zone: ZoneInfo | None
    day_start: time

    async def of(self, user_id: str) -> tuple[PersonTime, bool]:
        """Theirs, and whether a daemon writes to that person. Raises StoreError."""
        preferences = await self.store.fetch_preferences(user_id)
        zone = _zone(preferences.get(TIME_ZONE, "")) or self.zone
        day_start = _day_start(preferences.get(DAY_START, ""), self.day_start)
        here = PersonTime(zone or ZoneInfo("UTC"), day_start, is_known=zone is not None)
        return here, TIME_ZONE in preferences


@dataclass(slots=True, kw_only=True)
class ShareTimes:
    """Writes one person's zone and day start into the store: at first, and when they change."""

    user_id: str
    store: LogStore
    zones: Zones
    day_start: time
    _written: dict[str, str] = field(default_factory=dict)

    async def __call__(self) -> None:
        """Safe to call at any time. Raises StoreError, MessengerError."""
        zone = await self.zones.current()
        for name, text in ((TIME_ZONE, zone.key), (DAY_START, f"{self.day_start:%H:%M}")):
            if self._written.get(name) != text:
                await self.store.save_preference(self.user_id, name, text)
                self._written[name] = text


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # this machine does not know the zone
        return None


def _day_start(text: str, otherwise: time) -> time:
    try:
        return parse_time(text) if text else otherwise
    except ValueError:
        return otherwise
