"""Messages of every shape, by event and by read-back: stored whole, and confirmed only then."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from companion.domain.features import Feature
from companion.entrypoints.sandbox import System
from companion.sandbox import Body
from companion.texts.slack import NOTHING_TO_SAVE
from tests.system import BERLIN, Workplace, workplace

RECORDED = Path(__file__).parent / "cases" / "slack" / "messages.json"
CASES: list[dict[str, Any]] = json.loads(RECORDED.read_text("utf-8"))
BY_EVENT, READ_BACK = "event", "read-back"
PNG = {"id": "F1", "name": "error-budget.png"}
CLIP = {"id": "F2", "name": "audio_message.m4a", "subtype": "slack_audio"}
HEARD = {"status": "complete", "preview": {"content": "I found the leak", "has_more": False}}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path) as it:
        know_bo(it)
        yield it


def know_bo(place: Workplace) -> None:
    """The recorded messages mention somebody by a certain id."""

    async def answer(method: str, params: Body) -> web.Response | None:
        if method == "users.info" and params.get("user") == "U02ABCDEF":
            bo = {"id": "U02ABCDEF", "name": "bo.j", "profile": {"display_name": "Bo"}}
            return web.json_response({"ok": True, "user": bo})
        return None

    place.slack.before_api = answer


async def settle(place: Workplace, system: System) -> list[str]:
    """What is stored once everything said so far was taken up."""
    await place.slack.say("the end")
    await place.slack.wait_for(lambda m: m["text"] == "the end" and m.get("reactions"))
    await system.companion.read_back()
    return [entry.text for entry in await place.entries() if entry.text != "the end"]


async def is_confirmed(place: Workplace, ts: str) -> bool:
    [message] = [message for message in place.slack.messages() if message["ts"] == ts]
    return any(each["name"] == "white_check_mark" for each in message.get("reactions") or [])


def is_right(texts: list[str], right: str | list[str] | None) -> bool:
    match right:
        case None:
            return texts == []
        case str():
            return texts == [right]
    return len(texts) == 1 and all(part in texts[0] for part in right)


@pytest.mark.parametrize("way", [BY_EVENT, READ_BACK])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_a_message_of_any_shape(place: Workplace, case: dict[str, Any], way: str) -> None:
    message, right = case["message"], case["right"]
    if way == READ_BACK:
        ts = await place.slack.post_payload(message)
        await place.slack.say("asleep")
    async with place.run() as system:
        if way == BY_EVENT:
            ts = await place.slack.post_payload(message)
        else:
            await place.slack.wait_for(lambda m: m["text"] == "asleep" and m.get("reactions"))
        texts = [text for text in await settle(place, system) if text != "asleep"]
        if right is not None:
            await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
    assert is_right(texts, right), texts
    assert await is_confirmed(place, ts) is (right is not None)


@pytest.mark.parametrize("way", [BY_EVENT, READ_BACK])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_an_edit_into_that_shape(place: Workplace, case: dict[str, Any], way: str) -> None:
    message, right = case["message"], case["right"]
    if right is None or message.get("subtype") == "huddle_thread":
        pytest.skip("nobody can edit a message into this one")
    fields = ("text", "attachments", "files", "blocks")
    changes = {name: message[name] for name in fields if name in message}
    subtype = message.get("subtype")
    async with place.run() as system:
        ts = await place.slack.post_payload({"text": "before", "subtype": subtype})
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        place.slack.hold_events = way == READ_BACK
        edited = {"user": place.slack.user_id, "ts": f"{ts.partition('.')[0]}.000000"}
        await place.slack.change_payload(ts, {**changes, "edited": edited})
        place.slack.hold_events = False
        texts = await settle(place, system)
    assert is_right(texts, right), texts


@pytest.mark.parametrize("announce", [True, False], ids=[BY_EVENT, READ_BACK])
@pytest.mark.parametrize("mode", ["tombstone", "hidden_by_limit"])
@pytest.mark.parametrize(
    ("message", "stored"),
    [
        ({"files": [PNG]}, "[file: error-budget.png]"),
        ({"text": "see", "files": [PNG]}, "see\n[file: error-budget.png]"),
        (
            {"files": [{**CLIP, "transcription": HEARD}]},
            "I found the leak\n[file: audio_message.m4a]",
        ),
    ],
)
async def test_what_slack_hides_later_stays(
    place: Workplace, message: dict[str, Any], stored: str, mode: str, announce: bool
) -> None:
    async with place.run() as system:
        ts = await place.slack.post_payload({"subtype": "file_share", **message})
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        await place.slack.hide_files(ts, mode, announce=announce)
        assert await settle(place, system) == [stored]


@pytest.mark.parametrize("announce", [True, False], ids=[BY_EVENT, READ_BACK])
async def test_a_file_that_is_hidden_keeps_its_name_beside_an_edit(
    place: Workplace, announce: bool
) -> None:
    async with place.run() as system:
        ts = await place.slack.post_payload(
            {"subtype": "file_share", "text": "see", "files": [PNG]}
        )
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        await place.slack.hide_files(ts)
        edited = {"user": place.slack.user_id, "ts": f"{ts.partition('.')[0]}.000000"}
        changes = {"text": "look at this", "edited": edited}
        await place.slack.change_payload(ts, changes, announce=announce)
        assert await settle(place, system) == ["look at this\n[file: error-budget.png]"]
        await place.slack.hide_files(ts, "hidden_by_limit", announce=announce)
        assert await settle(place, system) == ["look at this\n[file: error-budget.png]"]


@pytest.mark.parametrize("announce", [True, False], ids=[BY_EVENT, READ_BACK])
async def test_what_was_said_in_a_clip_that_is_hidden_stays_beside_an_earlier_edit(
    place: Workplace, announce: bool
) -> None:
    clip = {**CLIP, "transcription": HEARD}
    async with place.run() as system:
        ts = await place.slack.post_payload({"text": "note", "files": [clip]})
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        await place.slack.edit(ts, "my note")
        stored = ["my note\nI found the leak\n[file: audio_message.m4a]"]
        assert await settle(place, system) == stored
        await place.slack.hide_files(ts, announce=announce)
        assert await settle(place, system) == stored


@pytest.mark.parametrize("announce", [True, False], ids=[BY_EVENT, READ_BACK])
async def test_a_transcription_that_is_finished_later_is_more_of_the_message(
    place: Workplace, announce: bool
) -> None:
    async with place.run() as system:
        clip = {**CLIP, "transcription": {"status": "processing"}}
        ts = await place.slack.post_payload({"subtype": "file_share", "files": [clip]})
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        assert await settle(place, system) == ["[file: audio_message.m4a]"]
        done = {"files": [{**CLIP, "transcription": HEARD}]}
        await place.slack.change_payload(ts, done, announce=announce)
        assert await settle(place, system) == ["I found the leak\n[file: audio_message.m4a]"]


async def test_a_forwarded_message_that_goes_away_in_its_channel_stays(place: Workplace) -> None:
    shared = {"is_share": True, "author_name": "Ada", "text": "the deploy failed"}
    async with place.run() as system:
        ts = await place.slack.post_payload({"text": "look", "attachments": [shared]})
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        await place.slack.change_payload(ts, {"attachments": None})
        assert await settle(place, system) == ["look\nAda: the deploy failed"]


async def test_an_event_in_the_dm_without_a_channel_type_counts(place: Workplace) -> None:
    place.slack.hold_events = True
    async with place.run() as system:
        ts = await place.slack.say("from a double")
        payload = place.slack.held[0]
        del payload["event"]["channel_type"]
        assert await place.slack.deliver(payload)
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        said = system.companion.read_event(payload["event"])
        assert said is not None
        assert said.text == "from a double"
        assert system.companion.read_event({**payload["event"], "channel": "C0TEAM"}) is None
        assert system.companion.read_event({**payload["event"], "channel_type": "mpim"}) is None


async def test_a_message_that_is_too_long_is_not_confirmed(place: Workplace) -> None:
    async with place.run() as system:
        ts = await place.slack.post_payload({"text": "x" * (300 * 1024 + 1)})
        assert await settle(place, system) == []
    assert not await is_confirmed(place, ts)


async def test_a_deleted_message_that_comes_again_is_not_confirmed(place: Workplace) -> None:
    place.slack.hold_events = True
    async with place.run() as system:
        ts = await place.slack.say("gone soon")
        await place.slack.say("the end")
        said, end = place.slack.held
        await system.companion.store.delete_log(place.slack.user_id, *_identity(place, ts))
        for payload in (said, end):
            assert await place.slack.deliver(payload)
        await place.slack.wait_for(lambda m: m["text"] == "the end" and m.get("reactions"))
    assert not await is_confirmed(place, ts)


def _identity(place: Workplace, ts: str) -> tuple[Any, Any]:
    from companion.domain.entry import message_log_id, message_timestamp

    return message_timestamp(ts), message_log_id(place.slack.dm_channel, ts)


async def test_people_channels_and_groups_are_named_and_their_ids_stay_beside(
    place: Workplace,
) -> None:
    channel = place.slack.add_channel("billing")
    group = place.slack.add_user_group("Backend", "backend")
    text = f"<@U02ABCDEF> asked <!subteam^{group}> in <#{channel}|> and <#C0PRIVATE>"
    async with place.run() as system:
        await place.slack.post_payload({"text": text})
        assert await settle(place, system) == ["@Bo asked @backend in #billing and #C0PRIVATE"]
    mentions = {"U02ABCDEF": "@Bo", group: "@backend", channel: "#billing", "C0PRIVATE": ""}
    assert (await place.entries())[0].mentions == mentions


async def test_a_name_that_changes_or_is_not_given_later_changes_no_entry(
    place: Workplace,
) -> None:
    async with place.run() as system:
        ts = await place.slack.post_payload({"text": "with <@U02ABCDEF>"})
        await settle(place, system)
        before = (await place.entries())[0]

        async def rename(method: str, params: Body) -> web.Response | None:
            user = {"profile": {"display_name": "Robert"}}
            named = method == "users.info" and params.get("user") == "U02ABCDEF"
            return web.json_response({"ok": True, "user": user}) if named else None

        place.slack.before_api = rename
    for refuse in (False, True):  # each a new process, which knows no names
        async with place.run() as system:
            if refuse:
                place.slack.refuse("users.info", "internal_error")
            await place.slack.change_payload(ts, {"reply_count": 0})
            await settle(place, system)
        assert (await place.entries())[0] == before

    # An edit keeps the name too, while Slack gives none.
    async with place.run() as system:
        edited = {"user": place.slack.user_id, "ts": f"{int(float(ts)) + 1}.000000"}
        changes = {"text": "paired with <@U02ABCDEF>", "edited": edited}
        await place.slack.change_payload(ts, changes)
        assert (await settle(place, system))[0] == "paired with @Bo"


async def test_a_later_reading_that_learns_a_name_puts_it_in_the_place_of_the_id(
    place: Workplace,
) -> None:
    refusal = place.slack.refuse("conversations.info", "missing_scope")
    channel = place.slack.add_channel("billing")
    async with place.run() as system:
        await place.slack.post_payload({"text": f"fixed <#{channel}>"})
        assert await settle(place, system) == [f"fixed #{channel}"]
    place.slack.accept(refusal)
    async with place.run() as system:
        assert await settle(place, system) == ["fixed #billing"]


async def test_storing_does_not_wait_for_a_name_that_does_not_come(place: Workplace) -> None:
    never = asyncio.Event()

    async def hang(method: str, params: Body) -> web.Response | None:
        if method == "users.info" and params.get("user") != place.slack.user_id:
            await never.wait()
        return None

    place.slack.before_api = hang
    async with place.run() as system:
        system.companion.capture_message.names._timeout_s = 0.01
        await place.slack.post_payload({"text": "with <@U0SLOW>"})
        assert await settle(place, system) == ["with @U0SLOW"]
        never.set()


async def test_a_command_has_the_zone_that_messages_have(place: Workplace) -> None:
    async with place.run() as system:
        await system.daemon.tick()  # which asks for the profile's zone
        place.slack.command_url = None
        answer = await place.slack.run_command("/log", "just after midnight")
        await place.slack.say("a message")
        await place.slack.wait_for(lambda m: m["text"] == "a message" and m.get("reactions"))
    assert [entry.tz for entry in await place.entries()] == [BERLIN, BERLIN]
    assert "Logged at 08:00" in answer["text"]


async def test_an_empty_command_without_a_form_gets_an_answer_of_its_own(tmp_path: Path) -> None:
    async with workplace(tmp_path, companion_off=frozenset({Feature.FORM})) as place, place.run():
        for url in (place.slack.command_url, None):
            place.slack.command_url = url
            answer = await place.slack.run_command("/log", "  ")
            assert answer["text"] == NOTHING_TO_SAVE.format(command="/log")
        assert await place.entries() == []
