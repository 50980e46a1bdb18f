"""Stand-ins at the ports, written once."""

from datetime import datetime, timedelta

from companion.domain.chart import Picture
from companion.errors import DrawingError


class FakeClock:
    """A Clock that stands still until it is told to move."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by

    def set(self, now: datetime) -> None:
        self._now = now


class FakePainter:
    """A Painter that draws nothing, and at once; or cannot."""

    def __init__(self, *, works: bool = True) -> None:
        self._works = works

    async def draw(self, picture: Picture, form: str) -> bytes:
        if not self._works:
            raise DrawingError(form, "no paint")
        return b"\x89PNG"
