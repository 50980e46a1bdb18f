"""How the text of each kind of setting is read, and what is said where it cannot be.

The messages never repeat a value that may be a secret.
"""

import os
import re
from collections.abc import Callable
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, SecretStr

from companion.domain.calendar import PromptsPerDay, Weekly, WorkHours, parse_days, parse_time
from companion.domain.features import Feature, parse_features
from companion.domain.manifest import MEMBER_ID, command_problem
from companion.settings.holidays import PublicHolidays

ON = frozenset({"1", "true", "yes", "on"})
OFF = frozenset({"0", "false", "no", "off"})


def is_on(text: str) -> bool:
    """Whether a switch is on; one that is not understood is off."""
    return text.strip().lower() in ON


def _reads(read: Callable[[str], object]) -> PlainValidator:
    """A text is read by `read`; a value that our own code made already stays as it is."""

    def validate(value: object) -> object:
        if value is None:
            raise ValueError("is missing")
        return read(value.strip()) if isinstance(value, str) else value

    return PlainValidator(validate)


def _shaped(
    pattern: str, advice: str, then: Callable[[str], object] = str
) -> Callable[[str], object]:
    """A text of a known shape; `advice` is what is said of any other."""

    def read(text: str) -> object:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(advice)
        return then(text)

    return read


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is not a time zone; write it like Europe/Berlin") from error


def _users(text: str) -> frozenset[str]:
    users = frozenset(text.replace(",", " ").split())
    wrong = [user for user in sorted(users) if not MEMBER_ID.fullmatch(user)]
    if wrong or not users:
        named = f"{wrong[0]!r} is not a member ID" if wrong else f"{text!r} has no member ID"
        raise ValueError(f"{named}; write them like U0123ABCD,U0456EFGH")
    return users


def _file(text: str) -> Path:
    path = os.path.expandvars(text)
    if "$" in path:
        raise ValueError(f"{text!r} has a $ that begins no variable; write the whole path")
    return Path(path).expanduser()


def _list(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (each.strip() for each in re.split(r"[,\n]", text))))


def _patterns(text: str) -> tuple[str, ...]:
    return _list(text.replace(os.pathsep, ","))


def _calendar(text: str) -> SecretStr:
    if "://" in text and not re.match(r"(https?|webcals?)://[^\s/]+", text):
        raise ValueError("is not a calendar's address: write it like https://… or webcal://…")
    return SecretStr(text)


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) > 65535:
        raise ValueError(f"is {text!r}, but must be a number from 0 to 65535")
    return int(text)


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f"is {text!r}, but must be a whole number from {least:,} to {most:,}")
        return int(text)

    return read


def _log_level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError(f"is {text!r}, but must be DEBUG, INFO, WARNING or ERROR")
    return text


def _command(text: str) -> str:
    if problem := command_problem(text):
        raise ValueError(problem)
    return text


class AgentAccess(StrEnum):
    """What coding agents may do by `companion mcp`."""

    ON = "on"
    """Read and log."""
    READ = "read"
    OFF = "off"


def _agent_access(text: str) -> AgentAccess:
    try:
        return AgentAccess(text.lower())
    except ValueError:
        raise ValueError(f"is {text!r}, but must be on, read or off") from None


def _switch(text: str) -> bool:
    if text.lower() in ON | OFF:
        return is_on(text)
    raise ValueError("is neither 1 nor 0")


BotToken = Annotated[
    SecretStr,
    _reads(
        _shaped(
            r"xoxb-\S+",
            "is not a bot token: those begin with xoxb- (OAuth & Permissions)",
            SecretStr,
        )
    ),
]
AppToken = Annotated[
    SecretStr,
    _reads(
        _shaped(
            r"xapp-\S+",
            "is not an app-level token: those begin with xapp- (Basic Information)",
            SecretStr,
        )
    ),
]
Secret = Annotated[SecretStr, _reads(SecretStr)]
MemberID = Annotated[
    str,
    _reads(
        _shaped(
            MEMBER_ID.pattern, "is not a member ID: in Slack, your profile → ⋮ → Copy member ID"
        )
    ),
]
SlashCommand = Annotated[str, _reads(_command)]
MemberIDs = Annotated[frozenset[str], _reads(_users)]
Features = Annotated[frozenset[Feature], _reads(parse_features)]
TableName = Annotated[
    str,
    _reads(
        _shaped(
            r"[A-Za-z0-9_.-]{3,255}", "is not a table name: 3 to 255 of letters, digits and _.-"
        )
    ),
]
Url = Annotated[
    str,
    _reads(_shaped(r"https?://\S+", "is not a URL: write it like https://my-companion.fly.dev")),
]
CalendarAddress = Annotated[SecretStr, _reads(_calendar)]
File = Annotated[Path, _reads(_file)]
Patterns = Annotated[tuple[str, ...], _reads(_patterns)]
Authors = Annotated[tuple[str, ...], _reads(_list)]
TimeZone = Annotated[ZoneInfo, _reads(_zone)]
Hours = Annotated[WorkHours, _reads(WorkHours.parse)]
Days = Annotated[frozenset[int], _reads(parse_days)]
Prompts = Annotated[PromptsPerDay, _reads(PromptsPerDay.parse)]
Holidays = Annotated[PublicHolidays, _reads(PublicHolidays.parse)]
WeeklyTime = Annotated[Weekly, _reads(Weekly.parse)]
TimeOfDay = Annotated[time, _reads(parse_time)]
Port = Annotated[int, _reads(_port)]
ModelTimeout = Annotated[int, _reads(_whole_number(1, 3600))]
ModelInput = Annotated[int, _reads(_whole_number(2_000, 10_000_000))]
LogLevel = Annotated[str, _reads(_log_level)]
Access = Annotated[AgentAccess, _reads(_agent_access)]
Switch = Annotated[bool, _reads(_switch)]
