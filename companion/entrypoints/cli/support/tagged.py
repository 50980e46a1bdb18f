"""`--tag`: which entries it chooses, and what is said where there are none."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from companion.entrypoints.run import run
from companion.entrypoints.terminal import note, visible
from companion.errors import UsageError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.entry import Wanted
    from companion.settings import PersonSettings


def tag_option[F: Callable[..., object]](command: F) -> F:
    """`--tag TAG`, as the argument `tag`, which has no `#`."""
    return click.option(
        "--tag", metavar="TAG", callback=_checked, help="Only entries with #TAG in their text."
    )(command)


def _checked(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    from companion.domain.tags import is_tag

    if value is None:
        return None
    tag = value.removeprefix("#")
    if not is_tag(tag):
        raise UsageError(texts.NOT_A_TAG.format(text=value))
    return tag


def wanted_entries(tag: str | None) -> "Wanted":
    """The entries with that tag, or all."""
    from companion.domain.entry import every_entry
    from companion.domain.tags import tagged

    return tagged(tag) if tag else every_entry


def note_no_entries(settings: "PersonSettings", tag: str | None, *, whenever: bool = False) -> None:
    """Say that nothing was found; of a tag also the last use, or the nearest one there is.
    `whenever`: in no period at all."""
    nothing = texts.NO_ENTRIES_YET if whenever else texts.NO_ENTRIES
    note(run(_no_entries_with(settings, tag)) if tag else nothing)


async def _no_entries_with(settings: "PersonSettings", tag: str) -> str:
    from companion.bootstrap import open_existing, terminal_zone
    from companion.domain.calendar import BEGINNING, END
    from companion.domain.day_names import day_name
    from companion.usecases.tags import count_tags

    async with open_existing(settings) as store:
        counter = await count_tags(store, settings.user_id, BEGINNING, END)
    if use := counter.find(tag):
        day = use.last.local_day(terminal_zone(settings), settings.companion_day_start)
        return texts.TAG_ELSEWHERE.format(tag=visible(use.tag), day=day_name(day))
    nearest = counter.nearest(tag)
    hint = texts.NEAREST_TAG.format(tag=visible(nearest)) if nearest else texts.TAGS_HINT
    return f"{texts.UNKNOWN_TAG.format(tag=tag)} {hint}"
