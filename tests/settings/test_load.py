"""Settings: what is missing or wrong is named, all of it at once, and no secret is shown."""

import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from companion.domain.calendar import PromptsPerDay
from companion.errors import SettingsError
from companion.settings import (
    SECRETS,
    SETTINGS,
    CopySettings,
    DaemonAndWebhookSettings,
    DaemonSettings,
    DirectMessageSettings,
    DoctorSettings,
    PersonSettings,
    Settings,
    TablePersonSettings,
    WebhookSettings,
    load_settings,
    usable_settings,
)

type WriteFile = Callable[[str], None]

FILE = Path(".env")
GOOD = "SLACK_USER_ID=U0123ABC\n"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def env_file(tmp_path: Path) -> WriteFile:
    """Writes `.env`."""

    def write(text: str) -> None:
        (tmp_path / ".env").write_text(text, encoding="utf-8")

    return write


def problems(kind: type[Settings] = Settings) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(kind, env_file=FILE)
    return caught.value.problems


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"companion_log_command": "log"}, "COMPANION_LOG_COMMAND: 'log' is not a slash command."),
        ({"companion_command": "/Mem"}, "COMPANION_COMMAND: '/Mem' is not a slash command."),
        ({"companion_log_command": "/companion"}, "give each command its own name"),
        ({"companion_command": "/log"}, "give each command its own name"),
    ],
)
def test_a_command_has_a_name_that_slack_takes_and_of_its_own(
    given: dict[str, str], problem: str, env_file: WriteFile
) -> None:
    env_file("".join(f"{name.upper()}={value}\n" for name, value in given.items()))
    with pytest.raises(SettingsError) as raised:
        load_settings(Settings, env_file=FILE)
    assert problem in str(raised.value)


def test_without_any_setting_the_defaults_hold() -> None:
    settings = load_settings(Settings, env_file=FILE)
    assert settings.aws_region == "us-west-2"
    assert settings.dynamodb_table is None
    assert settings.companion_db.name == "memory.db"
    assert settings.rhythm.prompts == PromptsPerDay(3, 5)
    assert settings.rhythm.summary_time == time(8, 30)
    assert settings.port == 8080


def test_every_variable_that_is_missing_or_wrong_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xapp-1-swapped-secret")
    monkeypatch.setenv("COMPANION_WORK_DAYS", '["mon", "someday"]')
    monkeypatch.setenv("COMPANION_WORK_HOURS", "nine to five")
    monkeypatch.setenv("COMPANION_TIMEZONE", "Berlin")
    monkeypatch.setenv("PORT", "http")
    named = problems(DaemonSettings)
    assert [problem.split()[0].rstrip(":") for problem in named] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_USER_ID",
        "COMPANION_TIMEZONE",
        "COMPANION_WORK_HOURS",
        "COMPANION_WORK_DAYS",
        "PORT",
    ]
    assert named[0].startswith("SLACK_BOT_TOKEN is not a bot token: ")
    assert named[1].startswith("SLACK_APP_TOKEN is missing: the app-level token")
    assert named[-1] == "PORT is 'http', but must be a number from 0 to 65535"


@pytest.mark.parametrize("hours", ["9-5", "9:00-5", "09:00", "nine to five"])
def test_wrong_hours_are_shown_whole_with_how_to_write_them(
    hours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPANION_WORK_HOURS", hours)
    assert problems() == (
        f"COMPANION_WORK_HOURS: {hours!r} is not a span of hours; write it like 09:00-17:00",
    )


def test_a_wrong_setting_that_a_program_leaves_unused_does_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    assert problems() == (
        "PORT is 'http', but must be a number from 0 to 65535",
        "LOG_LEVEL is 'loud', but must be DEBUG, INFO, WARNING or ERROR",
    )
    settings = load_settings(Settings, frozenset({"port", "log_level"}), env_file=FILE)
    assert (settings.port, settings.log_level) == (8080, "INFO")


def test_a_command_asks_only_for_what_it_needs() -> None:
    assert load_settings(Settings, env_file=FILE).slack_bot_token is None
    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET is missing"):
        load_settings(WebhookSettings, env_file=FILE)


def test_what_is_given_as_nothing_is_missing_where_it_is_needed() -> None:
    with pytest.raises(SettingsError, match="SLACK_USER_ID is missing: your member ID"):
        load_settings(TablePersonSettings, slack_user_id=None)


def test_a_program_says_what_it_needs() -> None:
    assert Settings.needed() == ()
    assert DaemonSettings.needed() == ("slack_bot_token", "slack_app_token", "slack_user_id")
    assert DaemonAndWebhookSettings.needed() == (
        *("slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_user_id"),
    )
    assert CopySettings.needed() == ("slack_user_id", "dynamodb_table")
    assert DaemonSettings.secrets() == {"slack_bot_token", "slack_app_token"}


def test_what_can_be_used_is_given_beside_all_that_is_wrong(
    monkeypatch: pytest.MonkeyPatch, env_file: WriteFile
) -> None:
    env_file(f"{GOOD}what is this\nPORT=http\nLLM_MODEL=echo\n")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    settings, problems = usable_settings(DoctorSettings, env_file=FILE)
    assert [problem.split()[0] for problem in problems] == [".env,", "SLACK_BOT_TOKEN", "PORT"]
    assert (settings.slack_user_id, settings.llm_model, settings.port) == ("U0123ABC", "echo", 8080)
    assert settings.slack_app_token


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in SETTINGS.items() if not field.description] == []


def test_what_is_given_goes_before_the_environment_and_that_before_the_file(
    monkeypatch: pytest.MonkeyPatch, env_file: WriteFile
) -> None:
    env_file("PORT=1\nAWS_REGION=eu-west-1\nLOG_LEVEL=DEBUG\n")
    monkeypatch.setenv("PORT", "2")
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    settings = load_settings(Settings, env_file=FILE, port=3)
    assert (settings.port, settings.aws_region, settings.log_level) == (3, "eu-west-2", "DEBUG")


def test_none_that_is_given_goes_before_the_environment_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DYNAMODB_TABLE", "somebodys")
    assert load_settings(Settings, dynamodb_table=None).dynamodb_table is None


def test_a_variable_that_is_set_to_nothing_counts_as_not_set(
    monkeypatch: pytest.MonkeyPatch, env_file: WriteFile
) -> None:
    env_file("PORT=\nSLACK_USER_ID=U0123ABC\nLLM_MODEL='  '\nAWS_REGION\n")
    monkeypatch.setenv("SLACK_USER_ID", " ")
    settings = load_settings(PersonSettings, env_file=FILE)
    assert settings.slack_user_id == "U0123ABC"
    assert (settings.port, settings.llm_model, settings.aws_region) == (8080, None, "us-west-2")


def test_names_may_be_written_small(monkeypatch: pytest.MonkeyPatch, env_file: WriteFile) -> None:
    env_file("slack_user_id=U0123ABC\n")
    monkeypatch.setenv("Companion_Summary_Time", "09:45")
    settings = load_settings(PersonSettings, env_file=FILE)
    assert settings.companion_summary_time == time(9, 45)


def test_a_relative_path_in_the_file_starts_at_the_files_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.env"
    file.write_text("COMPANION_DB=notes.db\n")
    assert load_settings(Settings, env_file=file).companion_db == tmp_path / "notes.db"
    file.write_text("COMPANION_DB=~/notes.db\n")
    assert load_settings(Settings, env_file=file).companion_db == Path.home() / "notes.db"
    monkeypatch.setenv("COMPANION_DB", "notes.db")
    assert load_settings(Settings, env_file=file).companion_db == Path("notes.db")


def test_other_peoples_names_in_the_file_do_no_harm(env_file: WriteFile) -> None:
    env_file(f"SOMETHING_ELSE=1\n{GOOD}")
    assert load_settings(Settings, env_file=FILE).slack_user_id == "U0123ABC"


def test_an_env_file_that_is_not_text_gets_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SLACK_USER_ID=\xff\xfe")
    assert problems() == (".env is not UTF-8 text: save it as UTF-8",)


def test_an_env_file_that_cannot_be_read_gets_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert problems() == (".env cannot be read: Is a directory",)


def test_a_malformed_line_of_the_env_file_is_named_with_the_rest(env_file: WriteFile) -> None:
    env_file(f"{GOOD}export what is this\nPORT=http\n")
    first, *others = problems(DirectMessageSettings)
    assert first == ".env, line 2: write it like NAME=value"
    assert [problem.split()[0] for problem in others] == ["SLACK_BOT_TOKEN", "PORT"]


def test_a_malformed_line_stops_a_command_that_has_all_it_needs(env_file: WriteFile) -> None:
    env_file(f"{GOOD}what is this\n")
    assert problems(PersonSettings) == (".env, line 2: write it like NAME=value",)


def test_a_secret_may_have_a_dollar_in_it_and_the_file_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_SIGNING_SECRET=a${HOME}b\n", encoding="utf-8-sig")
    secret = load_settings(WebhookSettings, env_file=FILE).slack_signing_secret
    assert secret.get_secret_value() == "a${HOME}b"


def test_values_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_ALLOWED_USERS", "U1AA, U2BB U3CC")
    monkeypatch.setenv("COMPANION_TIMEZONE", "Asia/Kathmandu")
    monkeypatch.setenv("COMPANION_WORK_DAYS", "sun-thu")
    monkeypatch.setenv("COMPANION_DB", "~/notes.db")
    settings = load_settings(Settings, env_file=FILE)
    assert settings.companion_allowed_users == frozenset({"U1AA", "U2BB", "U3CC"})
    assert settings.companion_timezone == ZoneInfo("Asia/Kathmandu")
    assert settings.companion_work_days == {6, 0, 1, 2, 3}
    assert settings.companion_db == Path.home() / "notes.db"


def test_what_a_chat_made_of_a_dash_is_read_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_WORK_HOURS", "10:00–18:00")
    monkeypatch.setenv("COMPANION_WORK_DAYS", "tue—thurs")
    monkeypatch.setenv("COMPANION_PROMPTS_PER_DAY", "2 – 4")
    settings = load_settings(Settings, env_file=FILE)
    assert str(settings.companion_work_hours) == "10:00-18:00"
    assert settings.companion_work_days == {1, 2, 3}
    assert settings.companion_prompts_per_day == PromptsPerDay(2, 4)


@pytest.mark.parametrize("written", ["$HOME/notes.db", "${HOME}/notes.db", "~/notes.db"])
@pytest.mark.parametrize("in_file", [True, False])
def test_a_path_may_begin_at_home(
    written: str, in_file: bool, env_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_file:
        env_file(f"COMPANION_DB={written}\n")
    else:
        monkeypatch.setenv("COMPANION_DB", written)
    assert load_settings(Settings, env_file=FILE).companion_db == Path.home() / "notes.db"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("COMPANION_DB", "$NO_SUCH_FOLDER/x.db", "has a $ that begins no variable"),
        ("COMPANION_ALLOWED_USERS", "U0123ABCD,@bo", "'@bo' is not a member ID"),
        ("COMPANION_ALLOWED_USERS", "[U0123ABCD]", "'[U0123ABCD]' is not a member ID"),
        ("COMPANION_ALLOWED_USERS", ",", "',' has no member ID"),
        ("COMPANION_WORK_DAYS", "mono-friend", "names no weekdays"),
        ("COMPANION_WORK_DAYS", "mo-fr", "names no weekdays"),
    ],
)
def test_what_could_only_be_guessed_is_named(
    name: str, value: str, problem: str, env_file: WriteFile
) -> None:
    env_file(f"{name}={value}\n")
    (named,) = problems()
    assert named.startswith(name)
    assert problem in named


@pytest.mark.parametrize("zone", ["PST8PDT", "Europe/Zaporozhye", "UTC", "Etc/GMT+5"])
def test_every_zone_that_python_knows_is_taken(zone: str) -> None:
    assert load_settings(Settings, companion_timezone=zone).companion_timezone == ZoneInfo(zone)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe", "/etc/localtime"])
def test_what_is_not_a_zone_is_named(zone: str) -> None:
    with pytest.raises(SettingsError, match="is not a time zone; write it like Europe/Berlin"):
        load_settings(Settings, companion_timezone=zone)


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_no_secret_is_shown(name: str, env_file: WriteFile) -> None:
    bot, app = dict.fromkeys(["slack_bot_token", "slack_web_bot_token"], "xoxb-"), "xapp-"
    prefix = (bot | {"slack_app_token": app}).get(name, "")
    env_file(f"{name.upper()}={prefix}very-secret\n")
    settings = load_settings(Settings, env_file=FILE)
    shown = f"{settings} {settings!r} {vars(settings)}"
    assert "very-secret" not in shown
    assert getattr(settings, name).get_secret_value() == f"{prefix}very-secret"


@pytest.mark.parametrize("name", ["slack_bot_token", "slack_app_token"])
def test_no_error_shows_a_secret(name: str, env_file: WriteFile) -> None:
    env_file(f"{name.upper()}=very hidden\nCOMPANION_KEYCHAIN=also-hidden\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(Settings, env_file=FILE)
    assert "hidden" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None  # pydantic's error holds the values
    with pytest.raises(ValidationError) as raw:
        Settings.model_validate({name: "very hidden"})
    assert "hidden" not in str(raw.value)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_settings(Settings, env_file=FILE).port = 1


def test_pydantic_is_not_loaded_for_help_and_typing_mistakes() -> None:
    program = (
        "import sys; from companion.entrypoints.cli import cli\n"
        "for typed in (['--help'], ['log', '--help'], ['entreis']):\n"
        "    try: cli(typed)\n"
        "    except SystemExit: pass\n"
        "sys.exit(any(name.startswith('pydantic') for name in sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=90, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
