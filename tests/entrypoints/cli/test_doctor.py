"""`companion doctor`, as it is shown."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.entrypoints.cli.conftest import Run, Start

NOWHERE = "http://127.0.0.1:9/api/"
CHECKS = ["settings", "clock", "bot token", "app token", "direct message"]
CHECKS += ["store", "model", "commits", "calendar", "daemon", "buttons", "webhook"]


def test_each_check_has_one_line_and_a_failed_one_fails_the_command(companion: Run) -> None:
    result = companion("doctor", SLACK_API_URL=NOWHERE)

    assert result.exit_code == 1
    # The further problems of a check stand below it, indented.
    lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert [line[2:].split("  ")[0] for line in lines] == CHECKS
    assert {line[0] for line in lines} == {"✓", "!", "✗", "–"}
    assert "– webhook         skipped: no address" in result.stdout
    assert result.stderr == ""


def test_programs_get_the_same_as_json(companion: Run) -> None:
    result = companion("doctor", "--format", "json", SLACK_API_URL=NOWHERE)

    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [each["check"] for each in found] == CHECKS
    assert {each["verdict"] for each in found} == {"ok", "warning", "failed", "skipped"}
    assert all(each["text"] for each in found)


def test_a_broken_calendar_is_named_with_what_to_do(companion: Run, tmp_path: Path) -> None:
    file = tmp_path / "secret-calendar.ics"
    file.write_text("<html>Sign in</html>", encoding="utf-8")
    shown = companion(
        "doctor", "--format", "json", SLACK_API_URL=NOWHERE, COMPANION_CALENDAR=str(file)
    )

    (found,) = [each for each in json.loads(shown.stdout) if each["check"] == "calendar"]
    assert found["verdict"] == "failed"
    assert "COMPANION_CALENDAR) is not a calendar" in found["text"]
    assert "Set it to an .ics file or to the address of one" in found["text"]
    assert "secret-calendar" not in found["text"]


async def test_beside_a_daemon_that_runs_all_is_well(
    start: Start, slack_settings: dict[str, str]
) -> None:
    async with start("daemon", **slack_settings) as daemon:
        assert daemon.stderr is not None
        while b"socket.connected" not in await daemon.stderr.readline():
            pass
        async with start("doctor", "--format", "json", **slack_settings) as doctor:
            told, problems = await doctor.communicate()

    assert doctor.returncode == 0, told.decode()
    assert problems == b""
    verdicts = {each["check"]: each["verdict"] for each in json.loads(told)}
    skipped = ("commits", "calendar", "buttons", "webhook")
    assert {verdicts.pop(check) for check in skipped} == {"skipped"}
    assert set(verdicts.values()) == {"ok"}, told.decode()


def test_on_a_terminal_there_are_colours_unless_one_says_no(
    on_terminal: Callable[..., str],
) -> None:
    assert "\x1b[" in on_terminal("doctor", SLACK_API_URL=NOWHERE)
    plain = on_terminal("doctor", SLACK_API_URL=NOWHERE, NO_COLOR="1")
    assert "\x1b[31m" not in plain
    assert "\x1b[1;31m" not in plain
    assert "✗ settings" in plain
    assert "• SLACK_BOT_TOKEN is missing" in plain
