"""Do Not Disturb, the status and huddles, as an app reads them."""

from datetime import timedelta
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack
from tests.sandbox.conftest import StandingClock

HOUR = timedelta(hours=1)


async def test_a_snooze_ends_by_itself(
    slack: LocalSlack, web: AsyncWebClient, clock: StandingClock
) -> None:
    slack.snooze(clock() + HOUR)
    info = await web.dnd_info(user=slack.user_id)
    assert (info["snooze_enabled"], info["snooze_remaining"]) == (True, 3600)
    assert not (await web.dnd_info(user=slack.bot_user_id))["snooze_enabled"]

    clock.move(HOUR)
    assert not (await web.dnd_info(user=slack.user_id))["snooze_enabled"]
    slack.snooze(clock() + HOUR)
    slack.snooze(None)
    assert not (await web.dnd_info(user=slack.user_id))["snooze_enabled"]


async def test_a_status_and_a_huddle_are_in_the_profile_until_they_end(
    slack: LocalSlack, web: AsyncWebClient, clock: StandingClock
) -> None:
    slack.set_status("In a meeting", ":spiral_calendar_pad:", clock() + HOUR)
    slack.set_huddle(clock() + 2 * HOUR)

    profile = (await web.users_info(user=slack.user_id))["user"]["profile"]
    assert (profile["status_text"], profile["status_emoji"]) == (
        "In a meeting",
        ":spiral_calendar_pad:",
    )
    assert profile["status_expiration"] == int((clock() + HOUR).timestamp())
    assert profile["huddle_state"] == "in_a_huddle"
    assert (await web.users_profile_get(user=slack.user_id))["profile"] == profile

    clock.move(HOUR)
    profile = (await web.users_info(user=slack.user_id))["user"]["profile"]
    assert (profile["status_text"], profile["status_expiration"]) == ("", 0)
    assert profile["huddle_state"] == "in_a_huddle"
    clock.move(HOUR)
    profile = (await web.users_info(user=slack.user_id))["user"]["profile"]
    assert (profile["huddle_state"], profile["huddle_state_expiration_ts"]) == ("default_unset", 0)


async def test_somebody_else_has_a_status_of_their_own(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    slack.set_status("Vacationing", ":palm_tree:")
    grace = slack.add_user("grace")
    profile = (await web.users_info(user=grace))["user"]["profile"]
    assert profile["status_text"] == ""


async def test_being_left_alone_outlives_a_restart(tmp_path: Path, clock: StandingClock) -> None:
    for already in (False, True):
        async with LocalSlack(now=clock, storage=tmp_path / "slack.db") as slack:
            web = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
            info = await web.dnd_info(user=slack.user_id)
            profile = (await web.users_info(user=slack.user_id))["user"]["profile"]
            assert info["snooze_enabled"] is already
            assert bool(profile["status_text"]) is already
            slack.snooze(clock() + HOUR)
            slack.set_status("Focusing")
