"""Every setting: its name, what it is, how it is read, and its value where it is not set."""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from pydantic import Field, PrivateAttr, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from companion.domain.calendar import DEFAULT_RHYTHM, Rhythm
from companion.domain.computer.surroundings import MODEL_HOSTS, MODEL_KEYS
from companion.domain.features import Feature
from companion.domain.manifest import COMMAND, COMPANION_COMMAND, CommandNames
from companion.settings import types

DEFAULT_TABLE = "CompanionMemoryLogs"
DEFAULT_REGION = "us-west-2"
DEFAULT_MODEL_TIMEOUT_S = 180
"""Long enough for a model on the person's own computer to be loaded into memory."""


def _default_database() -> Path:
    from platformdirs import user_data_path

    return user_data_path("companion-memory", appauthor=False) / "memory.db"


class Settings(BaseSettings):
    """Every setting, under the name of its environment variable in lower case.

    Only `load_settings` looks around for values: a `Settings` made here takes what it is given,
    and the defaults.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        enable_decoding=False,  # lists are written as people write them, not as JSON
        hide_input_in_errors=True,
        str_strip_whitespace=True,
        defer_build=True,  # only the type that a program uses is built
    )

    slack_bot_token: types.BotToken | None = Field(
        default=None, description="The bot token, xoxb-…, under OAuth & Permissions"
    )
    slack_app_token: types.AppToken | None = Field(
        default=None,
        description="The app-level token, xapp-…, with connections:write, under Basic Information",
    )
    slack_signing_secret: types.Secret | None = Field(
        default=None,
        description="The signing secret, under Basic Information of the app that owns /log",
    )
    slack_web_bot_token: types.BotToken | None = Field(
        default=None,
        description="With two apps: the bot token of the one that owns /log, for its forms",
    )
    slack_user_id: types.MemberID | None = Field(
        default=None, description="Your member ID, U…: in Slack, your profile → ⋮ → Copy member ID"
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="Where Slack's Web API is"
    )

    dynamodb_table: types.TableName | None = Field(
        default=None, description=f"The DynamoDB table, such as {DEFAULT_TABLE}"
    )
    companion_db: types.File = Field(
        default_factory=_default_database, description="The SQLite file"
    )
    aws_region: str = Field(default=DEFAULT_REGION, description="The table's region")
    aws_access_key_id: types.Secret | None = Field(default=None, description="The access key's id")
    aws_secret_access_key: types.Secret | None = Field(
        default=None, description="The secret that belongs to it"
    )
    aws_session_token: types.Secret | None = Field(
        default=None, description="The session token, where the access key is a temporary one"
    )
    aws_endpoint_url_dynamodb: str | None = Field(
        default=None, description="Another DynamoDB than AWS's, for tests"
    )

    companion_timezone: types.TimeZone | None = Field(
        default=None, description="Your time zone, like Europe/Berlin"
    )
    companion_work_hours: types.Hours = Field(
        default=DEFAULT_RHYTHM.hours,
        description="When you may be asked; may cross midnight, like 22:00-06:00",
    )
    companion_work_days: types.Days = Field(
        default=DEFAULT_RHYTHM.days, description="On which days, like mon-fri or mon,wed,fri"
    )
    companion_holidays: types.Holidays | None = Field(
        default=None, description="Whose public holidays you have off, like DE-BE or AT,DE-BY"
    )
    companion_prompts_per_day: types.Prompts = Field(
        default=DEFAULT_RHYTHM.prompts, description="How often a day, like 3-5 or 4; 0 asks never"
    )
    companion_summary_time: types.TimeOfDay = Field(
        default=DEFAULT_RHYTHM.summary_time, description="When the summary comes, every day"
    )
    companion_review: types.WeeklyTime | None = Field(
        default=None, description="When the weekly review comes, like fri 16:00; not set: never"
    )
    companion_calendar: types.CalendarAddress | None = Field(
        default=None,
        description="Your calendar, in whose meetings you are not asked: an .ics address or file",
    )
    companion_day_start: types.TimeOfDay = Field(
        default=DEFAULT_RHYTHM.day_start,
        description="When a day begins, for people who work past midnight",
    )

    companion_keychain: types.Switch = Field(
        default=False,
        description="1: secrets that are neither here nor in the environment are in the keychain",
    )
    companion_allowed_users: types.MemberIDs | None = Field(
        default=None,
        description="Who may use the commands: member IDs, with commas or spaces",
    )
    companion_log_command: types.SlashCommand = Field(
        default=COMMAND, description="What /log is called in your workspace"
    )
    companion_command: types.SlashCommand = Field(
        default=COMPANION_COMMAND,
        validate_default=True,
        description="What /companion is called in your workspace",
    )
    companion_off: types.Features | None = Field(
        default=None, description="What is switched off, like buttons,home"
    )
    companion_repos: types.Patterns | None = Field(
        default=None,
        description="The git repositories whose commits are in summaries, like ~/src/*, with "
        "commas",
    )
    companion_git_authors: types.Authors | None = Field(
        default=None,
        description="Under which other addresses or names you commit, with commas",
    )
    llm_model: str | None = Field(
        default=None, description="The model that writes summaries, as the llm command knows it"
    )
    companion_model_timeout: types.ModelTimeout = Field(
        default=180,
        description="How many seconds the model may take for an answer, loading it included",
    )
    companion_model_input: types.ModelInput = Field(
        default=60_000,
        description="How many characters of entries the model is given at once; less for a small "
        "context",
    )
    companion_mcp: types.Access = Field(
        default=types.AgentAccess.ON,
        description="What coding agents may do by companion mcp: on (read and log), read, or off",
    )
    companion_webhook_url: types.Url | None = Field(
        default=None,
        description="Where your webhook is, for companion doctor, like https://my-app.fly.dev",
    )
    port: types.Port = Field(default=8080, description="The webhook's port")
    log_level: types.LogLevel = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    @field_validator("companion_command")
    @classmethod
    def _is_another_command(cls, name: str, info: ValidationInfo) -> str:
        if name == info.data.get("companion_log_command"):
            raise ValueError(f"{name} is COMPANION_LOG_COMMAND: give each command its own name")
        return name

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given, alone: `load_settings` brings the other sources, and asks them once."""
        return (init_settings,)

    _for_libraries: dict[str, str] = PrivateAttr(default_factory=dict)

    def keep_for_libraries(self, names: Mapping[str, str]) -> None:
        """Keep what the settings file sets for the libraries of AWS and of models."""
        kept = {name: value for name, value in names.items() if belongs_to_library(name) and value}
        self._for_libraries.update(kept)

    @property
    def for_libraries(self) -> Mapping[str, str]:
        """Variables of the settings file that belong into the environment, for libraries."""
        return self._for_libraries

    @classmethod
    def needed(cls) -> tuple[str, ...]:
        """The settings that a program cannot do without."""
        return tuple(name for name, field in cls.model_fields.items() if field.is_required())

    @classmethod
    def secrets(cls) -> frozenset[str]:
        """What the keychain is asked for, where nothing else gave it."""
        return SECRETS.intersection(cls.needed())

    def is_on(self, feature: Feature) -> bool:
        """Whether nobody switched it off."""
        return feature not in (self.companion_off or ())

    @property
    def commands(self) -> CommandNames:
        """What the slash commands are called."""
        return CommandNames(log=self.companion_log_command, companion=self.companion_command)

    @property
    def rhythm(self) -> Rhythm:
        """The hours and days that the person gave."""
        return Rhythm(
            hours=self.companion_work_hours,
            days=self.companion_work_days,
            prompts=self.companion_prompts_per_day,
            summary_time=self.companion_summary_time,
            day_start=self.companion_day_start,
            review=self.companion_review,
            holidays=self.companion_holidays,
        )


SETTINGS = Settings.model_fields
"""Every setting by its name, with its description and default."""

OURS = frozenset(name.upper() for name in SETTINGS)
_LIBRARIES_PREFIXES = ("AWS_", "LLM_")
_LIBRARIES_NAMES = (*MODEL_KEYS, *MODEL_HOSTS)


def belongs_to_library(name: str) -> bool:
    """Whether that variable is none of ours, and AWS's libraries or llm's read it themselves."""
    return name.upper() not in OURS and (
        name.startswith(_LIBRARIES_PREFIXES)
        or name.endswith("_API_KEY")
        or name in _LIBRARIES_NAMES
    )


def _is_secret(annotation: object) -> bool:
    kinds = get_args(annotation) or (annotation,)
    return any(getattr(kind, "__origin__", kind) is SecretStr for kind in kinds)


SECRETS = frozenset(name for name, field in SETTINGS.items() if _is_secret(field.annotation))
"""The settings that nobody else may see."""
