"""Every promise of LogStore, on every store."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import NAMESPACE, TICK, Entry, Source
from companion.domain.formats.exports import renderer
from companion.errors import StoreError
from companion.usecases.archive import export_entries, ignore
from tests.contracts.conftest import Store

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
USERS = (f"U{number}" for number in count())
"""For Hypothesis, whose examples share one store: users are strangers to one another."""

on_one_store = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


MENTIONS = {"U02ABCDEF": "@Bo", "C0TEAM": ""}


def log_id(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def entry(
    text: str = "fixing the parser",
    *,
    name: str = "first",
    at: datetime = NOON,
    user: str = "U1",
    revision: str = "",
    mentions: Mapping[str, str] = MENTIONS,
) -> Entry:
    return Entry(
        user_id=user,
        timestamp=at,
        text=text,
        log_id=log_id(name),
        source=Source.REPLY,
        tz="Europe/Berlin",
        answers="2026-11-22/prompt-1",
        revision=revision,
        mentions=mentions,
    )


async def everything(store: Store, user: str = "U1") -> list[Entry]:
    return await store.fetch_logs(user, NOON - 400 * 24 * HOUR, NOON + 400 * 24 * HOUR)


async def texts(store: Store, user: str = "U1") -> list[str]:
    return [entry.text for entry in await everything(store, user)]


@pytest.mark.parametrize("form", ["markdown", "jsonl", "csv"])
async def test_entries_of_the_first_and_the_last_year_are_listed_and_exported(
    store: Store, form: str
) -> None:
    """No way in takes them any more, but earlier ones did."""
    first = entry("the first hour", name="first", at=datetime(1, 1, 1, tzinfo=UTC))
    last = entry("the last hour", name="last", at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
    for each in (first, last):
        await store.write_log(each)
    assert await store.fetch_logs("U1", BEGINNING, END) == [first, last]
    written: list[str] = []
    for zone in ("Asia/Tokyo", "America/New_York"):
        render = renderer(form, ZoneInfo(zone), time(4))
        assert (
            await export_entries(store, "U1", BEGINNING, END, render, written.append, ignore) == 2
        )
    assert "".join(written).count("the first hour") == 2
    assert "".join(written).count("the last hour") == 2


async def test_an_entry_comes_back_as_it_was_written(store: Store) -> None:
    assert await store.write_log(entry()) is True
    assert await everything(store) == [entry()]


async def test_an_entry_without_optional_fields_comes_back_without_them(store: Store) -> None:
    plain = Entry(
        user_id="U1", timestamp=NOON, text="x", log_id=log_id("plain"), source=Source.TERMINAL
    )
    await store.write_log(plain)
    assert await everything(store) == [plain]


async def test_an_agents_name_comes_back_and_stays(stores: list[Store]) -> None:
    written = replace(entry(), source=Source.AGENT, agent="Claude Code 4.5", answers=None)
    assert await stores[0].write_log(written) is True
    assert await everything(stores[1]) == [written]

    edited = replace(written, text="edited", revision="1")
    assert await stores[1].write_logs([edited]) == 1
    assert await everything(stores[0]) == [edited]

    await stores[0].delete_log("U1", written.timestamp, written.log_id)
    assert await stores[1].restore_log(replace(edited, revision="2")) is True
    assert await everything(stores[0]) == [replace(edited, revision="2")]


def backdated(name: str, at: datetime, typed: datetime, user: str = "U1") -> Entry:
    return replace(entry(name, name=name, at=at, user=user), logged_at=typed)


async def test_when_a_backdated_entry_was_typed_comes_back_and_stays(stores: list[Store]) -> None:
    written = backdated("late", NOON - 30 * HOUR, NOON)
    assert await stores[0].write_log(written) is True
    assert await everything(stores[1]) == [written]
    assert await stores[1].write_log(written) is False

    edited = replace(written, text="edited", revision="1")
    await stores[1].write_log(edited)
    assert await everything(stores[0]) == [edited]

    await stores[0].delete_log("U1", written.timestamp, written.log_id)
    assert await stores[1].restore_log(replace(edited, revision="2")) is True
    assert await everything(stores[0]) == [replace(edited, revision="2")]


async def test_backdated_entries_are_found_by_when_they_were_typed(store: Store) -> None:
    second = backdated("second", NOON - 9000 * HOUR, NOON + TICK)
    first = backdated("first", NOON - HOUR, NOON)
    await store.write_logs([second, first, entry("not backdated", name="plain", at=NOON + HOUR)])
    await store.write_log(backdated("a stranger's", NOON, NOON, user="U2"))
    await store.write_log(backdated("deleted", NOON, NOON + HOUR))
    await store.delete_log("U1", NOON, log_id("deleted"))

    assert await store.fetch_backdated("U1", NOON) == [first, second]
    assert await store.fetch_backdated("U1", NOON + TICK) == [second]
    assert await store.fetch_backdated("U1", NOON + HOUR) == []


async def test_what_one_handle_wrote_the_other_reads_at_once(stores: list[Store]) -> None:
    await stores[0].write_log(entry())
    assert await everything(stores[1]) == [entry()]


async def test_the_same_entry_again_changes_nothing(store: Store) -> None:
    await store.write_log(entry())
    assert await store.write_log(entry()) is False
    assert await store.write_log(entry("another text, but no later revision")) is False
    assert await everything(store) == [entry()]


async def test_a_later_revision_replaces_the_text(store: Store) -> None:
    await store.write_log(entry("one"))
    assert await store.write_log(entry("two", revision="1763812800.000100")) is True
    assert await store.write_log(entry("three", revision="1763812900.000100")) is True
    assert await everything(store) == [entry("three", revision="1763812900.000100")]


async def test_a_later_revision_replaces_the_mentions_too(store: Store) -> None:
    await store.write_log(entry("with @Bo"))
    for revision, mentions in (("1", {"U1": "@Ada"}), ("2", {})):
        later = entry("later", revision=revision, mentions=mentions)
        assert await store.write_log(later) is True
        assert await everything(store) == [later]


async def test_an_earlier_or_equal_revision_changes_nothing(store: Store) -> None:
    await store.write_log(entry("new", revision="1763812900.000100"))
    assert await store.write_log(entry("old", revision="1763812800.000100")) is False
    assert await store.write_log(entry("same", revision="1763812900.000100")) is False
    assert await texts(store) == ["new"]


async def test_an_original_that_comes_after_its_edit_changes_nothing(store: Store) -> None:
    assert await store.write_log(entry("edited", revision="1763812800.000100")) is True
    assert await store.write_log(entry("original")) is False
    assert await texts(store) == ["edited"]


async def test_a_deleted_entry_is_gone_and_stays_gone(store: Store) -> None:
    await store.write_log(entry())
    assert await store.delete_log("U1", NOON, log_id("first")) is True
    assert await store.write_log(entry()) is False
    assert await store.write_log(entry("edited", revision="1763812800.000100")) is False
    assert await everything(store) == []


async def test_a_second_deletion_has_nothing_to_remove(store: Store) -> None:
    await store.write_log(entry())
    await store.delete_log("U1", NOON, log_id("first"))
    assert await store.delete_log("U1", NOON, log_id("first")) is False


async def test_a_deletion_that_comes_first_keeps_the_entry_out(store: Store) -> None:
    assert await store.delete_log("U1", NOON, log_id("first")) is False
    assert await store.write_log(entry()) is False
    assert await store.delete_log("U1", NOON, log_id("first")) is False
    assert await everything(store) == []


async def test_entries_at_one_microsecond_all_survive_and_move_on(store: Store) -> None:
    names = ["a", "b", "c"]
    for name in names:
        assert await store.write_log(entry(name, name=name)) is True
    stored = await everything(store)
    assert [entry.text for entry in stored] == names
    assert [entry.timestamp for entry in stored] == [NOON, NOON + TICK, NOON + 2 * TICK]


async def test_entries_that_moved_on_are_still_known_when_they_come_again(store: Store) -> None:
    names = ["a", "b", "c"]
    for name in names:
        await store.write_log(entry(name, name=name))
    for name in reversed(names):
        assert await store.write_log(entry(name, name=name)) is False
    assert await store.write_log(entry("C", name="c", revision="1763812800.000100")) is True
    assert await store.delete_log("U1", NOON, log_id("b")) is True
    assert await store.write_log(entry("b", name="b")) is False
    assert await texts(store) == ["a", "C"]


async def test_an_entry_whose_neighbour_is_in_its_way_moves_past_both(store: Store) -> None:
    await store.write_log(entry("here", name="here"))
    await store.write_log(entry("next", name="next", at=NOON + TICK))
    await store.write_log(entry("late", name="late"))
    stored = {entry.text: entry.timestamp for entry in await everything(store)}
    assert stored == {"here": NOON, "next": NOON + TICK, "late": NOON + 2 * TICK}


async def test_a_deletion_of_one_leaves_the_others_at_its_timestamp(store: Store) -> None:
    await store.write_log(entry("kept", name="kept"))
    assert await store.delete_log("U1", NOON, log_id("unseen")) is False
    assert await store.write_log(entry("unseen", name="unseen")) is False
    assert await store.write_log(entry("third", name="third")) is True
    assert await texts(store) == ["kept", "third"]


async def test_a_range_begins_with_since_and_ends_before_until(store: Store) -> None:
    for offset in (-TICK, timedelta(0), HOUR - TICK, HOUR):
        await store.write_log(entry(str(offset), name=str(offset), at=NOON + offset))
    found = await store.fetch_logs("U1", NOON, NOON + HOUR)
    assert [entry.timestamp for entry in found] == [NOON, NOON + HOUR - TICK]


@pytest.mark.parametrize("until", [NOON, NOON - HOUR, NOON - 1000 * HOUR])
async def test_an_empty_range_holds_nothing(store: Store, until: datetime) -> None:
    await store.write_log(entry())
    assert await store.fetch_logs("U1", NOON, until) == []


async def test_a_range_may_be_all_of_time(store: Store) -> None:
    await store.write_log(entry())
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert await store.fetch_logs("U1", first, last) == [entry()]


async def test_a_range_may_be_given_in_another_zone(store: Store) -> None:
    await store.write_log(entry())
    here = NOON.astimezone()
    assert await store.fetch_logs("U1", here, here + TICK) == [entry()]


async def test_entries_come_oldest_first_whatever_the_order_they_came_in(store: Store) -> None:
    for hours in (3, 1, 2):
        await store.write_log(entry(str(hours), name=str(hours), at=NOON + hours * HOUR))
    # No microseconds: the text must not sort before its own second.
    await store.write_log(entry("0", name="0", at=NOON.replace(microsecond=0)))
    assert await texts(store) == ["0", "1", "2", "3"]


async def test_more_than_a_megabyte_comes_back_complete(store: Store) -> None:
    """DynamoDB's pages end at one."""
    long = [entry("🦜" * 4000, name=str(n), at=NOON + n * HOUR) for n in range(130)]
    for one in long:
        await store.write_log(one)
    assert await everything(store) == long


async def test_users_see_nothing_of_one_another(store: Store) -> None:
    await store.write_log(entry("mine", user="U1"))
    assert await store.write_log(entry("yours", user="U2")) is True
    assert await store.delete_log("U2", NOON, log_id("first")) is True
    await store.save_read_cursor("U2", "1763812800.000100")
    assert await texts(store, "U1") == ["mine"]
    assert await texts(store, "U") == []
    assert await store.fetch_read_cursor("U1") is None


async def test_many_at_once_at_one_timestamp_all_survive(stores: list[Store]) -> None:
    names = [str(n) for n in range(8)]
    written = await asyncio.gather(
        *(stores[n % 2].write_log(entry(name, name=name)) for n, name in enumerate(names))
    )
    assert all(written)
    assert sorted(await texts(stores[0])) == names


async def test_of_one_entry_delivered_many_times_at_once_one_is_stored(
    stores: list[Store],
) -> None:
    written = await asyncio.gather(*(stores[n % 2].write_log(entry()) for n in range(8)))
    assert sorted(written) == [False] * 7 + [True]
    assert await everything(stores[0]) == [entry()]


async def test_a_delivery_that_races_its_deletion_does_not_bring_it_back(
    stores: list[Store],
) -> None:
    await stores[0].write_log(entry("in the way", name="in the way"))
    await asyncio.gather(
        stores[0].write_log(entry()),
        stores[1].delete_log("U1", NOON, log_id("first")),
        stores[0].write_log(entry("edited", revision="1763812800.000100")),
        stores[1].write_log(entry()),
    )
    assert await texts(stores[0]) == ["in the way"]


async def test_there_is_no_read_cursor_at_first(store: Store) -> None:
    assert await store.fetch_read_cursor("U1") is None


async def test_the_read_cursor_only_moves_forward(store: Store) -> None:
    for ts in ("1763812800.000100", "1763812900.000100", "1763812850.000100"):
        await store.save_read_cursor("U1", ts)
    assert await store.fetch_read_cursor("U1") == "1763812900.000100"


async def test_a_note_takes_the_place_of_the_one_before_and_an_empty_one_is_none(
    stores: list[Store],
) -> None:
    assert await stores[0].fetch_note("U1", "kept") is None
    for text in ("one", "two"):
        await stores[0].save_note("U1", "kept", text)
    await stores[0].save_note("U1", "missing", "another")
    assert await stores[1].fetch_note("U1", "kept") == "two"
    assert await stores[1].fetch_note("U2", "kept") is None
    await stores[1].save_note("U1", "kept", "")
    assert await stores[0].fetch_note("U1", "kept") is None
    assert await stores[0].fetch_users() == ["U1"]
    await stores[0].erase_user("U1")
    assert await stores[1].fetch_note("U1", "missing") is None


async def test_each_preference_is_stored_by_itself_and_an_empty_one_is_removed(
    stores: list[Store],
) -> None:
    assert await stores[0].fetch_preferences("U1") == {}
    for name, text in (("pause", "one"), ("time_zone", "Europe/Berlin"), ("pause", "two")):
        await stores[0].save_preference("U1", name, text)
    await stores[0].save_note("U1", "pause", "a note is not a preference")
    assert await stores[1].fetch_preferences("U1") == {
        "pause": "two",
        "time_zone": "Europe/Berlin",
    }
    assert await stores[1].fetch_preferences("U2") == {}
    await stores[1].save_preference("U1", "pause", "")
    assert await stores[0].fetch_preferences("U1") == {"time_zone": "Europe/Berlin"}
    assert await stores[0].fetch_users() == ["U1"]
    await stores[0].erase_user("U1")
    assert await stores[1].fetch_preferences("U1") == {}
    assert await stores[1].fetch_users() == []


async def test_of_many_read_cursors_at_once_the_latest_stays(stores: list[Store]) -> None:
    cursors = [f"176381280{n}.000100" for n in (3, 9, 1, 7, 0, 5)]
    await asyncio.gather(
        *(stores[n % 2].save_read_cursor("U1", ts) for n, ts in enumerate(cursors))
    )
    assert await stores[0].fetch_read_cursor("U1") == max(cursors)


@on_one_store
@given(text=st.text(min_size=1, max_size=200))
async def test_any_text_comes_back_letter_for_letter(store: Store, text: str) -> None:
    user = next(USERS)
    await store.write_log(entry(text, user=user))
    assert await texts(store, user) == [text]


@pytest.mark.parametrize("text", ["\n\r\n\t", 'it\'s "quoted"; DROP TABLE entries;--', "\x00", "é"])
async def test_awkward_text_comes_back_letter_for_letter(store: Store, text: str) -> None:
    await store.write_log(entry(text))
    assert await texts(store) == [text]


async def test_text_that_is_not_unicode_is_an_error_and_nothing_is_stored(store: Store) -> None:
    with pytest.raises(StoreError, match="Unicode"):
        await store.write_log(entry("half a \ud83e"))
    assert await everything(store) == []


deliveries = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1", "2", "deleted"])), max_size=12
)


@on_one_store
@given(deliveries=deliveries)
async def test_deliveries_in_any_order_and_number_end_in_the_same_state(
    store: Store, deliveries: list[tuple[str, str]]
) -> None:
    """Per entry: nothing if it was deleted, else the text of its last revision."""
    user = next(USERS)

    async def deliver() -> None:
        for name, revision in deliveries:
            if revision == "deleted":
                await store.delete_log(user, NOON, log_id(name))
            else:
                said = entry(f"{name}{revision}", name=name, user=user, revision=revision)
                await store.write_log(said)

    await deliver()
    once = await everything(store, user)
    last: dict[str, str] = {}
    for name, revision in deliveries:
        last[name] = max(last.get(name, ""), revision)  # "deleted" sorts last
    expected = [name + revision for name, revision in last.items() if revision != "deleted"]
    assert sorted(entry.text for entry in once) == sorted(expected)
    await deliver()
    assert await everything(store, user) == once
