"""The workspace as a whole: starting, stopping, keeping, waiting."""

import asyncio
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from companion.errors import CompanionError
from companion.sandbox import LocalSlack
from tests.sandbox.conftest import StandingClock


async def test_everything_is_there_again_after_a_restart(
    tmp_path: Path, clock: StandingClock
) -> None:
    storage = tmp_path / "new" / "sandbox.db"

    async with LocalSlack(now=clock, storage=storage) as slack:
        web = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        prompt = await web.chat_postMessage(
            channel=slack.user_id,
            text="What now?",
            metadata={"event_type": "companion_job", "event_payload": {"job_id": "1"}},
        )
        reply = await slack.say("testing", thread_ts=prompt["ts"])
        await web.reactions_add(channel=slack.dm_channel, timestamp=reply, name="eyes")
        await slack.edit(reply, "still testing")
        gone = await slack.say("never mind")
        await slack.delete(gone)
        await slack.run_command("/lgo", "x")
        other = slack.add_user("grace", "Asia/Tokyo")
        before = (slack.messages(), slack.ephemerals())
        keys = (slack.bot_token, slack.app_token, slack.signing_secret)
        ids = (slack.user_id, slack.bot_user_id, slack.dm_channel, slack.channel)

    async with LocalSlack(now=clock, storage=storage) as slack:
        assert (slack.messages(), slack.ephemerals()) == before
        assert (slack.bot_token, slack.app_token, slack.signing_secret) == keys
        assert (slack.user_id, slack.bot_user_id, slack.dm_channel, slack.channel) == ids
        assert await slack.say("back") > gone
        web = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        assert (await web.users_info(user=other))["user"]["tz"] == "Asia/Tokyo"
        thread = await web.conversations_replies(channel=slack.dm_channel, ts=prompt["ts"])
        assert [message["ts"] for message in thread["messages"]] == [prompt["ts"], reply]


async def test_two_workspaces_have_nothing_in_common(clock: StandingClock) -> None:
    async with LocalSlack(now=clock) as one, LocalSlack(now=clock) as two:
        assert one.bot_token != two.bot_token
        await one.say("here")
        assert two.messages() == []


async def test_a_port_that_is_taken_is_named(slack: LocalSlack, clock: StandingClock) -> None:
    port = int(slack.url.rpartition(":")[2])
    with pytest.raises(CompanionError, match=f"port {port} .*in use"):
        async with LocalSlack(now=clock, port=port):
            pass


async def test_a_file_has_one_workspace_at_a_time(tmp_path: Path, clock: StandingClock) -> None:
    storage = tmp_path / "sandbox.db"
    async with LocalSlack(now=clock, storage=storage):
        with pytest.raises(CompanionError, match="another sandbox"):
            LocalSlack(now=clock, storage=storage)


async def test_the_file_with_the_tokens_is_its_owners_alone(
    tmp_path: Path, clock: StandingClock
) -> None:
    storage = tmp_path / "sandbox" / "slack.db"
    async with LocalSlack(now=clock, storage=storage) as slack:
        await slack.say("hello")
        assert rights(storage.parent) == {
            "sandbox": 0o700,
            "slack.db": 0o600,
            "slack.db-wal": 0o600,
        }


async def test_a_file_that_others_could_read_is_narrowed(
    tmp_path: Path, clock: StandingClock
) -> None:
    storage = tmp_path / "sandbox" / "slack.db"
    storage.parent.mkdir(mode=0o755)
    for name in ("slack.db", "slack.db-wal", "slack.db-shm"):
        (storage.parent / name).touch(mode=0o644)
    async with LocalSlack(now=clock, storage=storage):
        assert set(rights(storage.parent).values()) == {0o700, 0o600}


def rights(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())}


async def test_a_file_that_is_not_a_database_is_named(tmp_path: Path, clock: StandingClock) -> None:
    storage = tmp_path / "sandbox.db"
    storage.write_text("something else altogether")
    with pytest.raises(CompanionError, match=str(storage)):
        LocalSlack(now=clock, storage=storage)


async def test_waiting_ends_with_the_message_that_is_waited_for(slack: LocalSlack) -> None:
    waiting = asyncio.create_task(slack.wait_for(lambda message: message["text"] == "now"))
    await slack.say("not yet")
    ts = await slack.say("now")
    assert (await waiting)["ts"] == ts
    assert (await slack.wait_for(lambda message: message["ts"] == ts))["text"] == "now"


async def test_waiting_in_vain_ends_too(slack: LocalSlack) -> None:
    with pytest.raises(TimeoutError):
        await slack.wait_for(lambda message: False, timeout=0.01)
