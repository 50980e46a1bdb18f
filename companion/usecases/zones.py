"""The user's time zone: the one in the settings, else the Slack profile's, which travels along."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from companion.errors import MessengerError
from companion.ports import Clock, Messenger

MAX_ZONE_AGE = timedelta(minutes=15)
"""How long a zone is used before Slack is asked again."""


class Zones:
    """The user's zone. `zone` is the last one seen, with no request; None at first."""

    def __init__(self, configured: ZoneInfo | None, messenger: Messenger, clock: Clock) -> None:
        self._configured = configured
        self._messenger = messenger
        self._clock = clock
        self.zone = configured
        self._asked_at: datetime | None = None

    @property
    def known(self) -> str | None:
        """The name of the zone, where it is known."""
        return self.zone.key if self.zone else None

    async def current(self) -> ZoneInfo:
        """The zone now. Slack is asked every quarter of an hour; while it does not answer, the
        last zone is used. Raises MessengerError if there was none yet."""
        if self._configured:
            return self._configured
        now = self._clock.now()
        if self.zone and self._asked_at and timedelta() <= now - self._asked_at < MAX_ZONE_AGE:
            return self.zone
        try:
            self.zone = ZoneInfo(await self._messenger.time_zone())
            self._asked_at = now
        except MessengerError:
            if self.zone is None:
                raise
        except (KeyError, ValueError, OSError):  # this machine does not know the zone
            self.zone = self.zone or ZoneInfo("UTC")
            self._asked_at = now
        return self.zone
