"""What goes to stdout: harmless on a terminal, exact elsewhere, and never an error of its own."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.entrypoints.cli.conftest import COMMAND, Finished, Keep, Run, entry

UNSAFE = "\x1b\a\x7f\x9b\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TEXT = f"red {UNSAFE} end"
SINCE = ("--since", "2026-11-20")

type Piped = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def piped(environment: dict[str, str], tmp_path: Path) -> Piped:
    """`companion …` with its stdout somewhere; by default in a pipe that is read."""

    def run(
        *arguments: str, stdout: int = subprocess.PIPE, **changes: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=environment | changes,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            timeout=90,
            check=False,
        )

    return run


@pytest.fixture
def unsafe(keep: Keep) -> None:
    keep(entry("2026-11-20T08:00Z", TEXT))


ALL_OUTPUTS = [
    ("entries", *SINCE),
    ("entries", *SINCE, "--format", "json"),
    ("export",),
    ("export", "--format", "jsonl"),
    ("export", "--format", "csv"),
]


@pytest.mark.usefixtures("unsafe")
@pytest.mark.parametrize("arguments", ALL_OUTPUTS, ids=" ".join)
def test_no_text_controls_the_terminal(
    on_terminal: Callable[..., str], arguments: tuple[str, ...]
) -> None:
    shown = on_terminal(*arguments, NO_COLOR="1", TERM="dumb")

    assert "red " in shown
    assert " end" in shown
    assert not set(UNSAFE) & set(shown)


@pytest.mark.usefixtures("unsafe")
@pytest.mark.parametrize("arguments", [("summary",), ("summary", "--format", "json")])
def test_no_text_controls_the_terminal_from_a_summary(
    on_terminal: Callable[..., str], companion: Run, arguments: tuple[str, ...]
) -> None:
    companion("log", TEXT)
    shown = on_terminal(*arguments, NO_COLOR="1", TERM="dumb", LLM_MODEL="no-such-model")

    # Its own output has none; rich may hide the cursor while it works.
    own = shown.replace("\x1b[?25l", "").replace("\x1b[?25h", "")
    assert not set(UNSAFE) - {"\x1b"} & set(own)


@pytest.mark.usefixtures("unsafe")
def test_json_on_a_terminal_still_holds_the_exact_text(on_terminal: Callable[..., str]) -> None:
    shown = on_terminal("entries", *SINCE, "--format", "json", NO_COLOR="1", TERM="dumb")
    assert json.loads(shown)[0]["text"] == TEXT

    shown = on_terminal("export", "--format", "jsonl", NO_COLOR="1", TERM="dumb")
    assert json.loads(shown)["text"] == TEXT


@pytest.mark.usefixtures("unsafe")
@pytest.mark.parametrize("arguments", [("entries", *SINCE), ("export", "--format", "csv")])
def test_a_pipe_gets_the_exact_text(piped: Piped, arguments: tuple[str, ...]) -> None:
    assert TEXT.encode() in piped(*arguments).stdout


def test_the_confirmation_of_a_log_does_not_control_the_terminal(
    on_terminal: Callable[..., str],
) -> None:
    assert "red \N{REPLACEMENT CHARACTER}[31m" in on_terminal("log", "red \x1b[31m")


# Encodings


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_what_stdout_cannot_encode_is_shown_as_an_escape_and_does_not_fail(
    piped: Piped, companion: Run, encoding: str
) -> None:
    logged = piped("log", "shipped it 🎉", PYTHONIOENCODING=encoding)

    assert logged.returncode == 0
    assert logged.stdout.endswith(b": shipped it \\U0001f389\n")
    (stored,) = json.loads(companion("entries", "--format", "json").stdout)
    assert stored["text"] == "shipped it 🎉"
    as_json = piped("entries", "--format", "json", PYTHONIOENCODING=encoding)
    assert json.loads(as_json.stdout) == [stored]


# Closed pipes and full disks


@pytest.mark.parametrize(
    "arguments", [("log", "hello"), ("entries", "--format", "json"), ("export",), ("--help",)]
)
def test_a_closed_pipe_ends_quietly(
    piped: Piped, companion: Run, arguments: tuple[str, ...]
) -> None:
    companion("log", "something to show")
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = piped(*arguments, stdout=writing)
    finally:
        os.close(writing)

    assert ended.stderr == b""
    assert ended.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
@pytest.mark.parametrize(
    "arguments", [("log", "hello"), ("entries", "--format", "json"), ("export",), ("--help",)]
)
def test_a_full_disk_behind_stdout_is_reported(
    piped: Piped, companion: Run, arguments: tuple[str, ...]
) -> None:
    companion("log", "something to show")
    with Path("/dev/full").open("wb") as full:
        ended = piped(*arguments, stdout=full.fileno())

    assert ended.returncode == 1
    assert ended.stderr.startswith(
        b"companion: The output cannot be written (No space left on device). "
    )
    assert ended.stderr.count(b"\n") == 1
    texts = [each["text"] for each in json.loads(companion("entries", "--format", "json").stdout)]
    assert texts == ["something to show"] + ["hello"] * (arguments[0] == "log")


MUCH = [
    entry(f"2026-11-20T08:{second // 60:02}:{second % 60:02}Z", "x" * 500) for second in range(400)
]
LONG_OUTPUTS = [
    ("entries", "-n", "400"),
    ("entries", "-n", "400", "--format", "json"),
    ("export",),
    ("export", "--format", "jsonl"),
    ("export", "--format", "csv"),
]


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [*LONG_OUTPUTS, ("--help",), ("log", "--help")])
def test_a_pipe_that_closes_during_long_output_ends_quietly(
    piped: Piped, keep: Keep, arguments: tuple[str, ...], unbuffered: str
) -> None:
    keep(*MUCH)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = piped(*arguments, stdout=writing, PYTHONUNBUFFERED=unbuffered)
    finally:
        os.close(writing)

    assert ended.stderr == b""
    assert ended.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [*LONG_OUTPUTS, ("log", "x" * 100_000), ("--help",)])
def test_a_full_disk_is_reported_whatever_the_length_and_the_buffer(
    piped: Piped, keep: Keep, arguments: tuple[str, ...], unbuffered: str
) -> None:
    keep(*MUCH)
    with Path("/dev/full").open("wb") as full:
        ended = piped(*arguments, stdout=full.fileno(), PYTHONUNBUFFERED=unbuffered)

    assert ended.returncode == 1
    assert ended.stderr.startswith(b"companion: The output cannot be written (No space left ")
    assert ended.stderr.count(b"\n") == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_command_works_with_closed_streams(
    environment: dict[str, str], companion: Run, closed: str
) -> None:
    ended = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *COMMAND, "log", "hello"],
        env=environment,
        capture_output=True,
        timeout=90,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
    (stored,) = json.loads(companion("entries", "--format", "json").stdout)
    assert stored["text"] == "hello"


def test_an_unexpected_error_is_not_taken_for_one_of_the_output(
    process: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    ended = process("log", "hello", COMPANION_DB=str(tmp_path / "file" / "memory.db"))

    assert ended.returncode == 1
    assert "output" not in ended.stderr
