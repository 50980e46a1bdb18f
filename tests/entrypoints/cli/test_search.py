"""`companion search`."""

import json
from collections.abc import Callable

import pytest

from tests.entrypoints.cli.conftest import Keep, Run, entry

REVERSE = "\x1b[1;7m"


@pytest.fixture
def kept(keep: Keep) -> None:
    keep(
        entry("2026-11-18T08:12Z", "stuck in the Retry-loop of billing #deploy"),
        entry("2026-11-19T09:00Z", "a loop around the parser"),
        entry("2026-11-20T10:00Z", "retrying the client, no LOOP"),
        entry("2026-11-20T11:00Z", "lunch"),
    )


@pytest.mark.usefixtures("kept")
def test_the_newest_entries_with_all_words_come_first(companion: Run) -> None:
    shown = companion("search", "retr", "loop")
    assert shown.stdout == (
        "Friday 2026-11-20\n"
        "  11:00  retrying the client, no LOOP\n"
        "\n"
        "Wednesday 2026-11-18\n"
        "  09:12  stuck in the Retry-loop of billing #deploy\n"
    )
    assert shown.stderr == ""


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["loop", "--not", "retry"], ["a loop"]),
        (["loop", "-retr"], ["a loop"]),
        (["loop", "-nope"], ["retrying", "a loop", "stuck"]),
        (["loop", "-n", "1"], ["retrying"]),
        (["loop", "-n2"], ["retrying", "a loop"]),
        (["-retr", "loop"], ["a loop"]),
        (["loop", "-retry loop"], ["retrying", "a loop"]),
        (["retry loop"], ["stuck"]),
        (["loop -retr"], ["a loop"]),
        (["“retry loop” billing"], ["stuck"]),
        (["loop", "tag:deploy"], ["stuck"]),
        (["--tag", "#Deploy"], ["stuck"]),
        (["loop", "--since", "2026-11-19"], ["retrying", "a loop"]),
        (["loop", "--until", "2026-11-19"], ["a loop", "stuck"]),
    ],
)
def test_a_query_is_typed_as_one_thinks(companion: Run, typed: list[str], found: list[str]) -> None:
    shown = json.loads(companion("search", *typed, "--format", "json").stdout)
    assert [each["text"].startswith(found[at]) for at, each in enumerate(shown)] == [True] * len(
        found
    )


@pytest.mark.usefixtures("kept")
def test_it_says_that_there_are_older_ones(companion: Run) -> None:
    shown = companion("search", "loop", "-n", "2")
    assert "stuck" not in shown.stdout
    assert shown.stderr == "There are older ones too: `-n 20` shows more.\n"
    assert companion("search", "loop", "-n", "3").stderr == ""


@pytest.mark.usefixtures("kept")
def test_the_found_words_stand_out_on_a_terminal_alone(
    companion: Run, on_terminal: Callable[..., str]
) -> None:
    shown = on_terminal("search", "retr", "loop", NO_COLOR="1")
    for word in ("Retry", "loop", "retrying", "LOOP"):
        assert f"{REVERSE}{word}\x1b[0m" in shown
    assert "\x1b" not in companion("search", "retr", "loop").stdout


def test_a_found_text_does_not_control_the_terminal(
    keep: Keep, on_terminal: Callable[..., str]
) -> None:
    keep(entry("2026-11-20T10:00Z", "red \x1b[31m loop\x07 cafe\u0301"))
    shown = on_terminal("search", "loop", "café", NO_COLOR="1")
    assert f"red \N{REPLACEMENT CHARACTER}[31m {REVERSE}loop\x1b[0m" in shown
    assert "\x1b[31m" not in shown
    assert "\x07" not in shown
    assert f"{REVERSE}café\x1b[0m" in shown


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        (["billling"], " Did you mean billing?"),
        (["loop", "clyent"], " Did you mean client?"),
        (["tag:depoly"], " Did you mean #deploy?"),
        (["lunch", "parser"], ""),
        (
            ["loop", "--since", "2026-11-21"],
            " The newest one outside this period is from Friday 2026-11-20.",
        ),
    ],
)
def test_where_nothing_is_found_it_names_what_is_near(
    companion: Run, typed: list[str], hint: str
) -> None:
    shown = companion("search", *typed)
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr == f"No entry has all of that.{hint}\n"
    assert companion("search", *typed, "--format", "json").stdout == "[]\n"


@pytest.mark.parametrize("typed", [[], ["-retry"], ["--not", "retry"], ["…"]])
def test_a_search_for_nothing_is_refused(companion: Run, typed: list[str]) -> None:
    shown = companion("search", *typed)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "There is no word to look for" in shown.stderr
