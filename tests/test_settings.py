"""Settings: what is missing or wrong is named, all of it at once, and no secret is shown."""

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import PromptsPerDay
from companion.errors import SettingsError
from companion.settings import SETTINGS, load_settings


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_defaults_hold() -> None:
    settings = load_settings()
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
    monkeypatch.setenv("COMPANION_WORK_HOURS", "nine to five")
    monkeypatch.setenv("COMPANION_TIMEZONE", "Berlin")
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(SettingsError) as caught:
        load_settings("slack_bot_token", "slack_app_token", "slack_user_id")
    named = [problem.split()[0].rstrip(":") for problem in caught.value.problems]
    assert named == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_USER_ID",
        "COMPANION_TIMEZONE",
        "COMPANION_WORK_HOURS",
        "PORT",
    ]
    assert "SLACK_APP_TOKEN is missing" in str(caught.value)
    assert "swapped-secret" not in str(caught.value)


def test_a_command_asks_only_for_what_it_needs() -> None:
    assert load_settings().slack_bot_token is None
    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET is missing"):
        load_settings("slack_signing_secret")


def test_the_env_file_is_read_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(
        "SLACK_USER_ID=U0123ABC\nCOMPANION_SUMMARY_TIME=07:15\nSOMETHING_ELSE=1\nPORT=\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("COMPANION_SUMMARY_TIME", "09:45")
    settings = load_settings("slack_user_id")
    assert settings.slack_user_id == "U0123ABC"
    assert settings.companion_summary_time == time(9, 45)
    assert settings.port == 8080


def test_an_env_file_that_is_no_text_gets_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SLACK_USER_ID=\xff\xfe")
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        load_settings()


def test_a_line_of_the_env_file_that_cannot_be_meant_is_named_with_the_rest(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text(
        "SLACK_USER_ID=U0123ABC\nexport what is this\nPORT=http\n", encoding="utf-8"
    )
    with pytest.raises(SettingsError) as caught:
        load_settings("slack_bot_token")
    first, *others = caught.value.problems
    assert first == ".env, line 2: write it like NAME=value"
    assert [problem.split()[0] for problem in others] == ["SLACK_BOT_TOKEN", "PORT"]


def test_a_secret_may_have_a_dollar_in_it_and_the_file_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_SIGNING_SECRET=a${HOME}b\n", encoding="utf-8-sig")
    secret = load_settings("slack_signing_secret").slack_signing_secret
    assert secret is not None
    assert secret.reveal() == "a${HOME}b"


def test_values_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_ALLOWED_USERS", "U1AA, U2BB U3CC")
    monkeypatch.setenv("COMPANION_TIMEZONE", "Asia/Kathmandu")
    monkeypatch.setenv("COMPANION_WORK_DAYS", "sun-thu")
    monkeypatch.setenv("COMPANION_DB", "~/notes.db")
    settings = load_settings()
    assert settings.companion_allowed_users == frozenset({"U1AA", "U2BB", "U3CC"})
    assert settings.companion_timezone == ZoneInfo("Asia/Kathmandu")
    assert settings.companion_work_days == {6, 0, 1, 2, 3}
    assert settings.companion_db == Path.home() / "notes.db"


def test_a_secret_is_not_shown_when_settings_are_printed() -> None:
    settings = load_settings(slack_bot_token="xoxb-very-secret")
    assert "very-secret" not in repr(settings)
