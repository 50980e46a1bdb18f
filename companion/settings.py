"""Settings: the environment and `.env`, read once at start, all problems named at once."""

import re
from collections.abc import Callable
from copy import copy
from datetime import time
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, create_model
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from companion.domain.calendar import PromptsPerDay, Rhythm, WorkHours, parse_days, parse_time
from companion.errors import SettingsError


def _read(parse: Callable[[str], Any]) -> BeforeValidator:
    """A setting that is written as text and kept as a value."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is no time zone; write it like Europe/Berlin") from error


def _users(text: str) -> frozenset[str]:
    return frozenset(text.replace(",", " ").split())


def _shaped(pattern: str, advice: str) -> BeforeValidator:
    """A text of a known shape; the advice never repeats the value, which may be a secret."""

    def check(value: Any) -> Any:
        text = value.strip() if isinstance(value, str) else value
        if isinstance(text, str) and not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(advice)
        return text

    return BeforeValidator(check)


KEYCHAIN_SERVICE = "companion-memory"
"""Under this name the keychain has the secrets, each under its setting's name."""

_AWS_SECRETS = {"aws_access_key_id", "aws_secret_access_key", "aws_session_token"}
SECRETS = ("slack_bot_token", "slack_app_token", "slack_signing_secret", *sorted(_AWS_SECRETS))


class _Keychain(PydanticBaseSettingsSource):
    """Secrets that neither the environment nor `.env` has, where COMPANION_KEYCHAIN asks for it.

    It is asked for those alone that the command needs, because each question takes time and may
    make macOS ask in turn.
    """

    def __call__(self) -> dict[str, Any]:
        known = self.current_state
        if str(known.get("companion_keychain", "")).lower() not in _ON:
            return {}
        needed = [
            name
            for name in SECRETS
            if self.settings_cls.model_fields[name].is_required()
            or (name in _AWS_SECRETS and known.get("dynamodb_table"))
        ]
        return {
            name: secret
            for name in needed
            if not known.get(name) and (secret := _from_keychain(name))
        }

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Part of the interface; all fields are read at once instead."""
        return None, field_name, False


_ON = {"1", "true", "yes", "on"}


def _from_keychain(name: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYCHAIN_SERVICE, name.upper())
    except KeyringError as error:
        raise SettingsError(
            [
                f"COMPANION_KEYCHAIN is on, but the keychain does not give {name.upper()} "
                f"({type(error).__name__}): unlock it, or put the secret into .env"
            ]
        ) from error


class Settings(BaseSettings):
    """Every setting, under the name of its environment variable in lower case.

    A variable that is set to nothing counts as not set.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
        enable_decoding=False,
    )

    slack_bot_token: Annotated[
        SecretStr | None,
        _shaped(r"xoxb-\S+", "is no bot token: those begin with xoxb- (OAuth & Permissions)"),
    ] = Field(None, description="the bot token, xoxb-…, under OAuth & Permissions of the Slack app")
    slack_app_token: Annotated[
        SecretStr | None,
        _shaped(r"xapp-\S+", "is no app-level token: those begin with xapp- (Basic Information)"),
    ] = Field(
        None,
        description="the app-level token, xapp-…, with connections:write, under Basic Information",
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="the signing secret, under Basic Information of the app that owns /log"
    )
    slack_user_id: Annotated[
        str | None,
        _shaped(
            r"[UW][A-Z0-9]{2,}", "is no member ID: in Slack, your profile → ⋮ → Copy member ID"
        ),
    ] = Field(None, description="your member ID, U…: in Slack, your profile → ⋮ → Copy member ID")
    slack_api_url: str = "https://slack.com/api/"

    aws_access_key_id: SecretStr | None = None
    aws_secret_access_key: SecretStr | None = None
    aws_session_token: SecretStr | None = None
    aws_region: str = "us-west-2"
    aws_endpoint_url_dynamodb: str | None = None
    dynamodb_table: Annotated[
        str | None,
        _shaped(r"[A-Za-z0-9_.-]{3,255}", "is no table name: 3 to 255 of letters, digits and _.-"),
    ] = Field(None, description="the DynamoDB table, such as CompanionMemoryLogs")

    companion_db: Annotated[Path, _read(lambda text: Path(text).expanduser())] = Field(
        default_factory=lambda: user_data_path("companion-memory", appauthor=False) / "memory.db"
    )
    companion_allowed_users: Annotated[frozenset[str] | None, _read(_users)] = None
    companion_timezone: Annotated[ZoneInfo | None, _read(_zone)] = None
    companion_work_hours: Annotated[WorkHours, _read(WorkHours.parse)] = WorkHours(
        time(9), time(17)
    )
    companion_work_days: Annotated[frozenset[int], _read(parse_days)] = frozenset(range(5))
    companion_prompts_per_day: Annotated[PromptsPerDay, _read(PromptsPerDay.parse)] = PromptsPerDay(
        3, 5
    )
    companion_summary_time: Annotated[time, _read(parse_time)] = time(8, 30)
    companion_day_start: Annotated[time, _read(parse_time)] = time()

    llm_model: str | None = None
    companion_webhook_url: Annotated[
        str | None,
        _shaped(r"https?://\S+", "is no URL: write it like https://my-companion.fly.dev"),
    ] = Field(None, description="where your webhook is, like https://my-companion.fly.dev")
    port: Annotated[int, _shaped(r"\d{1,5}", "is no port: a number from 0 to 65535")] = Field(
        8080, ge=0, le=65535
    )
    log_level: Annotated[
        str, _shaped(r"(?i)DEBUG|INFO|WARNING|ERROR", "is none of DEBUG, INFO, WARNING, ERROR")
    ] = "INFO"

    companion_keychain: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given goes before the environment, that before `.env`, the keychain is last."""
        return init_settings, env_settings, dotenv_settings, _Keychain(settings_cls)

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


@cache
def _requiring(names: tuple[str, ...]) -> type[Settings]:
    """The same settings, some of which have no default: pydantic then names them with the rest."""
    fields: dict[str, Any] = {}
    for name in names:
        field = copy(Settings.model_fields[name])
        field.default = PydanticUndefined
        fields[name] = (field.annotation, field)
    return create_model("RequiredSettings", __base__=Settings, **fields)


def load_settings(*required: str, **given: Any) -> Settings:
    """The settings, for a command that cannot do without the `required` ones.

    What is `given` goes before the environment and `.env`. Raises SettingsError that names every
    variable that is missing or wrong; a secret's value is never in it.
    """
    try:
        return _requiring(required)(**given)
    except ValidationError as error:
        raise SettingsError(
            [_problem(str(detail["loc"][0]), detail["type"], detail["msg"])
             for detail in error.errors(include_url=False, include_input=False)]
        ) from None  # the original repeats the values  # fmt: skip
    except UnicodeDecodeError:
        raise SettingsError([".env is not UTF-8 text: save it as UTF-8"]) from None


def _problem(name: str, kind: str, message: str) -> str:
    if kind == "missing":
        return f"{name.upper()} is missing: {Settings.model_fields[name].description}"
    text = message.removeprefix("Value error, ")
    return f"{name.upper()} {text}" if text.startswith("is ") else f"{name.upper()}: {text}"
