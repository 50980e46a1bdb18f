"""The file, folder or zip that is imported: its kind, its lines, its JSON; read piece by piece."""

import codecs
import io
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from companion.domain.formats.found import EntryMaker, Read
from companion.domain.formats.slack_export import Words
from companion.errors import UsageError
from companion.texts import terminal as texts

MAX_LINE = 4 * 2**20
"""The longest text that an entry holds takes less, however it is written."""
HEAD = 2**20
"""So much of a file is looked at to see what it is."""
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zX", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd")
_KINDS = {
    "timestamp": "jsonl",
    "text": "jsonl",
    "item.timestamp": "json",
    "item.ts": "slack",
    "messages.item.ts": "slack",
    "entries.item.creationDate": "day-one",
    "entries.item.title": "jrnl",
    "entries.item.date": "jrnl",
}
"""Names in JSON that only one of the formats has."""
_COLUMNS = {"timestamp", "date", "time", "day", "datetime"}
_DAY_FILE = re.compile(r"\d{4}-\d\d-\d\d\.json")


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file of UTF-8, or the folder of Slack's export; read from its beginning each time."""

    kind: str
    content: IO[bytes] | None = None
    folder: Path | zipfile.Path | None = None

    def read(self, maker: EntryMaker, words: Words) -> Iterator[Read]:
        """What is in it, in its order."""
        from companion.domain.formats import csv, day_one, found, jrnl, jsonl, slack_export, text

        if self.folder is not None:
            yield from _read_slack_folder(self.folder, maker, words)
            return
        content = self.content or io.BytesIO()
        content.seek(0)
        match self.kind:
            case "jsonl":
                yield from jsonl.read_lines(_lines(content), maker)
            case "csv":
                yield from csv.read_rows(_lines(content, ends=True), maker)
            case "text" | "markdown":
                yield from text.read_text(_lines(content), maker)
            case "jrnl":
                elements = _elements(content, "entries.item")
                yield from found.read_each(elements, lambda n, each: jrnl.read(maker, n, each))
            case "day-one":
                elements = _elements(content, "entries.item")
                yield from found.read_each(elements, lambda n, each: day_one.read(maker, n, each))
            case "slack":
                elements = _elements(content, _slack_prefix(content))
                yield from found.read_each(
                    elements, lambda n, each: slack_export.read(maker, n, each, None, words)
                )
            case _:
                elements = _elements(content, "item")
                yield from found.read_each(elements, lambda n, each: jsonl.read(maker, n, each))


@contextmanager
def opened(file: str, form: str | None) -> Iterator[ImportFile]:
    """What FILE is; standard input is set aside in a file without a name. UsageError where that
    cannot be read."""
    with ExitStack() as stack:
        try:
            if file != "-" and Path(file).is_dir():
                yield ImportFile("slack", folder=_slack_root(Path(file), file))
                return
            content = stack.enter_context(_content(file))
            if zipfile.is_zipfile(content):
                packed = stack.enter_context(zipfile.ZipFile(content))
                alone = [name for name in packed.namelist() if re.fullmatch(r"[^/]+\.json", name)]
                if len(alone) != 1:
                    yield ImportFile("slack", folder=_packed_root(packed, alone, file))
                    return
                content = stack.enter_context(_set_aside(packed.open(alone[0])))
            _check_unpacked(content, file)
            content = stack.enter_context(_as_utf8(content))
            yield ImportFile(form or _kind(content), content)
        except (OSError, zipfile.BadZipFile) as error:
            reason = getattr(error, "strerror", None) or texts.INCOMPLETE_ZIP
            raise UsageError(texts.CANNOT_READ.format(file=file, reason=reason)) from error


@contextmanager
def _content(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        with _set_aside(sys.stdin.buffer) as aside:
            yield aside
    else:
        with Path(file).open("rb") as content:
            yield content


@contextmanager
def _set_aside(source: IO[bytes]) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as aside:
        shutil.copyfileobj(source, aside)
        aside.seek(0)
        yield aside


def _check_unpacked(content: IO[bytes], file: str) -> None:
    """UsageError for a compressed file, also one that was cut off."""
    content.seek(0)
    head = content.read(4)
    if head == b"PK\x03\x04":
        raise zipfile.BadZipFile
    if head.startswith(_COMPRESSED):
        raise UsageError(texts.PACKED.format(file=file))


@contextmanager
def _as_utf8(content: IO[bytes]) -> Iterator[IO[bytes]]:
    """The content without the mark at its beginning, which says in what it is encoded."""
    content.seek(0)
    head = content.read(4)
    encoding = next((name for mark, name in _MARKS.items() if head.startswith(mark)), None)
    if encoding is None and b"\0" in head[:2]:
        raise UsageError(texts.UTF16_WITHOUT_MARK)
    content.seek(0)
    if encoding is None:
        yield content
        return
    with tempfile.TemporaryFile() as aside:
        try:
            for piece in codecs.iterdecode(iter(lambda: content.read(HEAD), b""), encoding):
                aside.write(piece.encode())
        except UnicodeError:
            named = encoding.removesuffix("-sig").upper()
            raise UsageError(texts.WRONG_ENCODING.format(encoding=named)) from None
        aside.seek(0)
        yield aside


def _kind(content: IO[bytes]) -> str:
    """What a file looks like. UsageError for JSON that is of no kind we read."""
    content.seek(0)
    head = content.read(HEAD)
    if head.lstrip()[:1] in (b"{", b"["):
        return _json_kind(content, head)
    first = head.partition(b"\n")[0].decode("utf-8", "replace").lower()
    names = {name.strip(' "\r') for name in re.split("[,;\t]", first)}
    # With half of the names it is not a text: its reader says which names are missing.
    if len(names) > 1 and names & {"timestamp", "text"} and names & _COLUMNS:
        return "csv"
    return "markdown" if b' <!-- {"timestamp"' in head else "text"


def _json_kind(content: IO[bytes], head: bytes) -> str:
    """By the names that the first objects have."""
    import ijson

    first = head.lstrip()
    if first[:1] == b"[" and not re.match(rb"\[\s*[{\]]", first):
        return "text"  # jrnl's text begins with a bracket too
    content.seek(0)
    lists = set()
    try:
        for prefix, event, value in ijson.parse(content):
            if event == "map_key":
                name = f"{prefix}.{value}" if prefix else str(value)
                if kind := _KINDS.get(name):
                    return kind
            elif event == "start_array":
                lists.add(prefix)
    except (ijson.JSONError, UnicodeDecodeError):
        return "jsonl" if first[:1] == b"{" else "json"  # its reader names the place
    if lists & {"", "entries"}:
        return "json" if "" in lists else "jrnl"  # without entries
    raise UsageError(texts.UNKNOWN_JSON)


def _slack_prefix(content: IO[bytes]) -> str:
    """Where the messages are: a list, or what Slack's API answers."""
    start = content.read(64).lstrip()[:1]
    content.seek(0)
    return "item" if start == b"[" else "messages.item"


def _lines(content: IO[bytes], *, ends: bool = False) -> Iterator[str]:
    """The lines, in memory for one of them. UsageError names one that cannot be read."""
    number = 0
    while line := content.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise UsageError(texts.LINE_TOO_LONG.format(number=number))
        try:
            decoded = line.decode()
        except UnicodeDecodeError:
            raise UsageError(texts.LINE_IS_NOT_UTF8.format(number=number)) from None
        if ends:
            yield decoded
            continue
        if "\r" not in decoded:
            yield decoded.removesuffix("\n")
            continue
        # Files of old Macs end their lines with a carriage return alone.
        pieces = re.split("\r\n|\r|\n", decoded.removesuffix("\n").removesuffix("\r"))
        number += len(pieces) - 1
        yield from pieces


def _elements(content: IO[bytes], prefix: str) -> Iterator[Any]:
    """The elements of a list in a JSON document of any length."""
    import ijson

    try:
        yield from ijson.items(content, prefix)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise UsageError(texts.INCOMPLETE_JSON.format(kind=type(error).__name__)) from None


def _slack_root(root: Path | zipfile.Path, file: str) -> Path | zipfile.Path:
    """The folder that holds the channels: this one, or the only one in it."""
    for folder in (root, *(each for each in root.iterdir() if each.is_dir())):
        if any(_day_files(channel) for channel in folder.iterdir() if channel.is_dir()):
            return folder
    raise UsageError(texts.NOT_A_SLACK_EXPORT.format(file=file))


def _packed_root(packed: zipfile.ZipFile, alone: list[str], file: str) -> Path | zipfile.Path:
    try:
        return _slack_root(zipfile.Path(packed), file)
    except UsageError:
        if alone:  # Day One packs each journal into a file of its own
            raise UsageError(texts.SEVERAL_JOURNALS.format(file=file, count=len(alone))) from None
        raise


def _day_files(channel: Path | zipfile.Path) -> list[Path | zipfile.Path]:
    days = [each for each in channel.iterdir() if _DAY_FILE.fullmatch(each.name)]
    return sorted(days, key=lambda each: each.name)


def _read_slack_folder(
    folder: Path | zipfile.Path, maker: EntryMaker, words: Words
) -> Iterator[Read]:
    from dataclasses import replace

    from companion.domain.formats import slack_export
    from companion.domain.formats.found import Unreadable, read_each

    ids = _channel_ids(folder)
    channels = sorted((each for each in folder.iterdir() if each.is_dir()), key=lambda c: c.name)
    for channel in channels:
        known = ids.get(channel.name)
        for day in _day_files(channel):
            with day.open("rb") as content:
                for each in read_each(
                    _elements(content, "item"),
                    lambda n, record: slack_export.read(maker, n, record, known, words),  # noqa: B023 -- read here
                ):
                    if isinstance(each, Unreadable):
                        yield replace(each, unit=f"{channel.name}/{day.name}, message")
                    else:
                        yield each


def _channel_ids(folder: Path | zipfile.Path) -> dict[str, str]:
    """What Slack calls the channels whose names the folders have; a direct message's is its id."""
    ids: dict[str, str] = {}
    for name in ("channels.json", "groups.json", "dms.json", "mpims.json"):
        listed = folder / name
        if not listed.is_file():
            continue
        with listed.open("rb") as content:
            for each in _elements(content, "item"):
                if isinstance(each, dict) and isinstance(each.get("id"), str):
                    ids[str(each.get("name") or each["id"])] = each["id"]
    return ids
