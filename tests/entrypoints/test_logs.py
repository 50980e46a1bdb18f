"""The log: one line each, in UTC, and nobody's words."""

import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from slack_bolt.logger import get_bolt_app_logger

from companion.entrypoints.bolt import bolt_app, quiet_logger
from companion.entrypoints.log_file import logging_to
from companion.entrypoints.logs import THIRD_PARTIES, configure_logging
from tests.entrypoints.cli.conftest import logging_as_before

WORDS = "somebody's own words"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What is set up here is undone."""
    with logging_as_before():
        yield


def test_a_line_says_when_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")

    logging.getLogger("companion.usecases.somewhere").info("entry.stored log_id=%s", "abc")

    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ INFO entry\.stored log_id=abc\n", capsys.readouterr().err
    )


def test_on_a_terminal_the_time_is_on_the_person_s_clock(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    configure_logging("INFO", ZoneInfo("Asia/Tokyo"))

    logging.getLogger("companion.usecases.somewhere").info("entry.stored")

    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d JST INFO entry\.stored\n", capsys.readouterr().err
    )


def test_fields_follow_and_are_quoted_where_they_must_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("INFO")

    logging.getLogger("companion.usecases.x").warning(
        "store.row_unreadable", extra={"key": "log:1", "what": 'a "b"\nc', "none": ""}
    )

    assert capsys.readouterr().err.endswith(
        ' WARNING store.row_unreadable key=log:1 what="a \\"b\\"\\nc" none=""\n'
    )


def test_what_is_below_the_level_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("warning")

    logging.getLogger("companion.usecases.x").info("entry.stored")

    assert capsys.readouterr().err == ""


def test_setting_it_up_again_does_not_double_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    configure_logging("INFO")

    logging.getLogger("companion.usecases.x").info("entry.stored")

    assert capsys.readouterr().err.count("entry.stored") == 1


def test_an_exception_is_its_kind_and_place_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")

    try:
        configure_logging(WORDS)
    except ValueError:
        logging.getLogger("companion.usecases.x").exception("it.broke")

    said = capsys.readouterr().err
    assert re.search(r"it\.broke error=ValueError at=companion/entrypoints/logs\.py:\d+\n$", said)
    assert WORDS.upper() not in said


@pytest.mark.parametrize("name", [*THIRD_PARTIES, "somebody_elses", "slack_bolt.App"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING])
def test_others_are_held_back_even_if_they_set_their_own_level(
    capsys: pytest.CaptureFixture[str], name: str, level: int
) -> None:
    configure_logging("DEBUG")
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)

    logger.log(level, WORDS)

    assert capsys.readouterr().err == ""


def test_bolt_does_not_silence_us(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")

    # Bolt sets the level of the logger that is called as its app is.
    get_bolt_app_logger(bolt_app().name, None, quiet_logger())
    logging.getLogger("companion.entrypoints.webhook").info("request.refused")

    assert "request.refused" in capsys.readouterr().err


def test_of_others_errors_only_what_is_nobodys_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("DEBUG")

    logging.getLogger("asyncio").error("Task exception was never retrieved\n%s", WORDS)
    logging.getLogger("aiohttp.server").error("Error handling %s", WORDS)
    logging.getLogger("slack_sdk.web").error(WORDS)

    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith('ERROR asyncio message="Task exception was never retrieved"')
    assert second.endswith('ERROR aiohttp.server message="Error handling %s"')


def test_a_log_in_a_file_is_its_owner_s_alone_and_never_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.entrypoints.log_file.MOST_BYTES", 200)
    path = tmp_path / "logs" / "daemon.log"
    with logging_to(path):
        configure_logging("INFO")
        for number in range(100):
            logging.getLogger("companion.usecases.x").info("job.sent number=%d", number)

    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == [
        "daemon.log",
        *(f"daemon.log.{n}" for n in range(1, 5)),
    ]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert all(file.stat().st_size <= 200 for file in files)
    assert "job.sent number=99" in path.read_text()


def test_what_is_logged_to_a_file_is_not_said_on_stderr_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path / "daemon.log"):
        configure_logging("INFO")
        logging.getLogger("companion.usecases.x").info("job.sent")
    assert capsys.readouterr().err == ""
