"""How the tests of formats read: the whole file twice, as an import does."""

from collections.abc import Callable, Iterable, Iterator
from datetime import time
from zoneinfo import ZoneInfo

from companion.domain.formats.found import EntryMaker, Found, Read
from companion.domain.formats.text import read_text

BERLIN = ZoneInfo("Europe/Berlin")


def maker(zone: ZoneInfo = BERLIN, day_start: time = time()) -> EntryMaker:
    return EntryMaker(user_id="U1", zone=zone, day_start=day_start)


def twice(read: Callable[[EntryMaker], Iterable[Read]], by: EntryMaker | None = None) -> list[Read]:
    """What the second reading finds, which counts what is repeated."""
    by = by or maker()
    for _ in read(by):
        pass
    by.occurrences.rewind()
    return list(read(by))


def text(content: str, zone: ZoneInfo = BERLIN, day_start: time = time()) -> list[Read]:
    return twice(lambda by: read_text(content.split("\n"), by), maker(zone, day_start))


def told(found: Iterable[Read]) -> list[tuple[str, str]]:
    """Local times and texts; a problem with its line."""
    return list(_told(found))


def _told(found: Iterable[Read]) -> Iterator[tuple[str, str]]:
    for each in found:
        if isinstance(each, Found):
            local = each.entry.local_time(BERLIN)
            yield f"{local:%Y-%m-%d %H:%M}", each.entry.text
        else:
            yield f"{each.unit} {each.number}", each.problem
