"""`companion entries`."""

import json
from collections.abc import Callable
from uuid import UUID

from tests.entrypoints.cli.conftest import Keep, Run, entry


def test_entries_stand_under_their_local_day(companion: Run, keep: Keep) -> None:
    keep(
        entry("2026-11-20T08:12Z", "reviewed the parser"),
        entry("2026-11-20T23:30Z", "still at it"),
        entry("2026-11-21T09:00Z", "wrote tests:\n\n  one\ttwo"),
    )

    shown = companion("entries", "--since", "2026-11-20", "--until", "2026-11-21")

    assert shown.stdout == (
        "Friday 2026-11-20\n"
        "  09:12  reviewed the parser\n"
        "\n"
        "Saturday 2026-11-21\n"
        "  00:30  still at it\n"
        "  10:00  wrote tests:\n"
        "\n"
        "           one\ttwo\n"
    )


def test_a_late_night_belongs_to_the_day_before_where_days_begin_later(
    companion: Run, keep: Keep
) -> None:
    keep(entry("2026-11-20T23:30Z", "still at it"))

    shown = companion(
        "entries", "--since", "2026-11-20", "--until", "2026-11-20", COMPANION_DAY_START="04:00"
    )

    assert shown.stdout == "Friday 2026-11-20\n  00:30  still at it\n"


def test_what_was_said_elsewhere_keeps_the_time_of_there(companion: Run, keep: Keep) -> None:
    keep(
        entry("2026-11-20T08:00Z", "at the conference", tz="Asia/Tokyo"),
        entry("2026-11-20T20:00Z", "home again", tz=None),
    )

    shown = companion("entries", "--since", "2026-11-20")

    assert shown.stdout == (
        "Friday 2026-11-20 (Asia/Tokyo)\n"
        "  17:00  at the conference\n"
        "\n"
        "Friday 2026-11-20\n"
        "  21:00  home again\n"
    )


def test_the_newest_entries_are_shown_whenever_they_are_from(companion: Run, keep: Keep) -> None:
    keep(
        entry("2019-03-01T08:00Z", "years ago"),
        entry("2026-08-20T08:00Z", "summer"),
        entry("2026-11-20T08:00Z", "autumn"),
    )
    companion("log", "now")

    def newest(*arguments: str) -> list[str]:
        shown = companion("entries", "--format", "json", *arguments)
        return [each["text"] for each in json.loads(shown.stdout)]

    assert newest("-n", "1") == ["now"]
    assert newest("-n", "2", "--until", "2026-11-20") == ["summer", "autumn"]
    assert newest("-n", "20", "--until", "2026-11-20") == ["years ago", "summer", "autumn"]
    assert newest("-n", "20", "--since", "2026-10-01", "--until", "2026-11-21") == ["autumn"]
    assert companion("entries", "-n", "0").exit_code == 2


def test_json_holds_the_entries_as_they_are(companion: Run, keep: Keep) -> None:
    keep(entry("2026-11-20T08:12:30.5Z", "größer\nals “sonst” \x1b"))

    shown = companion("entries", "--since", "2026-11-20", "--format", "json")

    assert "größer" in shown.stdout
    assert json.loads(shown.stdout) == [
        {
            "timestamp": "2026-11-20T08:12:30.500000+00:00",
            "local_time": "2026-11-20T09:12:30+01:00",
            "day": "2026-11-20",
            "tz": "Europe/Berlin",
            "text": "größer\nals “sonst” \x1b",
            "log_id": str(UUID(int=1795162350)),
            "source": "message",
            "agent": None,
            "answers": "2026-11-20/prompt-1",
            "logged_at": None,
        }
    ]


def test_a_period_without_entries_is_reported_on_stderr(companion: Run) -> None:
    text, as_json = companion("entries"), companion("entries", "--format", "json")

    assert (text.exit_code, text.stdout) == (0, "")
    assert "No entries in this period" in text.stderr
    assert json.loads(as_json.stdout) == []


def test_a_reversed_period_is_refused(companion: Run) -> None:
    result = companion("entries", "--since", "2026-11-21", "--until", "2026-11-19")

    assert result.exit_code == 2
    assert result.stderr.startswith("companion: --since must be before --until. It is ")


def test_on_a_terminal_long_texts_wrap_in_their_column(
    on_terminal: Callable[..., str], keep: Keep
) -> None:
    keep(entry("2026-11-20T08:12Z", "word " * 30))

    shown = on_terminal("entries", "--since", "2026-11-20", NO_COLOR="1", TERM="dumb")

    _, *lines = shown.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert [line[:13] for line in lines] == ["  09:12  word", "         word", "         word"]


def test_a_since_in_the_future_finds_nothing_and_is_not_an_error(companion: Run) -> None:
    result = companion("entries", "--since", "2999-01-01")

    assert result.exit_code == 0
    assert "No entries in this period" in result.stderr


def test_the_newest_of_nothing_are_not_missing_from_a_period(companion: Run) -> None:
    assert companion("entries", "-n", "1").stderr.startswith("No entries yet. ")
    assert companion("entries").stderr.startswith("No entries in this period. ")
