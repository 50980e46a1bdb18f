"""`companion import`: what was written down elsewhere, or before."""

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

if TYPE_CHECKING:
    from companion.domain.entry import Entry
    from companion.domain.records import Read

FORMATS = ("jsonl", "json", "jrnl", "text")
HEAD = 2**20
"""So much of a file is looked at to see what it is."""
SHOWN = 10
"""So many lines that cannot be read are named one by one."""


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
    help="What FILE is.  [default: as it looks]",
)
@click.option("--dry-run", is_flag=True, help="Read everything, say what it is, store nothing.")
def import_command(file: str, form: str | None, dry_run: bool) -> None:
    """Take in entries from FILE; `-` is standard input.

    It reads what `companion export --format jsonl` and `companion entries --format json` write,
    jrnl's JSON, and text: lines like "2026-11-20 14:05 fixed it", or a line with a day and an
    entry on each line below it. Times are those of where you are.

    The same entries again change nothing, so it may be repeated. If a line cannot be read it is
    named and nothing is stored.
    """
    settings = settings_for("slack_user_id")

    from companion.bootstrap import open_store, terminal_zone
    from companion.entrypoints.cli.support.progress import progress
    from companion.usecases.archive import import_entries

    user_id, zone = settings.slack_user_id or "", terminal_zone(settings)
    with _opened(file) as content:
        kind = form or _kind(content)
        with progress("Reading") as advance:
            count, described = _check(_read(kind, content, user_id, zone), zone, advance)
        if not count:
            note(f"There are no entries in it (read as {kind}; --format says otherwise).")
        elif dry_run:
            click.echo(f"{described}, read as {kind}. Nothing was stored.")
        else:

            async def store_them() -> int:
                with progress("Storing", count) as advance:
                    async with open_store(settings) as store:
                        entries = _entries(_read(kind, content, user_id, zone))
                        return await import_entries(store, entries, advance)

            new = run(store_them())
            old = f"; {count - new:,} were there already" if new < count else ""
            click.echo(f"Read {described}: {new:,} stored{old}.")


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    """The content from its beginning, as often as it is read; standard input is set aside in a
    file without a name."""
    if file == "-":
        with tempfile.TemporaryFile() as aside:
            shutil.copyfileobj(sys.stdin.buffer, aside)
            yield aside
    else:
        try:
            content = Path(file).open("rb")  # noqa: SIM115 -- errors of what reads it are not ours
        except OSError as error:
            raise UsageError(f"{file} cannot be read ({error.strerror}).") from error
        with content:
            yield content


def _kind(content: IO[bytes]) -> str:
    """What a file looks like."""
    content.seek(0)
    head = content.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] == b"[" and head[1:].lstrip()[:1] in (b"{", b"]"):
        return "json"
    if head[:1] != b"{":
        return "text"
    try:
        return "jrnl" if "entries" in json.loads(head.partition(b"\n")[0]) else "jsonl"
    except ValueError:
        # An object of several lines; or one very long one, which shows its first names.
        return "jsonl" if b'"timestamp"' in head[:100] else "jrnl"


def _read(kind: str, content: IO[bytes], user_id: str, zone: ZoneInfo) -> "Iterator[Read]":
    """What is in a file, in its order."""
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
            raise UsageError(f"Line {number} is not UTF-8 text; nothing was stored.") from None


def _elements(content: IO[bytes], prefix: str) -> Iterator[object]:
    """The elements of a list in a JSON document of any length."""
    import ijson

    if content.read(3) != b"\xef\xbb\xbf":
        content.seek(0)
    try:
        yield from ijson.items(content, prefix)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The file is no complete JSON ({type(error).__name__}); nothing was stored."
        ) from None


def _check(
    found: "Iterator[Read]", zone: ZoneInfo, advance: Callable[[int], object]
) -> tuple[int, str]:
    """Read all of it once: how many entries, and of when, in words. Failed if some cannot be
    read, which are named."""
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
            complain(f"line {one.number}: {one.problem}.")
    if bad:
        more = f" ({bad - SHOWN:,} more like these.)" if bad > SHOWN else ""
        raise Failed(f"Nothing was stored. Mend or remove what is named, then try again.{more}")
    if not first or not last:
        return 0, ""
    days = sorted({f"{moment.astimezone(zone):%Y-%m-%d}" for moment in (first, last)})
    entries = counted(count, "entry", "entries")
    return count, f"{entries} of {' to '.join(days)}"


def _entries(found: "Iterator[Read]") -> "Iterator[Entry]":
    from companion.domain.entry import Entry

    return (one for one in found if isinstance(one, Entry))
