"""Logging for people and machines: one line each, without anybody's words; on stderr, or in a file
that is never too long. Times are in UTC, and in the person's zone where stderr is a terminal.

2026-11-22T14:05:03Z INFO entry.stored log_id=… source=command
"""

import logging
import sys
import time
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import TracebackType

OURS = "companion"
UTC_TIME = "%Y-%m-%dT%H:%M:%SZ"
LOG_FILE = "companion.log_file"
"""The name of the handler that takes the place of stderr."""
THIRD_PARTIES = {
    # These put requests, bodies or answers into what they say, even in errors.
    "slack_bolt": logging.CRITICAL,
    "slack_sdk": logging.CRITICAL,
    "openai": logging.CRITICAL,
    "httpx": logging.CRITICAL,
    "httpcore": logging.CRITICAL,
    "llm": logging.CRITICAL,
    "aiohttp": logging.ERROR,
    "aioboto3": logging.ERROR,
    "aiobotocore": logging.ERROR,
    "boto3": logging.ERROR,
    "botocore": logging.ERROR,
    "urllib3": logging.ERROR,
    "aiosqlite": logging.ERROR,
    "apscheduler": logging.ERROR,
    "asyncio": logging.ERROR,
}

_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime"}
_PACKAGE = Path(__file__).parents[1]


def configure_logging(level: str, zone: tzinfo | None = None) -> None:
    """Our own loggers from `level` on; everybody else's errors alone. Safe to repeat.

    On stderr, or where `logging_to` says. `zone` is the person's, by default that of the machine.
    """
    root = logging.getLogger()
    for earlier in [known for known in root.handlers if isinstance(known, _Stderr)]:
        root.removeHandler(earlier)
    if not any(handler.get_name() == LOG_FILE for handler in root.handlers):
        write_to(_Stderr(), _LocalLine(zone) if sys.stderr.isatty() else None)
    root.setLevel(logging.ERROR)
    for name, quietest in THIRD_PARTIES.items():
        logging.getLogger(name).setLevel(quietest)
    logging.getLogger(OURS).setLevel(level.upper())


def write_to(handler: logging.Handler, formatter: logging.Formatter | None = None) -> None:
    handler.setFormatter(formatter or _Line())
    handler.addFilter(_is_fit)
    logging.getLogger().addHandler(handler)


class _Stderr(logging.StreamHandler):  # type: ignore[type-arg]  # a class at run time
    """What configure_logging made, so that it finds it again."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)


def _is_fit(record: logging.LogRecord) -> bool:
    """A library may set its own level when it is imported (openai does): this holds even so."""
    family = record.name.partition(".")[0]
    return family == OURS or record.levelno >= THIRD_PARTIES.get(family, logging.ERROR)


class _Line(logging.Formatter):
    """A record as one line: what happened, then `key=value`.

    Of an exception only its kind and place: its text may repeat what somebody said. Of what
    others say only the first line, as it was before values were put in, for the same reason.
    """

    converter = staticmethod(time.gmtime)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return super().formatTime(record, datefmt or UTC_TIME)

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] == OURS
        parts = [self.formatTime(record), record.levelname]
        if ours:
            parts.append(_on_one_line(record.getMessage()))
        else:
            first_line = str(record.msg).partition("\n")[0]
            parts += [record.name, f"message={_value(first_line)}"]
        parts += [
            f"{name}={_value(value)}"
            for name, value in vars(record).items()
            if ours and name not in _STANDARD
        ]
        if record.exc_info and record.exc_info[0]:
            parts.append(f"error={record.exc_info[0].__name__} at={_place(record.exc_info[2])}")
        return " ".join(parts)


class _LocalLine(_Line):
    """The same with the time on the person's clock."""

    def __init__(self, zone: tzinfo | None) -> None:
        super().__init__()
        self._zone = zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return local_time(datetime.fromtimestamp(record.created, UTC), self._zone)


def local_time(moment: datetime, zone: tzinfo | None) -> str:
    """A moment on the person's clock, with the name of the zone."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _value(value: object) -> str:
    text = str(value)
    bare = text.isprintable() and text and not set(text) & set(' "=')
    if bare:
        return text
    import json

    return json.dumps(text, ensure_ascii=False)


def _on_one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _place(traceback: TracebackType | None) -> str:
    """The line of ours that is nearest to where it happened."""
    place = "?"
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            place = f"{path.relative_to(_PACKAGE.parent)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
