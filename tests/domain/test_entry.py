"""Entries: identities and moments that are the same on every machine, at every delivery."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.entry import (
    MAX_TEXT_BYTES,
    MAX_TICKS_MOVED,
    TICK,
    Entry,
    Source,
    agent_name,
    check_text,
    command_log_id,
    command_timestamp,
    every_entry,
    find_message_ts,
    format_optional,
    format_timestamp,
    is_too_long,
    message_log_id,
    message_timestamp,
    message_ts,
    next_revision,
    parse_timestamp,
)
from companion.errors import TextTooLongError

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TS = "1763640000.000120"


def entry(timestamp: datetime = NOON, tz: str | None = None, log_id: UUID | None = None) -> Entry:
    return Entry(
        user_id="U1",
        timestamp=timestamp,
        text="tea",
        log_id=log_id or UUID("12345678-0000-0000-0000-000000000000"),
        source=Source.MESSAGE,
        tz=tz,
    )


def test_identities_are_what_version_0_1_0_gave_to_the_same_things() -> None:
    assert message_log_id("D1", TS) == UUID("df15642b-3446-5702-b5c3-68a783695ec7")
    assert command_log_id("1.2.abc") == UUID("9e7a41c6-ff54-53ca-8f84-40a0cad7b049")


def test_a_message_s_moment_is_its_ts_to_the_microsecond_and_back() -> None:
    moment = datetime(2025, 11, 20, 12, 0, 0, 120, tzinfo=UTC)
    assert message_timestamp(TS) == moment
    assert message_ts(moment) == TS
    assert message_timestamp("1763640000") == moment - 120 * TICK
    assert message_timestamp("1763640000.5") == moment.replace(microsecond=500_000)
    assert message_timestamp("1763640000.0001209") == moment
    assert message_ts(datetime(1970, 1, 1, 0, 0, 1, 7, tzinfo=UTC)) == "1.000007"


def test_a_command_s_moment_is_the_signed_second_and_the_same_at_each_delivery() -> None:
    log_id = UUID(int=7_000_123)
    assert command_timestamp(1_763_640_000, log_id) == datetime(
        2025, 11, 20, 12, 0, 0, 123, tzinfo=UTC
    )


@pytest.mark.parametrize("moved", [0, 1, MAX_TICKS_MOVED - 1, MAX_TICKS_MOVED])
def test_the_message_of_an_entry_is_found_where_a_taken_key_moved_it(moved: int) -> None:
    stored = entry(message_timestamp(TS) + moved * TICK, log_id=message_log_id("D1", TS))
    assert find_message_ts(stored, "D1") == (TS if moved < MAX_TICKS_MOVED else None)
    assert find_message_ts(stored, "D2") is None


def test_an_entry_is_of_the_day_and_the_time_where_the_person_was() -> None:
    late = entry(NOON + timedelta(hours=4), "Asia/Tokyo")  # 01:00 in Tokyo
    assert late.zone(BERLIN) == TOKYO
    assert late.local_time(BERLIN).isoformat() == "2026-11-21T01:00:00+09:00"
    assert late.local_day(BERLIN, time()) == date(2026, 11, 21)
    assert late.local_day(BERLIN, time(3)) == date(2026, 11, 20)
    unknown = entry(NOON + timedelta(hours=4))
    assert unknown.zone(BERLIN) == BERLIN
    assert unknown.local_time(BERLIN).isoformat() == "2026-11-20T17:00:00+01:00"
    assert unknown.local_day(TOKYO, time()) == date(2026, 11, 21)


def test_a_backdated_entry_was_typed_later_than_what_it_tells() -> None:
    assert entry().typed_at == NOON
    later = NOON + timedelta(hours=1)
    assert (
        Entry(
            user_id="U1",
            timestamp=NOON,
            text="tea",
            log_id=UUID(int=1),
            source=Source.TERMINAL,
            logged_at=later,
        ).typed_at
        == later
    )


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("claude-code", "claude-code"),
        ("Claude Code 4.5", "Claude Code 4.5"),
        (
            "  <!channel> [x](https://evil.test) *b* `c` _d_\n@U1 ",
            "channel x https evil test b c d U1",
        ),
        ("a" * 50, "a" * 40),
        ("\u202e<>", ""),
    ],
)
def test_an_agents_name_leads_nowhere_and_marks_nothing(given: str, name: str) -> None:
    assert agent_name(given) == name
    assert agent_name(name) == name


def test_its_short_id_is_the_beginning_of_its_id() -> None:
    assert entry().short_id == "12345678"


@pytest.mark.parametrize(
    ("text", "fits"),
    [("x" * MAX_TEXT_BYTES, True), ("x" * (MAX_TEXT_BYTES + 1), False),
     ("ü" * (MAX_TEXT_BYTES // 2), True), ("ü" * (MAX_TEXT_BYTES // 2) + "x", False),
     ("😀" * (MAX_TEXT_BYTES // 4), True), ("😀" * (MAX_TEXT_BYTES // 4 + 1), False), ("", True)],
    ids=["limit", "over", "two bytes", "two bytes over", "four bytes", "four bytes over", "empty"],
)  # fmt: skip
def test_the_longest_text_is_measured_in_bytes(text: str, fits: bool) -> None:
    assert is_too_long(text) is not fits
    if fits:
        assert check_text(text) == text
        return
    with pytest.raises(TextTooLongError) as caught:
        check_text(text)
    assert (caught.value.size, caught.value.limit) == (len(text.encode()), MAX_TEXT_BYTES)


def test_every_entry_is_among_all_of_them() -> None:
    assert every_entry(entry()) is True


def test_the_next_revision_is_the_first_one_after_it_in_text_order() -> None:
    assert next_revision("1.5") == "1.5+"
    assert "" < next_revision("") < "1.5" < next_revision("1.5") < "1.50"


def test_moments_are_written_in_utc_with_one_width() -> None:
    written = format_timestamp(NOON.astimezone(BERLIN))
    assert written == "2026-11-20T12:00:00.000000+00:00"
    assert format_optional(NOON) == written
    assert format_optional(None) is None


def test_moments_are_read_with_any_zone_and_not_without_one() -> None:
    read = parse_timestamp("2026-11-20T13:00:00+01:00")
    assert (read, read.tzinfo) == (NOON, UTC)
    assert parse_timestamp("2026-11-20T12:00:00Z").tzinfo is UTC
    assert parse_timestamp(NOON.astimezone(timezone(timedelta(hours=-5))).isoformat()) == NOON
    with pytest.raises(ValueError, match="'2026-11-20T13:00:00' has no time zone"):
        parse_timestamp("2026-11-20T13:00:00")
