"""Where people are and how their days go: written by the daemon, read by the web app."""

from dataclasses import dataclass, field, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from companion.domain.calendar import DEFAULT_RHYTHM, Rhythm, local_day, parse_time
from companion.domain.person import DAY_START, RHYTHM, TIME_ZONE, PersonTime
from companion.ports import Clock, LogStore
from companion.usecases.zones import Zones


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of somebody. `has_daemon`: a daemon writes to that person."""

    time: PersonTime
    rhythm: Rhythm
    has_daemon: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTimes:
    """What the store knows of each person; for others `zone`, `day_start` and `rhythm` hold."""

    store: LogStore
    zone: ZoneInfo | None
    day_start: time
    rhythm: Rhythm = DEFAULT_RHYTHM

    async def look(self, user_id: str) -> Known:
        """All of it. Raises StoreError."""
        from companion.domain.rhythm import read_rhythm

        preferences = await self.store.fetch_preferences(user_id)
        zone = _zone(preferences.get(TIME_ZONE, "")) or self.zone
        day_start = _day_start(preferences.get(DAY_START, ""), self.day_start)
        shared = preferences.get(RHYTHM, "")
        rhythm = read_rhythm(shared, self.rhythm) if shared else self.rhythm
        return Known(
            time=PersonTime(zone or ZoneInfo("UTC"), day_start, is_known=zone is not None),
            rhythm=replace(rhythm, day_start=day_start),
            has_daemon=TIME_ZONE in preferences,
        )

    async def of(self, user_id: str) -> PersonTime:
        """Where they are, and when their days begin. Raises StoreError."""
        return (await self.look(user_id)).time


@dataclass(slots=True, kw_only=True)
class ShareTimes:
    """Writes one person's zone, day start and rhythm into the store: at first, and when they
    change."""

    user_id: str
    store: LogStore
    zones: Zones
    clock: Clock
    rhythm: Rhythm
    _written: dict[str, str] = field(default_factory=dict)
    _day: date | None = None

    async def __call__(self) -> None:
        """Safe to call at any time. Raises StoreError, MessengerError."""
        zone = await self.zones.current()
        await self._share(TIME_ZONE, zone.key)
        today = local_day(self.clock.now(), zone, self.rhythm.day_start)
        if today == self._day:
            return
        from companion.domain.rhythm import rhythm_to_json

        await self._share(DAY_START, f"{self.rhythm.day_start:%H:%M}")
        await self._share(RHYTHM, rhythm_to_json(self.rhythm, today))
        self._day = today

    async def _share(self, name: str, text: str) -> None:
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
