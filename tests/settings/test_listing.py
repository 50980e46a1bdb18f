"""Every setting is listed with its value and origin, and no secret is shown."""

from pathlib import Path

import pytest

from companion.settings import SETTINGS
from companion.settings.fields import SECRETS
from companion.settings.listing import MASK, list_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path / "settings.env"


def listed(file: Path) -> dict[str, tuple[str | None, str]]:
    return {each.name: (each.value, each.origin) for each in list_settings(file)[0]}


def test_each_setting_says_where_it_comes_from(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("SLACK_USER_ID=U0ADA\nPORT=1\nCOMPANION_WORK_DAYS=mon-thu\n")
    monkeypatch.setenv("PORT", "2")
    found = listed(file)
    assert list(found) == [name.upper() for name in SETTINGS]
    assert found["SLACK_USER_ID"] == ("U0ADA", "file")
    assert found["PORT"] == ("2", "environment")
    assert found["COMPANION_WORK_DAYS"] == ("mon-thu", "file")
    assert found["LLM_MODEL"] == (None, "default")


def test_defaults_are_shown_as_one_would_write_them(file: Path) -> None:
    found = listed(file)
    assert found["COMPANION_WORK_HOURS"] == ("09:00-17:00", "default")
    assert found["COMPANION_WORK_DAYS"] == ("mon-fri", "default")
    assert found["COMPANION_PROMPTS_PER_DAY"] == ("3-5", "default")
    assert found["COMPANION_SUMMARY_TIME"] == ("08:30", "default")
    assert found["COMPANION_KEYCHAIN"] == ("0", "default")


def test_secrets_are_masked_wherever_they_come_from(
    file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import keyring

    monkeypatch.setattr(keyring, "get_password", lambda _, name: f"xapp-of-{name}")
    file.write_text("COMPANION_KEYCHAIN=1\nSLACK_BOT_TOKEN=xoxb-1\n")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "abc")
    found = listed(file)
    assert found["SLACK_BOT_TOKEN"] == (MASK, "file")
    assert found["SLACK_SIGNING_SECRET"] == (MASK, "environment")
    assert found["SLACK_APP_TOKEN"] == (MASK, "keychain")


def test_secrets_that_the_keychain_does_not_give_are_marked_and_complained_of_once(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.errors import KeyringLocked, NoKeyringError

    def refuse(_: str, name: str) -> None:
        raise KeyringLocked if name == "SLACK_APP_TOKEN" else NoKeyringError

    monkeypatch.setattr(keyring, "get_password", refuse)
    file.write_text("COMPANION_KEYCHAIN=1\nSLACK_BOT_TOKEN=xoxb-1\n")
    found = listed(file)
    assert found["SLACK_BOT_TOKEN"] == (MASK, "file")
    withheld = [name for name, each in found.items() if each == (None, "keychain")]
    assert withheld == [name.upper() for name in SETTINGS if name in SECRETS - {"slack_bot_token"}]
    locked, others = sorted(list_settings(file)[1], key=len)
    assert "does not give SLACK_APP_TOKEN (KeyringLocked): unlock it, or put the secret " in locked
    others_of_it = ", ".join(name for name in withheld if name != "SLACK_APP_TOKEN")
    assert f"does not give {others_of_it} (NoKeyringError): unlock it" in others
    assert str(file) in others


def test_what_is_wrong_is_listed_as_it_is_written_and_named(file: Path) -> None:
    file.write_text("PORT=http\nSLACK_BOT_TOKEN=very-secret\n")
    all_of_them, problems = list_settings(file)
    assert {each.name: each.value for each in all_of_them}["PORT"] == "http"
    assert [problem.split()[0] for problem in problems] == ["SLACK_BOT_TOKEN", "PORT"]
    assert "very-secret" not in f"{all_of_them} {problems}"
