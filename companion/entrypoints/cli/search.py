"""`companion search`: find entries by their words."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.options import WholeNumber, example, format_option
from companion.entrypoints.cli.support.query import QueryCommand, read_query
from companion.entrypoints.cli.support.settings import note_local_entries, person_settings
from companion.entrypoints.cli.support.tagged import tag_option
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note, visible, working
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.search import Query
    from companion.ports import LogStore
    from companion.settings import PersonSettings
    from companion.usecases.search import Found


@click.command(
    cls=QueryCommand,
    epilog=example(
        "companion search retry loop",
        'companion search "retry loop" -billing',
        "companion search tag:deploy --since 'last month'",
        "companion search deploy --format json | jq -r '.[].text'",
    ),
)
@click.argument("words", metavar="WORD...", nargs=-1)
@click.option("--not", "excluded", multiple=True, metavar="WORD", help="Leave out entries with it.")
@tag_option
@click.option("--since", metavar="MOMENT", help="Entries from then on.  [default: all]")
@click.option("--until", metavar="MOMENT", help="Entries up to then, a day included.")
@click.option(
    "-n",
    "--newest",
    type=WholeNumber(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="The newest N of them.",
)
@click.option("--ids", is_flag=True, help="Show the ids, for `companion edit` and `delete`.")
@format_option
def search(
    words: tuple[str, ...],
    excluded: tuple[str, ...],
    tag: str | None,
    since: str | None,
    until: str | None,
    newest: int,
    ids: bool,
    output: str,
) -> None:
    """Find entries that have all of the words, newest first.

    A word is found from its start, without regard to case and accents: retr finds Retrying.
    Chinese, Japanese and Korean are found anywhere. Words in quotes are found one after the
    other, as they are. -word, like --not, leaves out entries that have it. tag:deploy, like
    --tag, finds #deploy.
    """
    settings = person_settings()
    query = read_query(words, excluded, tag)

    from companion.bootstrap import SystemClock, open_existing, terminal_zone
    from companion.domain.calendar import BEGINNING, END
    from companion.entrypoints.cli.support.moments import MomentReader
    from companion.entrypoints.cli.support.view import show_entries, show_entries_as_json
    from companion.usecases.search import search_entries

    now, zone, day_start = (
        SystemClock().now(),
        terminal_zone(settings),
        settings.companion_day_start,
    )
    first, last = MomentReader(now, zone, day_start).period(since, until, BEGINNING, END)

    async def find() -> "tuple[Found, str]":
        user_id = settings.user_id
        async with open_existing(settings) as store:
            found = await search_entries(store, user_id, query, first, last, newest)
            return found, "" if found.entries else await _hint(store, settings, query, now)

    with working(texts.SEARCHING):
        found, hint = run(find())
    if output == "json":
        show_entries_as_json(found.entries, zone, day_start)
    else:
        show_entries(found.entries, zone, day_start, ids=ids, marks=query.found_in)
    if not found.entries:
        note(f"{texts.NOTHING_FOUND} {hint}".rstrip())
    elif found.has_more:
        note(texts.MORE_FOUND.format(count=10 * newest))
    note_local_entries(settings)


async def _hint(
    store: "LogStore", settings: "PersonSettings", query: "Query", now: datetime
) -> str:
    """What may help where nothing was found."""
    from companion.bootstrap import terminal_zone
    from companion.domain.day_names import day_name
    from companion.usecases.search import near_words, newest_match

    if entry := await newest_match(store, settings.user_id, query):
        day = entry.local_day(terminal_zone(settings), settings.companion_day_start)
        return texts.FOUND_ELSEWHERE.format(day=day_name(day))
    near = await near_words(store, settings.user_id, query, now)
    return texts.NEAR_WORDS.format(words=visible(", ".join(near))) if near else ""
