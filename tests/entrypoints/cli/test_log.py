"""`companion log`."""

import json
import re

import pytest

from tests.entrypoints.cli.conftest import Run


def test_words_are_stored_and_confirmed_with_the_local_time(companion: Run) -> None:
    logged = companion("log", "fixed", "the", "flaky test")

    assert logged.exit_code == 0
    assert re.fullmatch(r"Logged at \d\d:\d\d: fixed the flaky test\n", logged.stdout)
    assert logged.stderr == ""
    (stored,) = json.loads(companion("entries", "--format", "json").stdout)
    assert stored["text"] == "fixed the flaky test"
    assert stored["source"] == "terminal"
    assert stored["tz"] == "Europe/Berlin"


def test_what_looks_like_an_option_among_the_words_is_text(companion: Run) -> None:
    companion("log", "ran", "pytest", "-k", "foo", "--help")
    companion("log", "-5", "degrees")

    texts = [
        stored["text"] for stored in json.loads(companion("entries", "--format", "json").stdout)
    ]
    assert texts == ["ran pytest -k foo --help", "-5 degrees"]


def test_a_dash_reads_standard_input(companion: Run) -> None:
    logged = companion("log", "-", stdin="first line\nzweite Zeile äöü 日本\n")

    assert logged.exit_code == 0
    (stored,) = json.loads(companion("entries", "--format", "json").stdout)
    assert stored["text"] == "first line\nzweite Zeile äöü 日本"


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
