"""`companion import`: store entries from a file."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain, counted, note
from companion.errors import UsageError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.entry import Entry
    from companion.domain.records import Read

FORMATS = ("jsonl", "json", "jrnl", "text")
HEAD = 2**20
"""How many bytes of a file are looked at to recognise its format."""
SHOWN = 10
"""How many unreadable lines are named one by one."""


@click.command(
    "import",
    epilog=example(
        "companion import backup.jsonl",
        "jrnl --export json | companion import -",
        "companion import --dry-run notes.txt",
    ),
)
@click.argument("file")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="The format of FILE.  [default: recognised by its content]",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, store nothing.")
def import_command(file: str, form: str | None, dry_run: bool) -> None:
    """Store the entries of FILE; `-` is standard input.

    It reads what `companion export --format jsonl` and `companion entries --format json` write,
    jrnl's JSON, and text: lines like "2026-11-20 14:05 fixed it", or a line with a day and an
    entry on each line below it. Times are in your time zone.

    You can repeat it: entries that are stored already do not change. If a line cannot be read,
    it is named and nothing is stored.
    """
    settings = settings_for("slack_user_id")

    from companion.bootstrap import open_store, terminal_zone
    from companion.entrypoints.cli.support.progress import progress
    from companion.usecases.archive import import_entries

    user_id, zone = settings.slack_user_id or "", terminal_zone(settings)
    with _opened(file) as content:
        kind = form or _kind(content)
        with progress(texts.READING) as advance:
            count, described = _check(_read(kind, content, user_id, zone), zone, advance)
        if not count:
            note(texts.NOTHING_TO_IMPORT.format(form=kind))
        elif dry_run:
            click.echo(texts.DRY_RUN.format(entries=described, form=kind))
        else:

            async def store_them() -> int:
                with progress(texts.STORING, count) as advance:
                    async with open_store(settings) as store:
                        entries = _entries(_read(kind, content, user_id, zone))
                        return await import_entries(store, entries, advance)

            new = run(store_them())
            message = texts.IMPORTED_AGAIN if new < count else texts.IMPORTED
            click.echo(message.format(entries=described, new=new, old=count - new))


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    """Open a file that can be read several times; standard input is copied to a nameless file."""
    if file == "-":
        with tempfile.TemporaryFile() as aside:
            shutil.copyfileobj(sys.stdin.buffer, aside)
            yield aside
    else:
        try:
            content = Path(file).open("rb")  # noqa: SIM115 -- only errors of `open` are meant
        except OSError as error:
            raise UsageError(texts.CANNOT_READ.format(file=file, reason=error.strerror)) from error
        with content:
            yield content


def _kind(content: IO[bytes]) -> str:
    """Recognise the format of a file."""
    content.seek(0)
    head = content.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] == b"[" and head[1:].lstrip()[:1] in (b"{", b"]"):
        return "json"
    if head[:1] != b"{":
        return "text"
    try:
        return "jrnl" if "entries" in json.loads(head.partition(b"\n")[0]) else "jsonl"
    except ValueError:
        # An object over several lines, or one very long line: its first names tell.
        return "jsonl" if b'"timestamp"' in head[:100] else "jrnl"


def _read(kind: str, content: IO[bytes], user_id: str, zone: ZoneInfo) -> "Iterator[Read]":
    """Read a file, in its order."""
    from companion.domain import records

    content.seek(0)
    match kind:
        case "jsonl":
            return records.read_json_lines(_lines(content), user_id)
        case "text":
            return records.read_text(_lines(content), user_id, zone)
        case "jrnl":
            elements = _elements(content, "entries.item")
            return records.read_all(elements, lambda one: records.read_jrnl(one, user_id, zone))
        case _:
            elements = _elements(content, "item")
            return records.read_all(elements, lambda one: records.read_record(one, user_id))


def _lines(content: IO[bytes]) -> Iterator[str]:
    for number, line in enumerate(content, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise UsageError(texts.LINE_IS_NOT_UTF8.format(number=number)) from None


def _elements(content: IO[bytes], prefix: str) -> Iterator[object]:
    """The elements of a list in a JSON document of any length."""
    import ijson

    if content.read(3) != b"\xef\xbb\xbf":
        content.seek(0)
    try:
        yield from ijson.items(content, prefix)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise UsageError(texts.INCOMPLETE_JSON.format(kind=type(error).__name__)) from None


def _check(
    found: "Iterator[Read]", zone: ZoneInfo, advance: Callable[[int], object]
) -> tuple[int, str]:
    """Read everything once; how many entries there are, and a phrase with their days.

    Failed if lines cannot be read; the first ones are named.
    """
    from companion.domain.entry import Entry

    count, bad = 0, 0
    first = last = None
    for one in found:
        if isinstance(one, Entry):
            count += 1
            first = min(first or one.timestamp, one.timestamp)
            last = max(last or one.timestamp, one.timestamp)
            advance(1)
            continue
        bad += 1
        if bad <= SHOWN:
            complain(texts.BAD_LINE.format(number=one.number, problem=one.problem))
    if bad:
        more = texts.MORE_BAD_LINES.format(number=bad - SHOWN) if bad > SHOWN else ""
        raise Failed(texts.BAD_LINES + more)
    if not first or not last:
        return 0, ""
    days = sorted({f"{moment.astimezone(zone):%Y-%m-%d}" for moment in (first, last)})
    entries = counted(count, "entry", "entries")
    return count, texts.ENTRIES_OF_DAYS.format(entries=entries, days=" to ".join(days))


def _entries(found: "Iterator[Read]") -> "Iterator[Entry]":
    from companion.domain.entry import Entry

    return (one for one in found if isinstance(one, Entry))
