"""What Slack says of a person, and what of it holds a prompt back."""

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from companion.adapters.slack.presence import read_presence
from companion.domain.features import Feature
from companion.domain.presence import STATUSES, Presence, presence_holds

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # 10:30 in Berlin
HOUR = timedelta(hours=1)
SETTINGS = Path(__file__).parents[2] / "docs" / "settings.md"


def held(presence: Presence, *off: Feature) -> list[tuple[str, datetime | None]]:
    holds = presence_holds(presence, NOW, BERLIN, time(), lambda feature: feature not in off)
    return [(hold.reason, hold.until) for hold in holds]


def test_do_not_disturb_holds_while_it_is_on() -> None:
    on = Presence(dnd_since=NOW - HOUR, dnd_until=NOW + HOUR)
    assert held(on) == [("Slack's Do Not Disturb is on until 11:30", NOW + HOUR)]
    assert held(on, Feature.DND) == []
    assert held(Presence(dnd_since=NOW, dnd_until=NOW + HOUR)) != []
    assert held(Presence(dnd_since=NOW - HOUR, dnd_until=NOW)) == []
    assert held(Presence(dnd_since=NOW + HOUR, dnd_until=NOW + 2 * HOUR)) == []


def test_a_snooze_holds_until_it_ends_and_the_longer_of_both_counts() -> None:
    assert held(Presence(snoozed_until=NOW + HOUR))[0][1] == NOW + HOUR
    assert held(Presence(snoozed_until=NOW)) == []
    both = Presence(dnd_since=NOW - HOUR, dnd_until=NOW + HOUR, snoozed_until=NOW + 2 * HOUR)
    assert held(both) == [("Slack's Do Not Disturb is on until 12:30", NOW + 2 * HOUR)]


def test_a_huddle_holds_for_nobody_knows_how_long() -> None:
    assert held(Presence(in_huddle=True)) == [("in a huddle", None)]
    assert held(Presence(in_huddle=True, huddle_until=NOW + HOUR)) == [("in a huddle", None)]
    assert held(Presence(in_huddle=True, huddle_until=NOW)) == []
    assert held(Presence(in_huddle=True), Feature.HUDDLE) == []


@pytest.mark.parametrize(
    ("text", "emoji", "meaning"),
    [
        ("In a meeting", ":spiral_calendar_pad:", "in a meeting"),
        ("", ":spiral_calendar_pad:", "in a meeting"),
        ("In a meeting • Google Calendar", ":headphones:", "in a meeting"),
        ("Vacationing", ":palm_tree:", "on vacation"),
        ("OOO until Monday", "", "on vacation"),
        ("Out sick", ":face_with_thermometer:", "out sick"),
        ("Commuting", ":bus:", "commuting"),
        ("  do  not disturb", "", "not to be disturbed"),
    ],
)
def test_a_status_means_something_by_its_emoji_or_its_text(
    text: str, emoji: str, meaning: str
) -> None:
    status = Presence(status_text=text, status_emoji=emoji)
    assert held(status) == [(f"your Slack status says you are {meaning}", None)]
    assert held(status, Feature.STATUS) == []


@pytest.mark.parametrize(
    ("text", "emoji"),
    [("Working remotely", ":house_with_garden:"), ("", ""), ("sickles", ""), ("ooops", ":tea:")],
)
def test_another_status_means_nothing(text: str, emoji: str) -> None:
    assert held(Presence(status_text=text, status_emoji=emoji)) == []


def test_a_status_holds_until_it_ends() -> None:
    status = Presence(status_emoji=":bus:", status_until=NOW + HOUR)
    assert held(status) == [("your Slack status says you are commuting until 11:30", NOW + HOUR)]
    assert held(Presence(status_emoji=":bus:", status_until=NOW)) == []


def test_the_reason_has_no_words_of_the_persons() -> None:
    status = Presence(status_text="In a meeting with Zoe about the merger")
    assert "Zoe" not in str(held(status))


def test_the_settings_list_every_status_that_is_known() -> None:
    page = SETTINGS.read_text(encoding="utf-8")
    listed = set(re.findall(r"`([^`]+)`", page.partition("## When it leaves you alone")[2]))
    known = {each for signs in STATUSES.values() for sign in signs for each in sign}
    assert known <= listed


def test_slacks_answers_are_read() -> None:
    profile = {
        "huddle_state": "in_a_huddle",
        "huddle_state_expiration_ts": 1764063000,
        "status_text": "In a meeting",
        "status_emoji": ":spiral_calendar_pad:",
        "status_expiration": 1764063000,
    }
    dnd = {
        "dnd_enabled": True,
        "next_dnd_start_ts": 1764055800,
        "next_dnd_end_ts": 1764063000,
        "snooze_enabled": True,
        "snooze_endtime": 1764066600,
    }
    read = read_presence(profile, dnd)
    assert read == Presence(
        dnd_since=datetime(2025, 11, 25, 7, 30, tzinfo=UTC),
        dnd_until=datetime(2025, 11, 25, 9, 30, tzinfo=UTC),
        snoozed_until=datetime(2025, 11, 25, 10, 30, tzinfo=UTC),
        in_huddle=True,
        huddle_until=datetime(2025, 11, 25, 9, 30, tzinfo=UTC),
        status_text="In a meeting",
        status_emoji=":spiral_calendar_pad:",
        status_until=datetime(2025, 11, 25, 9, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("profile", "dnd"),
    [
        ({}, {}),
        (
            {"huddle_state": "default_unset", "status_expiration": 0, "status_text": None},
            {"dnd_enabled": False, "next_dnd_start_ts": 1764055800, "next_dnd_end_ts": 9e99},
        ),
        (
            {"huddle_state_expiration_ts": "soon"},
            {"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1e30},
        ),
    ],
)
def test_what_slack_leaves_out_or_writes_strangely_is_nothing(
    profile: dict[str, object], dnd: dict[str, object]
) -> None:
    assert read_presence(profile, dnd) == Presence()
