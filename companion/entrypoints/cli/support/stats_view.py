"""How statistics are shown: with shades that need no colour, or as JSON."""

from collections.abc import Iterator

from companion.domain.chart import (
    LEVELS,
    WEEK,
    columns,
    entries_text,
    level,
    period_text,
    prompts_text,
)
from companion.domain.day_names import weekday_name
from companion.domain.statistics import Statistics, duration_text
from companion.entrypoints.terminal import counted, on_terminal, show, show_json, visible

_SHADES = ("··", "░░", "▒▒", "▓▓", "██")
_STYLES = ("dim", "blue", "blue", "bright_blue", "bright_blue")
_MOST_TAGS = 10
_BAR = 20

type Part = tuple[str, str]  # a text, and its style on a terminal


def show_stats(statistics: Statistics) -> None:
    """On a terminal in colours (unless NO_COLOR), in a pipe without."""
    lines = list(_lines(statistics))
    if not on_terminal():
        show("\n".join("".join(text for text, _ in line).rstrip() for line in lines))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        console.print(Text.assemble(*((visible(text), style) for text, style in line)))


def _lines(statistics: Statistics) -> Iterator[list[Part]]:
    yield [(f"{entries_text(statistics)}, {period_text(statistics)}", "bold")]
    if statistics.by_hour:
        yield []
        yield from _heatmap(statistics)
    if statistics.tags:
        yield []
        yield from _tags(statistics)
    yield []
    yield from _prompts(statistics)


def _heatmap(statistics: Statistics) -> Iterator[list[Part]]:
    """A row for each weekday, two columns for each hour."""
    most = max(statistics.by_hour.values())
    yield _hour_labels(statistics)
    for weekday, day in enumerate(WEEK):
        counts = [statistics.by_hour.get((weekday, hour), 0) for hour in statistics.hours]
        shades = [level(count, most) for count in counts]
        total = sum(counts)
        yield [
            (f"{weekday_name(day)[:3]}  ", ""),
            *((_SHADES[shade], _STYLES[shade]) for shade in shades),
            (f"  {total:,}" if total else "", ""),
        ]
    yield [(f"     {_SHADES[0]} none   {_SHADES[LEVELS]} up to {most:,} an hour", "dim")]


def _hour_labels(statistics: Statistics) -> list[Part]:
    every_third = [f"{hour:02}" for hour in statistics.hours][::3]
    return [("     " + "".join(f"{hour:6}" for hour in every_third).rstrip(), "dim")]


def _tags(statistics: Statistics) -> Iterator[list[Part]]:
    shown = statistics.tags[:_MOST_TAGS]
    width = max(columns(each.tag) for each in shown) + 1
    yield [("Tags", "bold")]
    for each in shown:
        bar = "█" * max(1, round(_BAR * each.entries / shown[0].entries))
        space = " " * (width - columns(each.tag) + 1)
        yield [(f"  #{each.tag}{space}", ""), (bar, "blue"), (f" {each.entries:,}", "")]
    if more := len(statistics.tags) - len(shown):
        yield [(f"  and {counted(more, 'more tag', 'more tags')}", "dim")]


def _prompts(statistics: Statistics) -> Iterator[list[Part]]:
    prompts = statistics.prompts
    skipped = f", {prompts.skipped:,} skipped" if prompts.skipped else ""
    yield [(f"{prompts_text(statistics)}{skipped}", "bold")]
    if prompts.to_answer is not None:
        yield [(f"  the median time to an answer is {duration_text(prompts.to_answer)}", "")]
    for hour in statistics.hours:
        if asked := prompts.asked_at.get(hour, 0):
            answered = prompts.answered_at.get(hour, 0)
            full = round(_BAR * answered / asked)
            bar = f"{'█' * full}{'░' * (_BAR - full)}"
            yield [(f"  {hour:02}:00  ", ""), (bar, "blue"), (f"  {answered} of {asked}", "")]


def show_stats_as_json(statistics: Statistics) -> None:
    prompts = statistics.prompts
    show_json(
        {
            "first_day": statistics.first_day.isoformat(),
            "last_day": statistics.last_day.isoformat(),
            "entries": statistics.entries,
            "later_than_now": statistics.later,
            "by_day": [
                {"day": day.isoformat(), "entries": count}
                for day, count in statistics.by_day.items()
            ],
            "by_hour": [
                {"weekday": weekday_name(WEEK[weekday]), "hour": hour, "entries": count}
                for (weekday, hour), count in statistics.by_hour.items()
            ],
            "tags": [{"tag": each.tag, "entries": each.entries} for each in statistics.tags],
            "prompts": {
                "asked": prompts.asked,
                "answered": prompts.answered,
                "missed": prompts.missed,
                "skipped": prompts.skipped,
                "median_seconds_to_answer": (
                    prompts.to_answer.total_seconds() if prompts.to_answer is not None else None
                ),
                "by_hour": [
                    {
                        "hour": hour,
                        "asked": asked,
                        "answered": prompts.answered_at.get(hour, 0),
                    }
                    for hour, asked in sorted(prompts.asked_at.items())
                ],
            },
        }
    )
