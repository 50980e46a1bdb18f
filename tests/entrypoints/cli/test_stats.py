"""`companion stats`: what was written and answered, in numbers and as a picture."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome
from tests.entrypoints.cli.conftest import USER, Keep, Run, entry

NOVEMBER = ("--since", "2026-11-01", "--until", "2026-11-30")


@pytest.fixture
def november(keep: Keep) -> None:
    """Three entries and two prompts in a month that is over."""
    due = datetime.fromisoformat("2026-11-20T10:00+01:00")
    asked = [
        Job(
            user_id=USER,
            job_id=f"2026-11-20/prompt-{number}",
            kind=JobKind.PROMPT,
            day=date(2026, 11, 20),
            due=due + timedelta(hours=number),
            tz="Europe/Berlin",
            state=JobState.DONE,
            result=JobResult(outcome, due + timedelta(hours=number)),
        )
        for number, outcome in ((1, Outcome.SENT), (2, Outcome.MISSED))
    ]
    keep(
        entry("2026-11-20T11:04+01:00", "deployed #billing"),
        entry("2026-11-20T11:30+01:00", "tested #billing"),
        entry("2026-11-21T09:00+01:00", "a walk #health"),
        *asked,
    )


@pytest.mark.usefixtures("november")
def test_the_terminal_shows_all_without_colours_in_a_pipe(companion: Run) -> None:
    shown = companion("stats", *NOVEMBER)
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("3 entries, 2026-11-01 to 2026-11-")
    friday = next(line for line in lines if line.startswith("Fri"))
    assert friday == f"Fri  {'··' * 11}██{'··' * 12}  2"
    assert "  #billing  ████████████████████ 2" in lines
    assert "1 prompt asked, 1 answered, 1 missed" in lines
    assert "  the median time to an answer is 4 min" in lines
    assert "  11:00  ████████████████████  1 of 1" in lines
    assert "\x1b" not in shown.stdout


@pytest.mark.usefixtures("november")
def test_a_terminal_without_colours_reads_the_same(on_terminal: Callable[..., str]) -> None:
    coloured = on_terminal("stats", *NOVEMBER)
    assert "\x1b[" in coloured
    plain = on_terminal("stats", *NOVEMBER, NO_COLOR="1")
    assert "██" in plain
    assert "34m" not in plain


@pytest.mark.usefixtures("november")
def test_it_is_given_to_programs(companion: Run) -> None:
    found = json.loads(companion("stats", *NOVEMBER, "--format", "json").stdout)
    assert found["entries"] == 3
    assert found["by_day"][0] == {"day": "2026-11-20", "entries": 2}
    assert {"weekday": "Friday", "hour": 11, "entries": 2} in found["by_hour"]
    assert found["tags"][0] == {"tag": "billing", "entries": 2}
    assert found["prompts"] == {
        "asked": 1,
        "answered": 1,
        "missed": 1,
        "skipped": 0,
        "median_seconds_to_answer": 240.0,
        "by_hour": [{"hour": 11, "asked": 1, "answered": 1}],
    }


@pytest.mark.usefixtures("november")
def test_pictures_are_written_and_their_alt_text_is_shown(companion: Run, tmp_path: Path) -> None:
    light = companion("stats", *NOVEMBER, "--png", "light.png", "--svg", "light.svg")
    dark = companion("stats", *NOVEMBER, "--png", "dark.png", "--dark")
    assert (light.exit_code, dark.exit_code) == (0, 0)
    assert "light.png: 3 entries, 2026-11-01 to 2026-11-" in light.stderr
    with Image.open(tmp_path / "light.png") as one, Image.open(tmp_path / "dark.png") as other:
        assert one.size == other.size
        assert one.convert("RGB").tobytes() != other.convert("RGB").tobytes()
    desc = "{http://www.w3.org/2000/svg}desc"
    alt_text = ElementTree.parse(tmp_path / "light.svg").findtext(desc) or ""
    assert alt_text
    assert alt_text in light.stderr
    for file in ("light.png", "light.svg", "dark.png"):
        assert (tmp_path / file).stat().st_size < 100_000


@pytest.mark.usefixtures("november")
def test_a_picture_that_cannot_be_written_leaves_the_rest(companion: Run, tmp_path: Path) -> None:
    shown = companion("stats", *NOVEMBER, "--png", "no/such/folder.png", "--svg", "fine.svg")
    assert shown.exit_code == 1
    assert shown.stdout.startswith("3 entries")
    assert shown.stderr.count("cannot be written (No such file or directory)") == 1
    assert (tmp_path / "fine.svg").exists()


@pytest.mark.usefixtures("november")
def test_a_picture_that_cannot_be_drawn_leaves_the_file_that_was_there(
    companion: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old.png").write_bytes(b"old")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    shown = companion("stats", *NOVEMBER, "--png", "old.png")
    assert shown.exit_code == 1
    assert "The PNG picture could not be drawn" in shown.stderr
    assert (tmp_path / "old.png").read_bytes() == b"old"
    assert list(tmp_path.glob(".old*")) == []


def test_an_empty_window_says_so_and_draws_it_too(companion: Run, tmp_path: Path) -> None:
    shown = companion("stats", "--since", "2020-01-01", "--until", "2020-01-31", "--svg", "a.svg")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("0 entries, 2020-01-01 to 2020-01-31")
    assert "No entries in this period." in shown.stderr
    assert (tmp_path / "a.svg").exists()


def test_an_entry_of_the_future_is_named_and_not_counted(companion: Run, keep: Keep) -> None:
    keep(entry("2099-11-20T11:04+01:00", "later"))
    shown = companion("stats")
    assert shown.stdout.startswith("0 entries")
    assert "Not counted, because dated after now: 1 entry." in shown.stderr


def test_by_default_it_is_the_past_thirty_days(companion: Run) -> None:
    found = json.loads(companion("stats", "--format", "json").stdout)
    days = date.fromisoformat(found["last_day"]) - date.fromisoformat(found["first_day"])
    assert days.days == 29


def test_until_alone_means_the_thirty_days_before(companion: Run) -> None:
    found = json.loads(companion("stats", "--until", "2020-01-31", "--format", "json").stdout)
    assert (found["first_day"], found["last_day"]) == ("2020-01-02", "2020-01-31")


def test_a_reversed_period_is_refused(companion: Run) -> None:
    shown = companion("stats", "--since", "2026-11-20", "--until", "2026-11-01")
    assert shown.exit_code == 2
    assert "--since must be before --until." in shown.stderr


def test_dark_is_for_pictures(companion: Run) -> None:
    assert "--dark is for pictures." in companion("stats", "--dark").stderr


def test_pillow_is_not_in_the_process_of_the_command() -> None:
    """A daemon draws the same way, and must stay small."""
    program = (
        "import asyncio, sys\n"
        "from companion.bootstrap import painter\n"
        "from companion.domain.chart import draw_statistics\n"
        "from tests.domain.test_chart import busy\n"
        "drawn = asyncio.run(painter().draw(draw_statistics(busy()), 'png'))\n"
        "assert drawn.startswith(b'\\x89PNG')\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'PIL']\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
