"""`companion export`: all of it, in a file that is whole or not there."""

import errno
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.entrypoints.cli.support.whole_file import whole_file
from tests.entrypoints.cli.conftest import COMMAND, Keep, Run, entry


@pytest.fixture
def kept(keep: Keep) -> None:
    keep(
        entry("2019-03-01T08:00Z", "years ago"),
        entry("2026-11-20T08:12Z", "reviewed <the> parser"),
        entry("2026-11-21T09:00Z", "größer\nals sonst"),
    )


@pytest.mark.usefixtures("kept")
def test_by_default_everything_is_markdown_on_standard_output(companion: Run) -> None:
    exported = companion("export")

    assert exported.exit_code == 0
    assert exported.stderr == ""
    assert re.sub(" <!-- .*? -->", "", exported.stdout) == (
        "## Friday 2019-03-01\n\n- **09:00** years ago\n\n"
        "## Friday 2026-11-20\n\n- **09:12** reviewed \\<the\\> parser\n\n"
        "## Saturday 2026-11-21\n\n- **10:00** größer  \n  als sonst\n"
    )
    assert companion("export", "-o", "-").stdout == exported.stdout


@pytest.mark.usefixtures("kept")
def test_since_and_until_mean_what_they_mean_for_entries(companion: Run) -> None:
    exported = companion(
        "export", "--format", "jsonl", "--since", "2026-11-20", "--until", "2026-11-20"
    )

    (line,) = exported.stdout.splitlines()
    assert json.loads(line)["text"] == "reviewed <the> parser"
    wrong = companion("export", "--since", "2026-11-21", "--until", "2026-11-19")
    assert wrong.exit_code == 2
    assert "--since must be before --until" in wrong.stderr


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("arguments", "beginning"),
    [
        (["-o", "all.md"], "## "),
        (["-o", "all.JSONL"], '{"timestamp"'),
        (["-o", "all.csv"], "day,date,time,tz"),
        (["-o", "all"], "## "),
        (["--format", "csv", "-o", "all.txt"], "day,date,time,tz"),
    ],
)
def test_a_file_is_written_as_it_is_named_for_its_owner_alone(
    companion: Run, tmp_path: Path, arguments: list[str], beginning: str
) -> None:
    exported = companion("export", *arguments)

    assert (exported.exit_code, exported.stdout) == (0, "")
    assert exported.stderr == f"3 entries in {arguments[-1]}.\n"
    file = tmp_path / arguments[-1]
    assert file.read_text(encoding="utf-8").startswith(beginning)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.usefixtures("kept")
def test_a_link_is_followed_and_stays(companion: Run, tmp_path: Path) -> None:
    (tmp_path / "link.md").symlink_to(tmp_path / "real.md")
    companion("export", "-o", "link.md")
    assert (tmp_path / "link.md").is_symlink()
    assert "years ago" in (tmp_path / "real.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_an_export_that_fails_leaves_what_was_there(
    companion: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    (tmp_path / "all.md").write_text("the export of yesterday")

    def fail(_: int) -> None:
        raise failure

    monkeypatch.setattr(os, "fsync", fail)
    exported = companion("export", "-o", "all.md")

    assert exported.exit_code in {1, 130}
    if isinstance(failure, OSError):
        assert "No space left" in exported.stderr
        assert exported.stderr.count("\n") == 1
    assert (tmp_path / "all.md").read_text() == "the export of yesterday"
    assert sorted(path.suffix for path in tmp_path.iterdir() if "all" in path.name) == [".md"]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("name", ["/dev/null", "/dev/full", ".", "no/such/folder/all.md"])
def test_a_place_that_cannot_hold_a_file_is_refused_in_one_line(companion: Run, name: str) -> None:
    exported = companion("export", "-o", name)

    assert exported.exit_code == 1
    assert exported.stderr.count("\n") == 1
    assert "choose another" in exported.stderr


@pytest.mark.usefixtures("kept")
def test_a_killed_export_leaves_no_half_file_behind_the_next_run(
    environment: dict[str, str], companion: Run, tmp_path: Path
) -> None:
    killed = (
        "from pathlib import Path\n"
        "from companion.entrypoints.cli.support.whole_file import whole_file\n"
        "import os, signal\n"
        "with whole_file(Path('all.md')) as write:\n"
        "    write('half of it')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", killed], env=environment, cwd=tmp_path, check=False)
    assert [path.name for path in tmp_path.glob("*all.md*")] == [".all.md.part"]

    assert companion("export", "-o", "all.md").exit_code == 0
    assert [path.name for path in tmp_path.glob("*all.md*")] == ["all.md"]
    assert "half of it" not in (tmp_path / "all.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("kept")
def test_two_exports_into_one_file_do_not_mix(companion: Run, tmp_path: Path) -> None:
    with whole_file(tmp_path / "all.md") as write:
        write("the first")
        refused = companion("export", "-o", "all.md")
    assert refused.exit_code == 1
    assert "Another command is writing all.md" in refused.stderr
    assert (tmp_path / "all.md").read_text(encoding="utf-8") == "the first"


@pytest.mark.usefixtures("kept")
def test_a_half_file_is_never_written_through_a_link(companion: Run, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / ".all.md.part").symlink_to(tmp_path / "precious")
    assert companion("export", "-o", "all.md").exit_code == 1
    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("tz", ["Asia/Tokyo", "America/Los_Angeles", None])
def test_an_entry_at_the_end_of_time_is_still_exported_and_listed(
    companion: Run, keep: Keep, moment: str, zone: str, tz: str | None
) -> None:
    keep(replace(entry("2026-11-20T08:12Z", "never"), timestamp=datetime.fromisoformat(moment),
                 tz=tz))  # fmt: skip
    for form in ("markdown", "jsonl", "csv"):
        exported = companion("export", "--format", form, COMPANION_TIMEZONE=zone)
        assert (exported.exit_code, "never" in exported.stdout) == (0, True)
    period = ("--since", "0001-01-01", "--until", "9999-12-31")
    for form in ("text", "json"):
        listed = companion("entries", *period, "--format", form, COMPANION_TIMEZONE=zone)
        assert (listed.exit_code, listed.stderr) == (0, "")
        assert "never" in listed.stdout


def test_nothing_is_said_beside_an_empty_export(companion: Run) -> None:
    exported = companion("export")

    assert (exported.exit_code, exported.stdout) == (0, "")
    assert "No entries in this period" in exported.stderr


@pytest.mark.usefixtures("kept")
def test_a_store_that_fails_half_way_leaves_no_file(
    companion: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqliteLogStore, "read_logs", lambda *_: 1 / 0)
    assert companion("export", "-o", "all.md").exit_code == 1
    assert not list(tmp_path.glob("*all.md*"))


@pytest.mark.usefixtures("kept")
def test_a_reader_that_leaves_early_causes_no_noise(environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        process = subprocess.run(
            [*COMMAND, "export"],
            env=environment,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=90,
        )
    finally:
        os.close(writing)
    assert process.stderr == ""


@pytest.mark.usefixtures("kept")
def test_on_a_terminal_the_file_is_named_and_no_bar_stays(on_terminal: Callable[..., str]) -> None:
    shown = on_terminal("export", "-o", "all.md", TERM="dumb", NO_COLOR="1")
    assert shown.splitlines()[-1].endswith("3 entries in all.md.")


@pytest.mark.usefixtures("kept")
def test_on_a_terminal_the_bar_counts_the_entries_that_are_written(
    on_terminal: Callable[..., str],
) -> None:
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", on_terminal("export", "-o", "all.md"))
    assert re.search(r"Exporting \S+ 3 ", shown)


def test_a_name_without_a_known_ending_is_refused_and_writes_nothing(
    companion: Run, tmp_path: Path
) -> None:
    result = companion("export", "-o", str(tmp_path / "journal.foo"))

    assert result.exit_code == 2
    assert "Add --format" in result.stderr
    assert not (tmp_path / "journal.foo").exists()
