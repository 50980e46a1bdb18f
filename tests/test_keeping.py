"""*Log this message* and the form of `/log`, over HTTP and through the daemon's socket."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from companion.domain.entry import Entry, Source
from companion.domain.jobs.job import JobKind
from companion.domain.manifest import LOG_FORM, LOG_MESSAGE
from companion.errors import StoreError
from companion.texts import slack as texts
from tests.slack_requests import interaction, interaction_form, signed
from tests.system import Workplace, workplace

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # 11:00 in Berlin, a Friday
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "dynamodb"])
def table(request: pytest.FixtureRequest) -> dict[str, str] | None:
    """A table of DynamoDB's; None for SQLite."""
    return request.getfixturevalue("dynamodb_table") if request.param == "dynamodb" else None


@pytest.fixture
async def place(tmp_path: Path, table: dict[str, str] | None) -> AsyncIterator[Workplace]:
    async with workplace(
        tmp_path, table, companion_prompts_per_day="0", companion_timezone="Europe/Berlin"
    ) as place:
        place.clock.set(NOW)
        yield place


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Workplace]:
    """On SQLite, where the store makes no difference."""
    async with workplace(
        tmp_path, companion_prompts_per_day="0", companion_timezone="Europe/Berlin"
    ) as place:
        place.clock.set(NOW)
        yield place


def through_the_socket(place: Workplace) -> None:
    """One app, as the daemon has it alone."""
    place.slack.command_url = place.slack.interactivity_url = None


async def told(place: Workplace, count: int = 1) -> list[str]:
    """What only the person sees, when there is so much."""
    ephemerals = place.slack.ephemerals
    await place.slack.wait_for(lambda _: len(ephemerals()) >= count, timeout=60)
    return [m["text"] for m in ephemerals()]


async def somebody_says(place: Workplace, text: str, **more: Any) -> tuple[str, str, str]:
    """A message of somebody else in a channel in which the app is not; who, where, and its `ts`."""
    who = place.slack.add_user("ana", display_name="Ana")
    channel = place.slack.add_channel("releases")
    ts = await place.slack.post_payload({"text": text, **more}, channel=channel, user_id=who)
    return who, channel, ts


def link(channel: str, ts: str) -> str:
    return f"https://sandbox.slack.com/archives/{channel}/p{ts.replace('.', '')}"


@pytest.mark.parametrize("socket", [False, True])
async def test_a_message_of_anybody_is_kept_with_its_author_and_link(
    place: Workplace, socket: bool
) -> None:
    async with place.run():
        if socket:
            through_the_socket(place)
        who, channel, ts = await somebody_says(
            place, "the release is out &amp; <https://x.example>"
        )
        place.clock.advance(7 * MINUTE)
        await place.slack.use_shortcut(LOG_MESSAGE, ts)
        [answer] = await told(place)
    # A daemon of an older version reads the jobs of its days, and does not know the kind of ours.
    assert [job for job in await place.jobs() if job.kind is JobKind.PRESS] == []
    [entry] = await place.entries()
    author = "@Ana" if socket else f"@{who}"  # the web app may not ask for names
    assert entry.text == f"the release is out & https://x.example\n— {author}, {link(channel, ts)}"
    assert (entry.source, entry.timestamp) == (Source.SHORTCUT, NOW + 7 * MINUTE)
    assert entry.mentions == {who: "@Ana" if socket else ""}
    assert answer.startswith(":white_check_mark: Logged at 11:07\n&gt; the release is out")
    assert ("— @Ana" if socket else f"— <@{who}>") in answer


async def test_a_message_that_is_kept_twice_is_one_entry_also_by_both_apps(
    place: Workplace,
) -> None:
    async with place.run():
        _, _, ts = await somebody_says(place, "once")
        await asyncio.gather(*(place.slack.use_shortcut(LOG_MESSAGE, ts) for _ in range(2)))
        place.clock.advance(20 * MINUTE)
        through_the_socket(place)
        await place.slack.use_shortcut(LOG_MESSAGE, ts)
        answers = await told(place, 3)
    assert len(await place.entries()) == 1
    before = [answer for answer in answers if answer.startswith("This message is an entry already")]
    assert len(before) == 2


async def test_a_kept_message_that_was_deleted_can_be_kept_again(place: Workplace) -> None:
    async with place.run() as it:
        _, _, ts = await somebody_says(place, "once more")
        await place.slack.use_shortcut(LOG_MESSAGE, ts)
        [entry] = await place.entries()
        await it.companion.store.delete_log(entry.user_id, entry.timestamp, entry.log_id)
        await place.slack.use_shortcut(LOG_MESSAGE, ts)
        answers = await told(place, 2)
    assert [each.text for each in await place.entries()] == [entry.text]
    assert all(answer.startswith(":white_check_mark: Logged at") for answer in answers)


async def test_a_message_in_a_thread_with_files_keeps_their_words_and_its_place(
    one: Workplace,
) -> None:
    async with one.run():
        _, channel, first = await somebody_says(one, "look")
        file = {"id": "F1", "name": "trace.txt", "mimetype": "text/plain", "preview": "line 7"}
        ts = await one.slack.post_payload(
            {"text": "", "files": [file]}, thread_ts=first, channel=channel
        )
        await one.slack.use_shortcut(LOG_MESSAGE, ts)
        await told(one)
    [entry] = await one.entries()
    assert entry.text.startswith("line 7\n[file: trace.txt]\n— @")
    assert entry.text.endswith(f"{link(channel, ts)}?thread_ts={first}&cid={channel}")


async def test_where_the_store_fails_or_the_person_may_not_it_is_said(
    one: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("The store", "it is away.")

    async with one.run() as it:
        _, _, ts = await somebody_says(one, "hello")
        with monkeypatch.context() as patched:
            patched.setattr(type(it.companion.store), "write_log", fail)
            await one.slack.use_shortcut(LOG_MESSAGE, ts)
            assert await told(one) == [texts.MESSAGE_NOT_KEPT]
    assert await one.entries() == []


async def test_the_shortcut_can_be_switched_off_and_is_for_those_who_may(tmp_path: Path) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"companion_off": "shortcut"}, texts.SHORTCUT_OFF),
        ({"companion_allowed_users": "U999"}, texts.NOT_ALLOWED),
    ]
    for given, answer in cases:
        folder = tmp_path / str(len(answer))
        folder.mkdir()
        async with workplace(folder, **given) as place, place.run():
            _, _, ts = await somebody_says(place, "hello")
            await place.slack.use_shortcut(LOG_MESSAGE, ts)
            assert await told(place) == [answer]
            assert await place.entries() == []


# The form


async def opened(place: Workplace) -> str:
    """The form that `/log` alone opens; its id."""
    await place.slack.run_command("/log", "")
    [view] = place.slack.views
    assert view["callback_id"] == LOG_FORM
    return str(view["id"])


async def send(place: Workplace, view_id: str, **values: str) -> dict[str, Any]:
    return await place.slack.submit(view_id, values)


@pytest.mark.parametrize("socket", [False, True])
async def test_log_alone_opens_a_form_and_what_it_says_is_an_entry(
    place: Workplace, socket: bool
) -> None:
    async with place.run():
        if socket:
            through_the_socket(place)
        view = await opened(place)
        place.clock.advance(2 * MINUTE)
        assert await send(place, view, text="fixed it", tags="api, #release api") == {}
        [answer] = await told(place)
    assert place.slack.views == []
    [entry] = await place.entries()
    assert (entry.text, entry.source) == ("fixed it #api #release", Source.COMMAND)
    assert (entry.timestamp, entry.logged_at) == (NOW + 2 * MINUTE, None)
    assert answer == ":white_check_mark: Logged at 11:02\n&gt; fixed it #api #release"


async def test_a_moment_in_the_form_is_that_of_the_entry(place: Workplace) -> None:
    async with place.run():
        view = await opened(place)
        await send(place, view, text="planned it", when="yesterday 16:00")
        [answer] = await told(place)
    [entry] = await place.entries()
    assert entry.timestamp.replace(microsecond=0) == datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
    assert entry.logged_at == NOW
    assert "Logged for Thursday" in answer


async def test_what_is_wrong_stands_below_its_field_and_the_form_stays(one: Workplace) -> None:
    async with one.run():
        view = await opened(one)
        answer = await send(one, view, text="  ", when="whenever", tags="ok, 1+1")
        errors = answer["errors"]
        assert errors["text"] == texts.FORM_NO_TEXT
        assert errors["when"].startswith("I don't understand the date 'whenever'")
        assert "“1+1” is not a tag" in errors["tags"]
        assert (await send(one, view, text="x", when="tomorrow 9:00"))["errors"].keys() == {"when"}
        assert (await send(one, view, text="x", when="last week"))["errors"].keys() == {"when"}
        assert len(one.slack.views) == 1
        assert await one.entries() == []
        assert await send(one, view, text="x", when="-45m") == {}
    [entry] = await one.entries()
    assert entry.timestamp.replace(microsecond=0) == NOW - 45 * MINUTE


async def test_a_form_that_comes_twice_is_one_entry_also_a_relative_moment_later(
    place: Workplace,
) -> None:
    async with place.run() as it:
        view = await opened(place)
        payload = _submission(place, view, text="once", when="-45m")
        for socket in (False, True):
            await _deliver(place, payload, socket=socket)
            place.clock.advance(5 * MINUTE)
        await it.daemon.finish(timeout_s=10)
    [entry] = await place.entries()
    assert entry.timestamp.replace(microsecond=0) == NOW - 45 * MINUTE


async def test_where_the_store_fails_the_form_keeps_the_words_and_can_be_sent_again(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place.run() as it:
        store = type(it.companion.store)
        write_log = store.write_log

        async def store_and_fail(self: Any, entry: Entry) -> bool:
            await write_log(self, entry)
            raise StoreError("The store", "its answer was lost.")

        view = await opened(place)
        with monkeypatch.context() as patched:
            patched.setattr(store, "write_log", store_and_fail)
            answer = await send(place, view, text="words", when="-10m")
        assert answer["errors"] == {"text": texts.FORM_NOT_SAVED}
        place.clock.advance(MINUTE)
        assert await send(place, view, text="other words", when="-10m") == {}
    assert [entry.text for entry in await place.entries()] == ["other words"]


async def test_where_no_form_can_be_opened_there_is_the_help(one: Workplace) -> None:
    async with one.run():
        one.slack.refuse("views.open", "expired_trigger_id")
        answer = await one.slack.run_command("/log", "")
    assert one.slack.views == []
    assert texts.NOTHING_TO_SAVE.format(command="/log") in str(answer)


async def test_the_form_can_be_switched_off_and_needs_a_token(tmp_path: Path) -> None:
    cases: list[dict[str, Any]] = [{"companion_off": "form"}, {"slack_web_bot_token": None}]
    for number, given in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with workplace(folder, **given) as place, place.run():
            answer = await place.slack.run_command("/log", "")
            assert place.slack.views == []
            assert texts.NOTHING_TO_SAVE.format(command="/log") in str(answer)


async def test_log_with_a_text_opens_nothing_and_asks_slack_nothing(one: Workplace) -> None:
    async with one.run() as it:
        await it.daemon.tick()
        before = list(one.slack.api_calls)
        await one.slack.run_command("/log", "fixed it")
        # A reading of the direct message may run beside it.
        asked = one.slack.api_calls[len(before) :]
        assert [method for method in asked if not method.startswith("conversations.")] == []
        assert one.slack.views == []


def _submission(place: Workplace, view_id: str, **values: str) -> dict[str, Any]:
    [view] = place.slack.views
    state = {
        name: {name: {"type": "plain_text_input", "value": value}} for name, value in values.items()
    }
    return {
        "type": "view_submission",
        "user": {"id": place.slack.user_id},
        "team": {"id": "T1", "domain": "sandbox"},
        "view": {**view, "id": view_id, "state": {"values": state}},
    }


async def _deliver(place: Workplace, payload: dict[str, Any], *, socket: bool) -> None:
    calls = place.slack._calls
    if socket:
        through_the_socket(place)
    await calls.send_interaction(calls.shortcut_app, payload)


@pytest.mark.parametrize("kind", ["message_action", "view_submission", "block_actions"])
async def test_a_signed_interaction_of_any_shape_is_never_a_server_error(
    one: Workplace, kind: str
) -> None:
    odd: list[Any] = [
        {"message": {}, "view": {"id": "V1", "type": "modal", "callback_id": LOG_FORM}},
        {"message": {"ts": "x", "user": 5, "blocks": {"a": 1}, "files": [None, 3]}, "channel": {}},
        {"team": {}, "message": {"ts": "99999999999.000000", "text": "of the year 5138"}},
        {
            "view": {
                "id": "V" * 900,
                "type": "modal",
                "callback_id": LOG_FORM,
                "private_metadata": "not an address",
                "state": {"values": {"text": {"text": {"value": "x"}}, "when": [], "tags": {}}},
            }
        },
        {"actions": [{"action_id": "prompt_same", "value": {"a": []}, "selected_option": 5}]},
    ]
    async with one.run() as it, aiohttp.ClientSession() as client:
        for changes in odd:
            payload = interaction(kind, callback_id=LOG_MESSAGE, **changes)
            body = interaction_form(payload)
            headers = signed(body, NOW.timestamp(), one.slack.signing_secret)
            async with client.post(it.webhook_url, data=body, headers=headers) as answer:
                assert answer.status < 500, (changes, await answer.text())
