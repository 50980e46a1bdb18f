"""Each line of a model's answer names the entries that it rests on, and is checked against them.

What is promised is exactly what is checked: a line has no ticket, number, path, address, code or
mention that stands in none of its entries, and no line comes without entries. That the prose
between them is true is not proven.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from companion.domain.day_names import day_name
from companion.domain.entry import Entry
from companion.domain.summaries.evidence import Sources


@dataclass(frozen=True, slots=True)
class Bullet:
    """One line of an answer: its words in Markdown, and the entries that it names."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of the lines of an answer."""

    supported: tuple[Bullet, ...]
    refused: tuple[Bullet, ...]

    @property
    def names_no_entries(self) -> bool:
        """Whether the model did not do what it was asked at all."""
        return not any(bullet.numbers for bullet in (*self.supported, *self.refused))


_MARKER = re.compile(r"^\s{0,8}(?:[-*+•]|\d{1,3}[.)])\s+")
# A heading, a line that announces what follows, a rule or a fence: no line of a summary.
_FRAME = re.compile(r"#{1,6}\s.*|[^-*+•\d].{0,200}:|[-=*_]{3,}|(?:`{3,}|~{3,}).{0,20}")
_DEFINITION = re.compile(r"[^\w\[]*+\[[^\]\n]+\]:")
_NUMBERS = re.compile(r"(?<!\s)\s*+((?:\[[\d\s,;–-]+\][,;\s]*)+)[.\s]*$")
_RANGE = re.compile(r"(\d{1,6})(?:\s*[–-]\s*(\d{1,6}))?")
MAX_RANGE = 200
"""More entries than this in one `[1-900]` is a model that names everything."""


def read_bullets(answer: str) -> list[Bullet]:
    """The lines of an answer. What stands outside of bullets is a line without entries."""
    lines: list[str] = []
    for line in answer.splitlines():
        if not line.strip() or _FRAME.fullmatch(line.strip()):
            continue
        if _MARKER.match(line) or not lines or not line.startswith((" ", "\t")):
            lines.append(line.strip())
        else:
            lines[-1] += f" {line.strip()}"  # a bullet that goes on
    return [_bullet(line) for line in lines]


def _bullet(line: str) -> Bullet:
    words = _MARKER.sub("", line, count=1)
    match = _NUMBERS.search(words)
    if match is None:
        return Bullet(words.strip(), ())
    numbers: list[int] = []
    for first, last in _RANGE.findall(match[1]):
        end = int(last) if last else int(first)
        numbers += range(int(first), min(end, int(first) + MAX_RANGE) + 1)
    return Bullet(words[: match.start()].rstrip(), tuple(dict.fromkeys(numbers)))


def check(
    bullets: Sequence[Bullet],
    entries: Mapping[int, Entry],
    zone: ZoneInfo,
    day_start: time = time(),
) -> Checked:
    """Which lines rest on the entries that they name, wholly as far as it can be checked."""
    supported: list[Bullet] = []
    refused: list[Bullet] = []
    for bullet in bullets:
        (supported if _rests(bullet, entries, zone, day_start) else refused).append(bullet)
    return Checked(tuple(supported), tuple(refused))


def _rests(bullet: Bullet, entries: Mapping[int, Entry], zone: ZoneInfo, day_start: time) -> bool:
    if not bullet.numbers or not _says_something(bullet.text):
        return False
    if any(number not in entries for number in bullet.numbers):
        return False
    named = [entries[number] for number in bullet.numbers]
    sources = Sources(
        [
            each
            for entry in named
            for each in (entry.text, *entry.names, *_moments(entry, zone, day_start))
        ]
    )
    return not sources.unsupported(bullet.text)


def _says_something(text: str) -> bool:
    """Whether it is words: marks alone, a fence of code, and the address of a link elsewhere
    change how other lines look."""
    if text.startswith(("```", "~~~")) or _DEFINITION.match(text):
        return False
    return any(map(str.isalnum, text))


def _moments(entry: Entry, zone: ZoneInfo, day_start: time) -> tuple[str, ...]:
    """How its day and time may be named: as they are given to the model."""
    local = entry.local_time(zone)
    day = day_name(entry.local_day(zone, day_start))
    return day, f"{local:%H:%M}", f"{local.hour}:{local:%M}"
