"""Pauses as people type them, as they are stored, and what they hold back."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.calendar import DEFAULT_RHYTHM
from companion.domain.coming import read_coming
from companion.domain.jobs.job import Job, JobKind, job_id
from companion.domain.jobs.planning import summary_due
from companion.domain.moment import MomentError, ZoneUnknownError
from companion.domain.moments import Moments
from companion.domain.pause import Pause, first_day_back, parse_pause, pause_text, read_pause
from companion.domain.quiet import can_be_held, pause_hold
from companion.domain.until import until_text

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # a Wednesday, 10:30 in Berlin
HERE = Moments(NOW, BERLIN)
DAY = timedelta(days=1)
PAGE = Path(__file__).parents[2] / "docs" / "moments.md"


def at(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BERLIN).astimezone(UTC)


def rows() -> Iterator[tuple[str, str]]:
    """Each thing that one may type by the documentation, and until when it lasts."""
    _, _, table = PAGE.read_text(encoding="utf-8").partition("## After `pause`")
    for line in table.splitlines():
        if line.startswith("| ") and not line.startswith("| you type"):
            typed, until = [cell.strip() for cell in line.strip("|").split("|")]
            yield from ((each, until) for each in re.findall(r"`([^`]+)`", typed))


@pytest.mark.parametrize(("typed", "until"), list(rows()))
def test_the_table_in_the_documentation_is_what_is_read(typed: str, until: str) -> None:
    for spelling in (typed, typed.upper(), f"  {typed.replace(' ', '  ')} "):
        pause = parse_pause(spelling, HERE)
        ends = f"{pause.until.astimezone(BERLIN):%Y-%m-%d %H:%M}" if pause.until else "you resume"
        assert ends == until
        assert pause.vacation is ("vacation" in typed)


def test_nothing_typed_means_the_rest_of_today() -> None:
    assert parse_pause("", HERE) == parse_pause("today", HERE) == Pause(at("2026-11-26T00:00"))


def test_today_ends_when_the_persons_day_ends() -> None:
    owl = Moments(at("2026-11-25T02:10"), BERLIN, time(4))
    assert parse_pause("", owl).until == at("2026-11-25T04:00")


@pytest.mark.parametrize(
    "typed",
    ["lunch", "until", "until later", "for", "-2h", "2h ago", "until yesterday", "last mon",
     "until 25:00", "until 31 Feb", "until mon 9", "next mon", "99999w", "until 9999-12-31"],
)  # fmt: skip
def test_what_is_not_in_the_grammar_is_refused(typed: str) -> None:
    with pytest.raises(MomentError):
        parse_pause(typed, HERE)


@pytest.mark.parametrize("typed", ["until 10:00", "until today", "until 2026-11-20", "until now"])
def test_what_has_passed_is_refused(typed: str) -> None:
    with pytest.raises(MomentError, match="has passed"):
        parse_pause(typed, HERE)


def test_without_a_zone_only_spans_can_be_read() -> None:
    nowhere = Moments(NOW, None)
    assert parse_pause("2h", nowhere).until == NOW + timedelta(hours=2)
    with pytest.raises(ZoneUnknownError):
        parse_pause("until mon", nowhere)


@given(st.text(max_size=30))
def test_a_text_is_a_moment_to_come_or_refused(text: str) -> None:
    with suppress(MomentError):
        assert read_coming(text, HERE) > NOW


@given(st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2150, 1, 1)), st.booleans())
def test_a_stored_pause_is_read_as_it_was(until: datetime, vacation: bool) -> None:
    for pause in (Pause(until.replace(tzinfo=UTC), vacation), Pause(None, vacation)):
        assert read_pause(pause_text(pause)) == pause


@pytest.mark.parametrize("text", ["", "{}", "[]", "1", '{"until": 5, "vacation": false}', "mon"])
def test_what_is_not_a_stored_pause_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- of any kind
        read_pause(text)


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("2026-11-25T14:05", "14:05"),
        ("2026-11-26T00:00", "Thu 26 Nov"),
        ("2026-11-30T09:00", "Mon 30 Nov 9:00"),
        ("2027-01-12T00:00", "Tue 12 Jan 2027"),
    ],
)
def test_people_are_told_as_much_of_a_moment_as_they_need(until: str, told: str) -> None:
    assert until_text(at(until), NOW, BERLIN) == told


@pytest.mark.parametrize(
    ("until", "back"),
    [
        ("2026-11-28T00:00", "2026-11-30"),  # Saturday: Monday is the first working day
        ("2026-11-30T00:00", "2026-11-30"),
        ("2026-11-30T08:30", "2026-11-30"),  # as its summary comes
        ("2026-11-30T14:00", "2026-12-01"),  # its morning is over
        ("2026-12-04T14:00", "2026-12-07"),
    ],
)
def test_a_vacation_ends_with_the_first_working_morning_after_it(until: str, back: str) -> None:
    pause = Pause(at(until), vacation=True)
    assert str(first_day_back(pause, BERLIN, DEFAULT_RHYTHM)) == back


def planned(kind: JobKind, day: date, name: str = "") -> Job:
    return Job(
        user_id="U1",
        job_id=job_id(day, name or kind),
        kind=kind,
        day=day,
        due=summary_due(day, BERLIN, DEFAULT_RHYTHM),
        tz="Europe/Berlin",
    )


def held(pause: Pause | None, job: Job, now: datetime) -> str | None:
    hold = pause_hold(pause, job.kind, job.day, now, BERLIN, DEFAULT_RHYTHM)
    return hold.reason if hold else None


def test_a_pause_holds_prompts_back_until_its_end_and_nothing_else() -> None:
    pause = Pause(at("2026-11-30T09:00"))
    prompt = planned(JobKind.PROMPT, date(2026, 11, 25), "prompt-1")
    assert held(pause, prompt, NOW) == "paused until Mon 30 Nov 9:00"
    assert held(pause, prompt, at("2026-11-30T09:00")) is None
    assert held(Pause(None), prompt, NOW) == "paused until you resume"
    assert held(None, prompt, NOW) is None
    for kind in (JobKind.SUMMARY, JobKind.WHERE, JobKind.REVIEW):
        assert held(Pause(None), planned(kind, date(2026, 11, 25)), NOW) is None


@pytest.mark.parametrize("kind", [JobKind.SUMMARY, JobKind.WHERE, JobKind.REVIEW])
def test_a_vacation_holds_summaries_back_until_the_first_working_day(kind: JobKind) -> None:
    vacation = Pause(at("2026-11-28T00:00"), vacation=True)
    for day in (date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 29)):
        job = planned(kind, day)
        assert held(vacation, job, job.due) == "on vacation until Mon 30 Nov"
    monday = planned(kind, date(2026, 11, 30))
    assert held(vacation, monday, monday.due) is None


def test_a_vacation_that_is_ended_early_holds_nothing_back_from_then_on() -> None:
    ended = Pause(at("2026-11-25T10:00"), vacation=True)
    review = planned(JobKind.REVIEW, date(2026, 11, 25))
    assert held(ended, review, at("2026-11-25T16:00")) is None
    assert held(ended, planned(JobKind.PROMPT, review.day, "prompt-2"), NOW) is None


def test_what_the_person_asked_for_is_never_held_back() -> None:
    day = date(2026, 11, 25)
    assert can_be_held(planned(JobKind.PROMPT, day, "prompt-2@Asia/Tokyo"))
    assert can_be_held(planned(JobKind.SUMMARY, day))
    assert not can_be_held(planned(JobKind.PROMPT, day, "ask-1"))
    assert can_be_held(planned(JobKind.PROMPT, day, "ask-snoozed-1.0"))
    assert not can_be_held(planned(JobKind.SUMMARY, day, "summarize-1"))
    assert not can_be_held(planned(JobKind.WELCOME, day))
