"""Names that look like a setting's and are not are reported, with the one that was meant."""

from pathlib import Path

import pytest

from companion.settings.names import unknown_names

LIBRARIES = (
    *("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_CA_BUNDLE", "AWS_DEFAULT_REGION", "LLM_USER_PATH"),
    *("AWS_SECURITY_TOKEN", "AWS_ENDPOINT_URL", "OPENAI_API_KEY", "OLLAMA_HOST"),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.env"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("COMPANION_TIME_ZONE", "COMPANION_TIMEZONE"),
        ("DYNAMO_TABLE", "DYNAMODB_TABLE"),
        ("SLACK_TOKEN", "SLACK_BOT_TOKEN"),
        ("COMPANION_ALLOWED_USER", "COMPANION_ALLOWED_USERS"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("LLM_MODELS", "LLM_MODEL"),
        ("AWS_ACESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
    ],
)
def test_a_name_that_is_nearly_right_is_reported_with_the_right_one(
    file: Path, wrong: str, right: str
) -> None:
    (found,) = unknown_names({wrong: "1"}, None)
    assert str(found) == f"{wrong} (in the environment) is not a setting. Did you mean {right}?"
    file.write_text(f"{wrong}=1\n")
    (found,) = unknown_names({}, file)
    assert str(found) == f"{wrong} (in {file}) is not a setting. Did you mean {right}?"


def test_what_is_right_is_not_reported(file: Path) -> None:
    file.write_text("SLACK_USER_ID=U0ADA\nport=1\n")
    assert unknown_names({"COMPANION_ENV_FILE": str(file), "LOG_LEVEL": "INFO"}, file) == []


def test_of_the_environment_only_what_looks_like_ours_is_reported() -> None:
    assert unknown_names({"PATH": "/bin", "HOME": "/", "EDITOR": "vi", "SORT": "1"}, None) == []
    (found,) = unknown_names({"COMPANION_COLOUR_SCHEME": "1"}, None)
    assert found.name == "COMPANION_COLOUR_SCHEME"


def test_of_the_file_every_unknown_name_is_reported(file: Path) -> None:
    file.write_text("DATABASE_URL=1\nDEBUG=1\n")
    assert [each.name for each in unknown_names({}, file)] == ["DATABASE_URL", "DEBUG"]


@pytest.mark.parametrize("name", LIBRARIES)
def test_what_libraries_read_themselves_is_not_reported(file: Path, name: str) -> None:
    file.write_text(f"{name}=1\n")
    assert unknown_names({name: "1"}, file) == []
