"""`companion today`, `yesterday`, `week`, and `companion summary` of any window."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.entrypoints.cli.conftest import Keep, Run, entry


def days_ago(days: int, text: str, keep: Keep) -> None:
    noon = datetime.now(UTC).replace(hour=11, minute=0, second=0, microsecond=0)
    keep(entry((noon - timedelta(days=days)).isoformat(), text))


def texts(companion: Run, *arguments: str) -> list[str]:
    return [each["text"] for each in json.loads(companion(*arguments, "--format=json").stdout)]


def test_entries_at_a_glance(companion: Run, keep: Keep) -> None:
    for days, text in ((0, "of today"), (1, "of yesterday #x"), (7, "a week ago"), (8, "before")):
        days_ago(days, text, keep)
    assert texts(companion, "today") == ["of today"]
    assert texts(companion, "yesterday") == ["of yesterday #x"]
    assert texts(companion, "week") == ["a week ago", "of yesterday #x", "of today"]
    assert texts(companion, "week", "--tag", "x") == ["of yesterday #x"]
    shown = companion("yesterday", "--ids").stdout
    assert "of yesterday #x" in shown
    assert "00000000" in shown


@pytest.mark.parametrize("command", ["today", "yesterday", "week"])
def test_without_entries_it_says_so(companion: Run, command: str) -> None:
    shown = companion(command)
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert "No entries in this period" in shown.stderr


@pytest.mark.parametrize(
    ("window", "heading", "has", "has_not"),
    [
        (["--day", "2026-11-20"], "Friday 2026-11-20", "on Friday", "on Monday"),
        (
            ["--since", "2026-11-16", "--until", "2026-11-20"],
            "Monday 2026-11-16 to Friday 2026-11-20",
            "on Monday",
            "in October",
        ),
        (["--tag", "x"], "#x, Tuesday 2026-10-20 to ", "in October", "on Friday"),
        (["--since=2026-W47", "--tag=x"], "#x, Monday 2026-11-16 to ", "on Monday", "in October"),
    ],
)
def test_a_summary_of_any_window_has_one_heading(
    companion: Run, keep: Keep, window: list[str], heading: str, has: str, has_not: str
) -> None:
    keep(
        entry("2026-10-20T08:12Z", "in October #x"),
        entry("2026-11-16T08:12Z", "on Monday #x"),
        entry("2026-11-20T08:12Z", "on Friday"),
    )
    shown = companion("summary", *window).stdout
    headings = [line for line in shown.splitlines() if line.startswith("## ")]
    assert len(headings) == 1
    assert headings[0].startswith(f"## {heading}")
    assert has in shown
    assert has_not not in shown


def test_last_week_is_monday_to_sunday(companion: Run) -> None:
    shown = json.loads(companion("summary", "--last-week", "--format", "json").stdout)
    assert shown["heading"].startswith("Monday ")
    assert " to Sunday " in shown["heading"]
    assert shown["lines"] == []


def test_json_has_the_window_and_the_lines(companion: Run, keep: Keep) -> None:
    keep(entry("2026-11-20T08:12Z", "on Friday"))
    shown = json.loads(companion("summary", "--day", "2026-11-20", "--format", "json").stdout)
    assert shown["heading"] == "Friday 2026-11-20"
    assert shown["since"] == "2026-11-19T23:00:00.000000+00:00"
    assert shown["until"] == "2026-11-20T23:00:00.000000+00:00"
    assert "on Friday" in shown["text"]
    assert "named no entries" in shown["without_model"]  # the model of tests repeats what it reads


def test_a_window_that_ends_before_it_begins_says_how_it_was_read(
    companion: Run, keep: Keep
) -> None:
    refused = companion("summary", "--since", "2026-11-23", "--until", "2026-11-20")
    assert "It is Mon 2026-11-23 00:00, and --until is Sat 2026-11-21 00:00." in refused.stderr


def test_an_empty_window_says_so(companion: Run, keep: Keep) -> None:
    keep(entry("2026-11-20T08:12Z", "shipped #deploy"))
    shown = companion("summary", "--day", "2026-11-19")
    assert shown.stdout == "## Thursday 2026-11-19\nNothing is written down for this time.\n"
    assert shown.stderr == ""
    assert "The nearest tag is #deploy." in companion("summary", "--tag", "deplyo").stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--since", "2026-11-21", "--until", "2026-11-19"], "--since must be before --until. "),
        (["--day", "2026-02-30"], "There is no such day: '2026-02-30'."),
        (["--day", "last week"], "That is not one day."),
        (["--day", "14:00"], "That is not one day."),
        (["--day", "mon", "--last-week"], "Use one of them."),
        (["--last-week", "--until", "mon"], "Use one of them."),
        (["--send", "--day", "mon"], "Leave out --day."),
        (["--send", "--tag", "x"], "Leave out --tag."),
    ],
)
def test_a_window_that_is_none_is_one_clear_line(
    companion: Run, arguments: list[str], problem: str
) -> None:
    refused = companion("summary", *arguments)
    assert refused.exit_code == 2
    assert problem in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""
