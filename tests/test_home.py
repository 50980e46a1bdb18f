"""The Home tab, through the daemon's real socket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from companion.domain.entry import Entry, Source
from companion.domain.home import entry_key
from companion.domain.jobs.job import JobKind
from companion.domain.manifest import DELETE_FORM, EDIT_FORM, LOG_MESSAGE
from companion.entrypoints.sandbox import System
from companion.texts import slack as texts
from companion.usecases.edit_delete import EntryEditor
from tests.system import Workplace, is_prompt, workplace

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # 11:00 in Berlin, a Friday
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path, companion_prompts_per_day="0") as place:
        place.clock.set(NOW)
        yield place


async def log(place: Workplace, text: str, at: datetime, number: int) -> Entry:
    """An entry from a terminal."""
    entry = Entry(
        user_id=place.slack.user_id,
        timestamp=at,
        text=text,
        log_id=UUID(int=number),
        source=Source.TERMINAL,
        tz="Europe/Berlin",
    )
    async with place.store() as store:
        await store.write_log(entry)
    return entry


async def changed(place: Workplace, holds: Callable[[], object]) -> None:
    """Until that holds of the views in Slack."""
    views, again = place.slack._views, asyncio.Event()
    tell = views.on_change

    def heard(user_id: str) -> None:
        tell(user_id)
        again.set()

    views.on_change = heard
    try:
        async with asyncio.timeout(60):
            while not holds():
                again.clear()
                await again.wait()
    finally:
        views.on_change = tell


async def shows(place: Workplace, holds: Callable[[str], bool]) -> dict[str, Any]:
    """The Home tab, when that holds for what it says."""
    await changed(place, lambda: place.slack.home and holds(str(place.slack.home["blocks"])))
    assert place.slack.home
    return place.slack.home


async def opened(place: Workplace, holds: Callable[[str], bool] = bool) -> dict[str, Any]:
    """The Home tab after somebody opens it."""
    await place.slack.open_home()
    return await shows(place, holds)


async def press(
    place: Workplace, button: str, value: str | None = None, *, block: str = ""
) -> None:
    home = place.slack.home
    assert home
    await place.slack.press(home["id"], f"home_{button}", value, block_id=block or None)


async def choose(place: Workplace, what: str, entry: Entry) -> dict[str, Any]:
    """Choose in an entry's menu; the form that opens."""
    key = entry_key(entry)
    await press(place, "entry", f"{what} {key}", block=f"entry {key}")
    await changed(place, lambda: place.slack.views)
    [view] = place.slack.views
    return view


async def settled(system: System) -> None:
    await system.daemon.finish(timeout_s=10)


async def test_it_shows_today_the_week_where_one_left_off_and_what_comes_next(
    place: Workplace,
) -> None:
    await log(place, "the day before", NOW - DAY, 1)
    await log(place, "today <b> & *now*", NOW - MINUTE, 2)
    async with place.run():
        home = await opened(place)
    said = str(home["blocks"])
    assert "'Today, Friday 2026-11-20'" in said
    assert "*10:59*  today &lt;b&gt; &amp; *now*" in said
    assert "Thu 19 ████████████████ 1" in said
    assert "Fri 20 ████████████████ 1" in said
    assert "Your last words, on Thursday 2026-11-19:" in said
    assert "Summary: Sat 21 Nov 8:30." in said


async def test_on_the_first_day_there_is_nothing_before_it(place: Workplace) -> None:
    await log(place, "the first of all", NOW - MINUTE, 1)
    async with place.run():
        said = str((await opened(place))["blocks"])
    assert "the first of all" in said
    assert "Nothing was written down before today." in said


async def test_it_is_shown_again_when_an_entry_is_stored_and_at_the_next_opening(
    place: Workplace,
) -> None:
    async with place.run():
        await opened(place, lambda said: "Nothing yet" in said)
        await place.slack.say("said in messages")
        home = await shows(place, lambda said: "said in messages" in said)
        [link] = [
            block["accessory"]
            for block in home["blocks"]
            if "said in messages" in str(block) and "accessory" in block
        ]
        assert link["url"].endswith(place.slack.messages()[-1]["ts"].replace(".", ""))
        await log(place, "through the other app", NOW, 1)
        await opened(place, lambda said: "through the other app" in said)


async def test_what_one_app_logs_in_whatever_way_is_shown_at_once(place: Workplace) -> None:
    async with place.run():
        place.slack.command_url = place.slack.interactivity_url = None  # one app, over the socket
        await opened(place)
        await place.slack.run_command("/log", "by the command")
        await shows(place, lambda said: "by the command" in said)
        await place.slack.run_command("/log", "")
        [view] = place.slack.views
        assert await place.slack.submit(view["id"], {"text": "by the form"}) == {}
        await shows(place, lambda said: "by the form" in said)
        ts = await place.slack.post_payload(
            {"text": "by the shortcut"},
            channel=place.slack.add_channel("team"),
            user_id=place.slack.add_user("ana"),
        )
        await place.slack.use_shortcut(LOG_MESSAGE, ts)
        await shows(place, lambda said: "by the shortcut" in said)


async def test_who_never_opens_it_costs_nothing(place: Workplace) -> None:
    async with place.run() as it:
        ts = await place.slack.say("hello")
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        await settled(it)
    assert "views.publish" not in place.slack.api_calls


async def test_an_entry_is_edited_in_a_form(place: Workplace) -> None:
    entry = await log(place, "teh typo", NOW, 1)
    async with place.run():
        await opened(place)
        view = await choose(place, "edit", entry)
        assert view["callback_id"] == EDIT_FORM
        assert view["blocks"][0]["element"]["initial_value"] == "teh typo"
        assert await place.slack.submit(view["id"], {"text": "the typo"}) == {}
        await shows(place, lambda said: "Changed: the typo" in said)
    [edited] = await place.entries()
    assert (edited.text, edited.log_id) == ("the typo", entry.log_id)


async def test_an_entry_is_deleted_after_a_question_and_can_be_had_back(place: Workplace) -> None:
    entry = await log(place, "by mistake", NOW, 1)
    async with place.run() as it:
        await opened(place)
        view = await choose(place, "delete", entry)
        assert view["callback_id"] == DELETE_FORM
        assert "by mistake" in str(view["blocks"])
        assert await place.entries()  # nothing is gone before one says so
        await place.slack.submit(view["id"], {})
        await shows(place, lambda said: "Deleted: by mistake" in said and "*11:00*" not in said)
        # Opening the store by the real clock would forget the change.
        assert await it.companion.store.fetch_logs(entry.user_id, NOW, NOW + DAY) == []
        await press(place, "undo")
        await shows(place, lambda said: "It is back: by mistake" in said)
    assert [each.text for each in await place.entries()] == ["by mistake"]


async def test_undo_takes_back_nothing_else(place: Workplace) -> None:
    entry, other = await log(place, "one", NOW, 1), await log(place, "two", NOW + MINUTE, 2)
    place.clock.advance(2 * MINUTE)
    async with place.run() as it:
        await opened(place)
        view = await choose(place, "delete", entry)
        await place.slack.submit(view["id"], {})
        await shows(place, lambda said: "Deleted: one" in said)
        store = it.companion.store
        editor = EntryEditor(user_id=other.user_id, store=store, clock=place.clock)
        await editor.change(other, "two, changed")
        await press(place, "undo")
        await shows(place, lambda said: "Nothing was taken back" in said)
    assert [each.text for each in await place.entries()] == ["two, changed"]


async def test_an_entry_that_is_gone_is_said_to_be(place: Workplace) -> None:
    entry = await log(place, "gone soon", NOW, 1)
    async with place.run() as it:
        await opened(place)
        await it.companion.store.delete_log(entry.user_id, entry.timestamp, entry.log_id)
        key = entry_key(entry)
        await press(place, "entry", f"edit {key}", block=f"entry {key}")
        await shows(place, lambda said: texts.ENTRY_GONE in said)


async def test_however_many_entries_it_stays_within_slacks_limits(place: Workplace) -> None:
    for number in range(75):
        await log(place, f"entry {number:02} " + "x" * 900, NOW - number * MINUTE, number + 1)
    async with place.run():
        home = await opened(place)
        for more in (55, 35, 15):
            assert f"{more} earlier today" in str(home["blocks"]) or more == 15
            if more > 15:
                await press(place, "more")
                home = await shows(place, lambda said, more=more: f"{more} earlier" not in said)  # type: ignore[misc]
        assert "15 more of today are in `/companion today`" in str(home["blocks"])
        assert len(home["blocks"]) <= 100


async def test_pause_and_resume(place: Workplace) -> None:
    async with place.run():
        await opened(place)
        await press(place, "pause")
        await shows(place, lambda said: "Paused until Mon 23 Nov 9:00." in said)
        await press(place, "resume")
        await shows(place, lambda said: "Paused" not in said)


async def test_ask_me_now_asks_once_however_often_the_press_comes(place: Workplace) -> None:
    async with place.run() as it:
        await opened(place)
        await press(place, "ask")
        await shows(place, lambda said: texts.HOME_ASKED in said)
        await place.slack.wait_for(is_prompt)
        await settled(it)
    assert len([job for job in await place.jobs() if job.kind is JobKind.PROMPT]) == 1


async def test_summarize_now_shows_that_it_writes_and_then_what_it_wrote(place: Workplace) -> None:
    await log(place, "wrote the release notes", NOW, 1)
    place.clock.advance(MINUTE)
    async with place.run() as it:
        summarize, go = it.companion.home.home.summarize, asyncio.Event()

        async def slowly(*asked: Any) -> Any:
            await go.wait()
            return await summarize(*asked)

        it.companion.home.home.summarize = slowly  # type: ignore[assignment]
        await opened(place)
        await press(place, "summarize")
        home = await shows(place, lambda said: texts.HOME_WRITING in said)
        assert "home_summarize" not in str(home["blocks"])
        go.set()
        home = await shows(place, lambda said: "home_hide" in said)
        [summary] = [block for block in home["blocks"] if "home_hide" in str(block)]
        assert "wrote the release notes" in summary["text"]["text"]
        assert texts.HOME_WRITING not in str(home["blocks"])
        await press(place, "hide")
        await shows(place, lambda said: "home_hide" not in said)


async def test_a_tab_that_slack_does_not_take_disturbs_nothing(place: Workplace) -> None:
    async with place.run() as it:
        refusal = place.slack.refuse("views.publish", "internal_error")
        await place.slack.open_home()
        ts = await place.slack.say("hello")
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        await settled(it)
        place.slack.accept(refusal)
        await opened(place, lambda said: "hello" in said)


async def test_it_can_be_switched_off_and_is_for_one_person(tmp_path: Path) -> None:
    async with workplace(tmp_path, companion_off="home") as place, place.run() as it:
        await place.slack.open_home()
        await settled(it)
        assert place.slack.home is None
        await it.companion.home.home.publish()  # as it was shown before it was switched off
        calls = place.slack.api_calls.count("views.publish")
        await press(place, "pause")
        await settled(it)
        assert place.slack.api_calls.count("views.publish") == calls
    async with workplace(tmp_path) as place, place.run() as it:
        await place.slack.open_home(user_id=place.slack.add_user("mallory"))
        await settled(it)
        assert "views.publish" not in place.slack.api_calls
