"""Settings: the environment and `.env`, read once at start, all problems named at once."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from companion.domain.calendar import PromptsPerDay, Rhythm, WorkHours, parse_days, parse_time
from companion.errors import SettingsError

KEYCHAIN_SERVICE = "companion-memory"
"""Under this name the keychain has the secrets, each under its setting's name."""

_AWS_SECRETS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
SECRETS = ("slack_bot_token", "slack_app_token", "slack_signing_secret", *_AWS_SECRETS)


class Secret:
    """A text that nothing shows by accident."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


def _setting(
    read: Callable[[str], Any], default: Any = None, *, is_: str = "", made: Any = None
) -> Any:
    """How a setting's text is read, its value where it is not set, and what it is."""
    metadata = {"read": read, "is": is_}
    if made is not None:
        return field(default_factory=made, metadata=metadata)
    return field(default=default, metadata=metadata)


def _shaped(pattern: str, advice: str, then: Callable[[str], Any] = str) -> Callable[[str], Any]:
    """A text of a known shape; the advice never repeats the value, which may be a secret."""

    def read(text: str) -> Any:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(advice)
        return then(text)

    return read


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is no time zone; write it like Europe/Berlin") from error


def _users(text: str) -> frozenset[str]:
    return frozenset(text.replace(",", " ").split())


def _default_database() -> Path:
    from platformdirs import user_data_path

    return user_data_path("companion-memory", appauthor=False) / "memory.db"


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) > 65535:
        raise ValueError("is no port: a number from 0 to 65535")
    return int(text)


def _switch(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("is neither 1 nor 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, under the name of its environment variable in lower case.

    A variable that is set to nothing counts as not set.
    """

    slack_bot_token: Secret | None = _setting(
        _shaped(
            r"xoxb-\S+", "is no bot token: those begin with xoxb- (OAuth & Permissions)", Secret
        ),
        is_="the bot token, xoxb-…, under OAuth & Permissions of the Slack app",
    )
    slack_app_token: Secret | None = _setting(
        _shaped(
            r"xapp-\S+", "is no app-level token: those begin with xapp- (Basic Information)", Secret
        ),
        is_="the app-level token, xapp-…, with connections:write, under Basic Information",
    )
    slack_signing_secret: Secret | None = _setting(
        Secret, is_="the signing secret, under Basic Information of the app that owns /log"
    )
    slack_user_id: str | None = _setting(
        _shaped(
            r"[UW][A-Z0-9]{2,}", "is no member ID: in Slack, your profile → ⋮ → Copy member ID"
        ),
        is_="your member ID, U…: in Slack, your profile → ⋮ → Copy member ID",
    )
    slack_api_url: str = _setting(str, "https://slack.com/api/")

    aws_access_key_id: Secret | None = _setting(Secret)
    aws_secret_access_key: Secret | None = _setting(Secret)
    aws_session_token: Secret | None = _setting(Secret)
    aws_region: str = _setting(str, "us-west-2")
    aws_endpoint_url_dynamodb: str | None = _setting(str)
    dynamodb_table: str | None = _setting(
        _shaped(r"[A-Za-z0-9_.-]{3,255}", "is no table name: 3 to 255 of letters, digits and _.-"),
        is_="the DynamoDB table, such as CompanionMemoryLogs",
    )

    companion_db: Path = _setting(
        lambda text: Path(text).expanduser(),
        made=_default_database,
    )
    companion_allowed_users: frozenset[str] | None = _setting(_users)
    companion_timezone: ZoneInfo | None = _setting(_zone)
    companion_work_hours: WorkHours = _setting(WorkHours.parse, WorkHours(time(9), time(17)))
    companion_work_days: frozenset[int] = _setting(parse_days, frozenset(range(5)))
    companion_prompts_per_day: PromptsPerDay = _setting(PromptsPerDay.parse, PromptsPerDay(3, 5))
    companion_summary_time: time = _setting(parse_time, time(8, 30))
    companion_day_start: time = _setting(parse_time, time())

    llm_model: str | None = _setting(str)
    companion_webhook_url: str | None = _setting(
        _shaped(r"https?://\S+", "is no URL: write it like https://my-companion.fly.dev"),
        is_="where your webhook is, like https://my-companion.fly.dev",
    )
    port: int = _setting(_port, 8080)
    log_level: str = _setting(
        _shaped(r"(?i)DEBUG|INFO|WARNING|ERROR", "is none of DEBUG, INFO, WARNING, ERROR"), "INFO"
    )
    companion_keychain: bool = _setting(_switch, False)

    @property
    def rhythm(self) -> Rhythm:
        """The hours and days that the person gave."""
        return Rhythm(
            hours=self.companion_work_hours,
            days=self.companion_work_days,
            prompts=self.companion_prompts_per_day,
            summary_time=self.companion_summary_time,
            day_start=self.companion_day_start,
        )


SETTINGS = {setting.name: setting for setting in fields(Settings)}


def load_settings(*required: str, env_file: Path | None = Path(".env"), **given: Any) -> Settings:
    """The settings, for a command that cannot do without the `required` ones.

    What is `given` goes before the environment, that before `env_file`, and the keychain is last.
    Raises SettingsError that names every variable that is missing or wrong; a secret's value is
    never in it.
    """
    in_file, broken = _in_file(env_file)
    found: dict[str, Any] = {**in_file, **_set(os.environ), **given}
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}

    def take(name: str, value: Any) -> None:
        try:
            read = SETTINGS[name].metadata["read"]
            values[name] = read(value.strip()) if isinstance(value, str) else value
        except ValueError as error:
            text = str(error)
            problems[name] = f"{name.upper()}{' ' if text.startswith('is ') else ': '}{text}"

    for name in SETTINGS.keys() & found.keys():
        take(name, found[name])
    needed = {*required, *(_AWS_SECRETS if values.get("dynamodb_table") else ())}
    kept = [name for name in SECRETS if name in needed - found.keys()]
    if kept and values.get("companion_keychain"):
        for name, secret in _from_keychain(kept).items():
            take(name, secret)
    for name in required:
        if name not in problems and values.get(name) is None:
            problems[name] = f"{name.upper()} is missing: {SETTINGS[name].metadata['is']}"
    if problems or broken:
        named = [problems[name] for name in SETTINGS if name in problems]
        raise SettingsError([*broken, *named])
    return Settings(**values)


def _in_file(path: Path | None) -> tuple[dict[str, str], list[str]]:
    """What the file sets, as it stands there, and what is wrong with it."""
    if path is None or not path.exists():
        return {}, []
    from dotenv.parser import parse_stream

    try:
        with path.open(encoding="utf-8-sig") as file:
            bindings = list(parse_stream(file))
    except UnicodeDecodeError:
        return {}, [f"{path.name} is not UTF-8 text: save it as UTF-8"]
    except OSError as error:
        return {}, [f"{path.name} cannot be read: {error.strerror}"]
    broken = [
        f"{path.name}, line {binding.original.line}: write it like NAME=value"
        for binding in bindings
        if binding.error
    ]
    return _set({binding.key: binding.value for binding in bindings if binding.key}), broken


def _set(variables: Mapping[str, str | None]) -> dict[str, str]:
    """The settings among them, by our names; set to nothing is not set."""
    return {
        name.lower(): value
        for name, value in variables.items()
        if value and value.strip() and name.lower() in SETTINGS
    }


def _from_keychain(names: Sequence[str]) -> dict[str, str]:
    """Only what the command needs: each question takes time and may make macOS ask in turn."""
    import keyring
    from keyring.errors import KeyringError

    secrets: dict[str, str] = {}
    for name in names:
        try:
            secret = keyring.get_password(KEYCHAIN_SERVICE, name.upper())
        except KeyringError as error:
            raise SettingsError(
                [
                    f"COMPANION_KEYCHAIN is on, but the keychain does not give {name.upper()} "
                    f"({type(error).__name__}): unlock it, or put the secret into .env"
                ]
            ) from error
        if secret:
            secrets[name] = secret
    return secrets
