"""`companion log`."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.bootstrap import machine_zone
from tests.entrypoints.cli.conftest import Finished, Run
from tests.entrypoints.cli.terminal import Terminal


def stored_texts(companion: Run) -> list[str]:
    return [each["text"] for each in json.loads(companion("entries", "--format", "json").stdout)]


def test_words_are_stored_and_confirmed_with_the_local_time(companion: Run) -> None:
    logged = companion("log", "fixed", "the", "flaky test")

    assert logged.exit_code == 0
    assert re.fullmatch(r"Logged at \d\d:\d\d: fixed the flaky test\n", logged.stdout)
    assert logged.stderr == ""
    (stored,) = json.loads(companion("entries", "--format", "json").stdout)
    assert stored["text"] == "fixed the flaky test"
    assert stored["source"] == "terminal"
    assert stored["tz"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("at", "confirmed", "local"),
    [
        (
            "2026-11-20 16:00",
            "Logged for Friday 2026-11-20 16:00: x\n",
            "2026-11-20T16:00:00+01:00",
        ),
        (
            "2026-11-20",
            "Logged for Friday 2026-11-20 12:00 (a day alone means its noon): x\n",
            "2026-11-20T12:00:00+01:00",
        ),
    ],
)
def test_at_says_when_it_was_and_the_confirmation_repeats_it(
    companion: Run, at: str, confirmed: str, local: str
) -> None:
    assert companion("log", "--at", at, "x").stdout == confirmed

    shown = companion("entries", "--since", "2026-11-20", "--until", "2026-11-20", "--format=json")
    (stored,) = json.loads(shown.stdout)
    assert stored["local_time"] == local
    assert stored["logged_at"] > stored["timestamp"]


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("soon", "I don't understand the date 'soon'. Write it like 14:30"),
        ("last week", "a range of days, and one moment is needed"),
        ("2999-01-01", "in the future"),
        ("2026-02-30", "There is no such day: '2026-02-30'"),
    ],
)
def test_a_moment_that_is_not_one_of_the_past_is_refused(companion: Run, at: str, why: str) -> None:
    refused = companion("log", "--at", at, "x")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("Nothing was stored.\ncompanion: --at")
    assert refused.stderr.count(at) == 1
    assert why in refused.stderr
    assert refused.stderr.count("\n") == 2
    assert companion("entries", "--since", "1900-01-01", "--until", "2999-12-31").stdout == ""


def test_what_looks_like_an_option_among_the_words_is_text(companion: Run) -> None:
    companion("log", "ran", "pytest", "-k", "foo", "--help", "--", "x")

    assert stored_texts(companion) == ["ran pytest -k foo --help -- x"]


@pytest.mark.parametrize("option", ["--on", "-5", "--no-such-thing"])
def test_an_unknown_option_before_the_text_is_refused_and_two_dashes_let_it_through(
    companion: Run, option: str
) -> None:
    refused = companion("log", option, "14:00", "foo")

    assert refused.exit_code == 2
    assert f"has no option {option[:2] if option == '-5' else option}" in refused.stderr
    assert "put -- before it" in refused.stderr
    assert stored_texts(companion) == []

    assert companion("log", "--", option, "14:00", "foo").exit_code == 0
    assert stored_texts(companion) == [f"{option} 14:00 foo"]


@pytest.mark.parametrize("arguments", [["-"], []])
def test_standard_input_is_read_for_a_dash_and_where_there_are_no_words(
    companion: Run, arguments: list[str]
) -> None:
    logged = companion("log", *arguments, stdin="first line\nzweite Zeile äöü 日本\n")

    assert logged.exit_code == 0
    assert stored_texts(companion) == ["first line\nzweite Zeile äöü 日本"]


@pytest.mark.parametrize("arguments", [[], [""], ["  ", "\n"], ["-"]])
def test_an_empty_text_is_refused_and_not_stored(companion: Run, arguments: list[str]) -> None:
    refused = companion("log", *arguments, stdin=" \n")

    assert refused.exit_code == 2
    assert "Nothing was stored" in refused.stderr
    assert companion("entries").stdout == ""


def test_bytes_that_are_not_utf_8_are_refused(companion: Run) -> None:
    refused = companion("log", "-", stdin=b"caf\xe9")

    assert refused.exit_code == 2
    assert "not UTF-8" in refused.stderr


# The editor


@pytest.fixture
def editor(tmp_path: Path) -> Callable[[str], str]:
    """An editor that runs a line of shell on its file, `$1`."""

    def write(line: str) -> str:
        path = tmp_path / "editor"
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return write


@pytest.mark.parametrize("variable", ["VISUAL", "EDITOR"])
def test_on_a_terminal_without_words_the_editor_opens(
    environment: dict[str, str],
    tmp_path: Path,
    companion: Run,
    editor: Callable[[str], str],
    variable: str,
) -> None:
    program = editor(
        "sleep 0.01; printf 'first line\\nsecond line\\n' > $1; touch -d 2001-01-01 $1"
    )
    with Terminal(tmp_path, environment | {variable: program}, "log") as terminal:
        assert terminal.end() == 0

    assert "first line" in terminal.shown
    assert stored_texts(companion) == ["first line\nsecond line"]


@pytest.mark.parametrize("line", ["true", "touch -d 2001-01-01 $1", "exit 1"])
def test_an_editor_that_leaves_no_text_stores_nothing_and_says_so(
    environment: dict[str, str],
    tmp_path: Path,
    companion: Run,
    editor: Callable[[str], str],
    line: str,
) -> None:
    with Terminal(tmp_path, environment | {"EDITOR": editor(line)}, "log") as terminal:
        assert terminal.end() == 1

    assert "Nothing was stored" in terminal.shown
    assert stored_texts(companion) == []


def test_edit_opens_the_editor_with_the_present_text(
    environment: dict[str, str], tmp_path: Path, companion: Run, editor: Callable[[str], str]
) -> None:
    companion("log", "fixed the falky test")
    program = editor("sed -i s/falky/flaky/ $1; touch -d 2001-01-01 $1")
    with Terminal(tmp_path, environment | {"EDITOR": program}, "edit", "last") as terminal:
        assert terminal.end() == 0

    assert stored_texts(companion) == ["fixed the flaky test"]


def test_a_text_from_the_editor_that_cannot_be_stored_is_shown_again(
    environment: dict[str, str], tmp_path: Path, editor: Callable[[str], str]
) -> None:
    program = editor("echo precious words > $1; touch -d 2001-01-01 $1")
    (tmp_path / "file").touch()
    broken = {"EDITOR": program, "COMPANION_DB": str(tmp_path / "file" / "memory.db")}
    with Terminal(tmp_path, environment | broken, "log") as terminal:
        assert terminal.end() == 1

    assert "precious words" in terminal.shown


@pytest.mark.parametrize(
    "wrong",
    [{"PORT": "abc"}, {"COMPANION_WORK_HOURS": "9-5"}, {"COMPANION_MODEL_TIMEOUT": "long"}],
)
def test_a_setting_that_log_does_not_use_does_not_stop_it(
    companion: Run, wrong: dict[str, str]
) -> None:
    logged = companion("log", stdin="a long thought\n", **wrong)
    assert (logged.exit_code, logged.stderr) == (0, "")
    assert "a long thought" in logged.stdout

    assert companion("summary", **wrong).exit_code == (0 if "PORT" in wrong else 2)


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        (("log",), {"COMPANION_DAY_START": "soon"}),
        (("log", "-"), {"COMPANION_TIMEZONE": "Berlin"}),
        (("log", "--at", "99"), {}),
        (("log", "--at", "tomorrow"), {}),
        (("edit", "last"), {"COMPANION_DAY_START": "soon"}),
        (("edit", "last"), {}),
        (("log",), {"COMPANION_DB": "/dev/null/memory.db"}),
    ],
)
def test_a_piped_text_that_cannot_be_stored_is_given_back(
    companion: Run, arguments: tuple[str, ...], changes: dict[str, str]
) -> None:
    refused = companion(*arguments, stdin="a long\nthought\n", **changes)
    assert refused.exit_code in (1, 2)
    assert refused.stderr.startswith("Nothing was stored. Your text was:\na long\nthought\n")


def test_a_text_of_the_command_line_is_not_repeated_when_it_cannot_be_stored(
    companion: Run,
) -> None:
    refused = companion("log", "a thought", COMPANION_DAY_START="soon")
    assert refused.stderr.startswith("Nothing was stored.\ncompanion: ")
    assert "a thought" not in refused.stderr


def test_a_text_that_is_too_long_is_refused_in_sentences(companion: Run) -> None:
    refused = companion("log", "x" * 301 * 1024)
    assert refused.stderr == (
        "Nothing was stored.\n"
        "companion: The text has 301 KB, and an entry holds 300 KB at most. Shorten it.\n"
    )


def test_a_moment_to_come_is_refused_in_one_sentence_that_names_it(companion: Run) -> None:
    refused = companion("log", "--at", "2099-01-01 23:59", "x")
    assert refused.stderr.endswith(
        "companion: --at 2099-01-01 23:59 is in the future. Give a moment that has passed.\n"
    )


def test_a_moment_that_is_not_understood_is_named_once(companion: Run) -> None:
    assert companion("log", "--at", "soon-ish", "x").stderr.count("soon-ish") == 1
    assert "--at 'last week': That is a range" in companion("log", "--at", "last week", "x").stderr


def test_what_follows_a_dash_and_a_space_is_a_text(companion: Run) -> None:
    assert companion("log", "- [ ] write tests").stdout.endswith(": - [ ] write tests\n")
    edited = companion("edit", "last", "- [x] write", "tests")
    assert edited.stdout.endswith(": - [x] write tests\n")
    backdated = companion("log", "--at", "yesterday", "- first", "--really")
    assert backdated.stdout.endswith(": - first --really\n")


def test_a_time_zone_of_the_system_that_does_not_exist_is_reported(
    companion: Run, process: Callable[..., Finished]
) -> None:
    logged = process("log", "hello", COMPANION_TIMEZONE="", TZ="Foo/Bar")
    assert logged.returncode == 0
    assert logged.stderr == (
        f"TZ is 'Foo/Bar', which is not a time zone, so times are in {machine_zone()}. Set "
        "COMPANION_TIMEZONE, like Europe/Berlin.\n"
    )
    assert process("log", "hello", COMPANION_TIMEZONE="", TZ="Asia/Tokyo").stderr == ""


def test_a_text_with_a_nul_byte_is_refused(companion: Run) -> None:
    refused = companion("log", stdin="a\0b")
    assert refused.exit_code == 2
    assert "NUL byte" in refused.stderr
    assert companion("entries").stdout == ""
