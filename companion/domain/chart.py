"""The picture of statistics, as boxes and words on a plane, and its alt text.

Nothing here knows how a picture is drawn. The unit is a pixel of a phone's screen at half size.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from unicodedata import east_asian_width

from companion.domain.day_names import weekday_name
from companion.domain.statistics import Statistics, duration_text

WIDTH = 720
_MARGIN, _LEFT, _CELL, _ROW = 24, 84, 25, 34
_HEADING, _TEXT, _SMALL = 28, 21, 18
_BAR_HEIGHT, _TAG_WIDTH, _TAG_COLUMNS, _MOST_TAGS = 84, 260, 20, 6
WEEK = tuple(date(2024, 1, day) for day in range(1, 8))
"""The days of a week that begins with a Monday."""
LEVELS = 4

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1b2027",
    "faint": "#56606c",
    "asked": "#c3ccd8",
    "level0": "#e9edf3",
    "level1": "#b5cdf0",
    "level2": "#74a3e3",
    "level3": "#3873c5",
    "level4": "#17468f",
}
DARK = {
    "paper": "#0f141b",
    "ink": "#e8edf4",
    "faint": "#9aa7b6",
    "asked": "#445063",
    "level0": "#1d2530",
    "level1": "#21406d",
    "level2": "#2f66ad",
    "level3": "#5a97e6",
    "level4": "#a9ceff",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; `colour` is like `#1b2027`."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text with its baseline at `y`. It begins at `x`, or ends there if `to_right`."""

    x: float
    y: float
    size: int
    colour: str
    text: str
    to_right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What to draw, and what stands for it where it cannot be seen."""

    width: int
    height: int
    title: str
    alt_text: str
    paper: str
    shapes: tuple[Box | Words, ...]


def draw_statistics(statistics: Statistics, *, dark: bool = False) -> Picture:
    """The picture: the heatmap, the prompts by hour, and the tags."""
    colours = DARK if dark else LIGHT
    shapes: list[Box | Words] = [*_head(statistics, colours)]
    shapes += _heatmap(statistics, 132, colours)
    y = 132 + 8 * _ROW + 46
    if statistics.prompts.asked:
        shapes += _prompts(statistics, y, colours)
        y += _BAR_HEIGHT + 92
    if statistics.tags:
        shapes += _tags(statistics, y, colours)
        y += (min(len(statistics.tags), _MOST_TAGS) + 1) * _ROW + 20
    return Picture(
        width=WIDTH,
        height=y - 20,
        title=period_text(statistics),
        alt_text=alt_text(statistics),
        paper=colours["paper"],
        shapes=tuple(shapes),
    )


def period_text(statistics: Statistics) -> str:
    """`2026-10-27 to 2026-11-25`; one day alone is named once."""
    first, last = statistics.first_day, statistics.last_day
    return f"{first}" if first == last else f"{first} to {last}"


def entries_text(statistics: Statistics) -> str:
    return f"{statistics.entries:,} {'entry' if statistics.entries == 1 else 'entries'}"


def prompts_text(statistics: Statistics) -> str:
    """`40 prompts asked, 33 answered, 2 missed`."""
    prompts = statistics.prompts
    noun = "prompt" if prompts.asked == 1 else "prompts"
    return (
        f"{prompts.asked:,} {noun} asked, {prompts.answered:,} answered, {prompts.missed:,} missed"
    )


def alt_text(statistics: Statistics) -> str:
    """What the picture shows, in sentences."""
    said = [f"{entries_text(statistics)}, {period_text(statistics)}."]
    if statistics.by_hour:
        (weekday, hour), most = max(statistics.by_hour.items(), key=lambda item: item[1])
        day = weekday_name(WEEK[weekday])
        said.append(f"Most were written on {day} between {hour}:00 and {hour + 1}:00 ({most:,}).")
    said.append(f"{prompts_text(statistics)}.")
    if (to_answer := statistics.prompts.to_answer) is not None:
        said.append(f"The median time to an answer is {duration_text(to_answer)}.")
    if statistics.tags:
        listed = [f"#{each.tag} ({each.entries:,})" for each in statistics.tags[:_MOST_TAGS]]
        more = len(statistics.tags) - len(listed)
        said.append(f"Tags: {', '.join(listed)}{f' and {more:,} more' if more else ''}.")
    return " ".join(said)


def level(count: int, most: int) -> int:
    """How dark a count is in the heatmap: 0 for nothing, `LEVELS` for the most."""
    return ceil(LEVELS * count / most) if count else 0


def _head(statistics: Statistics, colours: Mapping[str, str]) -> Iterator[Words]:
    to_answer = statistics.prompts.to_answer
    half = f", median {duration_text(to_answer)}" if to_answer is not None else ""
    first = f"{entries_text(statistics)}, {period_text(statistics)}"
    yield Words(_MARGIN, 50, _HEADING, colours["ink"], first)
    second = f"{prompts_text(statistics)}{half}"
    yield Words(_MARGIN, 86, _TEXT, colours["faint"], second)


def _heatmap(statistics: Statistics, y: int, colours: Mapping[str, str]) -> Iterator[Box | Words]:
    most = max(statistics.by_hour.values(), default=0)
    for weekday, day in enumerate(WEEK):
        top = y + weekday * _ROW
        yield Words(_MARGIN, top + 24, _TEXT, colours["ink"], weekday_name(day)[:3])
        for column, hour in enumerate(statistics.hours):
            shade = level(statistics.by_hour.get((weekday, hour), 0), most)
            x = _LEFT + column * _CELL
            yield Box(x, top, _CELL - 2, _ROW - 3, colours[f"level{shade}"])
    yield from _hour_labels(statistics, y + 7 * _ROW + 20, colours)
    if most:
        text = (
            f"darkest: {most:,} in an hour"
            if colours is LIGHT
            else f"lightest: {most:,} in an hour"
        )
        yield Words(_LEFT + 24 * _CELL, y - 12, _SMALL, colours["faint"], text, to_right=True)
    yield Words(_LEFT, y - 12, _SMALL, colours["faint"], "Entries by weekday and hour")


def _hour_labels(statistics: Statistics, y: int, colours: Mapping[str, str]) -> Iterator[Words]:
    for column, hour in enumerate(statistics.hours):
        if column % 3 == 0:
            x = _LEFT + column * _CELL
            yield Words(x, y, _SMALL, colours["faint"], f"{hour:02}")


def _prompts(statistics: Statistics, y: int, colours: Mapping[str, str]) -> Iterator[Box | Words]:
    prompts = statistics.prompts
    most = max(prompts.asked_at.values())
    text = "Prompts by hour: asked, and of these answered"
    yield Words(_LEFT, y, _SMALL, colours["faint"], text)
    bottom = y + 16 + _BAR_HEIGHT
    for column, hour in enumerate(statistics.hours):
        for counts, colour in ((prompts.asked_at, "asked"), (prompts.answered_at, "level3")):
            if count := counts.get(hour, 0):
                height = _BAR_HEIGHT * count / most
                x = _LEFT + column * _CELL
                yield Box(x, bottom - height, _CELL - 2, height, colours[colour])
    yield Box(_LEFT, bottom, 24 * _CELL - 2, 2, colours["faint"])
    yield from _hour_labels(statistics, bottom + 24, colours)


def _tags(statistics: Statistics, y: int, colours: Mapping[str, str]) -> Iterator[Box | Words]:
    shown = statistics.tags[:_MOST_TAGS]
    more = len(statistics.tags) - len(shown)
    text = f"Tags (and {more:,} more)" if more else "Tags"
    yield Words(_MARGIN, y, _SMALL, colours["faint"], text)
    widest = WIDTH - _MARGIN - _TAG_WIDTH - 70
    for row, each in enumerate(shown):
        base = y + 34 + row * _ROW
        name = f"#{each.tag}"
        yield Words(_MARGIN, base, _TEXT, colours["ink"], _shortened(name))
        width = widest * each.entries / shown[0].entries
        yield Box(_TAG_WIDTH, base - 18, width, 22, colours["level3"])
        yield Words(_TAG_WIDTH + width + 10, base, _TEXT, colours["ink"], f"{each.entries:,}")


def _shortened(name: str) -> str:
    """The name, or as much of it as there is room for."""
    if columns(name) <= _TAG_COLUMNS:
        return name
    while columns(name) >= _TAG_COLUMNS:
        name = name[:-1]
    return f"{name}…"


def columns(text: str) -> int:
    """How wide a text is; Chinese, Japanese and Korean letters are two columns wide."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
