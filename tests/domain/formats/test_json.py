"""JSON of ours and of others: jrnl's, Day One's and Slack's become entries, or are named."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from companion.domain.entry import Source, message_log_id, parse_timestamp
from companion.domain.formats import day_one, jrnl, jsonl, slack_export
from companion.domain.formats.found import EntryMaker, Found, Read, Unreadable, read_each
from tests.domain.formats.reading import maker, text, twice

CASES = Path(__file__).parents[2] / "cases/import"
GOOD = {"timestamp": "2026-11-20T13:05Z", "text": "x"}


def lines(*records: object) -> list[Read]:
    content = [each if isinstance(each, str) else json.dumps(each) for each in records]
    return twice(lambda by: jsonl.read_lines(content, by))


def jrnl_of(**record: object) -> Found:
    return jrnl.read(maker(), 1, {"title": "x", "date": "2026-11-20", "time": "14:05"} | record)


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ([], "this is not a JSON object"),
        ({"text": "x"}, "it has no timestamp"),
        ({**GOOD, "text": " "}, "it has no text"),
        ({**GOOD, "text": 5}, "its text is not a text"),
        ({**GOOD, "timestamp": 1763812800}, "its timestamp is not a text"),
        ({**GOOD, "timestamp": "2026-11-20T13:05"}, "its timestamp is not a moment"),
        ({**GOOD, "timestamp": "0001-01-01T00:00+14:00"}, "its timestamp is not a moment"),
        ({**GOOD, "timestamp": "0001-01-01T00:00Z"}, "the year 0001 is not read"),
        ({**GOOD, "timestamp": "0001-01-01T12:00-05:00"}, "the year 0001 is not read"),
        ({**GOOD, "timestamp": "9999-12-31T23:59:59Z"}, "the year 9999 is not read"),
        ({**GOOD, "tz": "Mars/Olympus"}, "its tz is not a time zone"),
        ({**GOOD, "tz": "../../etc/passwd"}, "its tz is not a time zone"),
        ({**GOOD, "source": "pigeon"}, "its source is none of"),
        ({**GOOD, "log_id": "7"}, "its log_id is not a UUID"),
        ({**GOOD, "text": "x" * 307_201}, "the text has 301 KB, and an entry holds 300 KB"),
    ],
)
def test_a_record_that_cannot_be_meant_is_named_with_its_reason(
    record: object, problem: str
) -> None:
    good, bad, broken = lines(GOOD, "", record, "no JSON")
    assert isinstance(good, Found)
    assert isinstance(bad, Unreadable)
    assert (bad.number, bad.problem[: len(problem)]) == (3, problem)
    assert broken == Unreadable(4, "this is not JSON")


@pytest.mark.parametrize("name", ["gozero.jsonl", "max.jsonl"])
def test_years_of_missing_dates_are_named(name: str) -> None:
    found = lines(*(CASES / name).read_text(encoding="utf-8").splitlines())
    (bad,) = [each for each in found if isinstance(each, Unreadable)]
    assert bad.number == {"gozero.jsonl": 2, "max.jsonl": 1}[name]


@pytest.mark.parametrize("timestamp", ["2026-11-20T13:05:00.123456789Z", "2026-11-20T13:05:00,5Z",
                                       "20261120T130500Z", "2026-11-20 14:05+01"])  # fmt: skip
def test_any_moment_with_an_offset_is_read(timestamp: str) -> None:
    (found,) = lines({**GOOD, "timestamp": timestamp})
    assert isinstance(found, Found)
    assert found.entry.timestamp.replace(microsecond=0) == parse_timestamp("2026-11-20T13:05Z")


def test_half_a_character_in_json_becomes_one_that_can_be_stored() -> None:
    (found,) = lines(
        '{"timestamp": "2026-11-20T13:05Z", "text": "a \\ud83e b", "answers": "\\ud83e"}'
    )
    assert isinstance(found, Found)
    assert (found.entry.text, found.entry.answers) == ("a \ufffd b", "\ufffd")


def test_lines_that_repeat_without_an_identity_are_as_many_entries() -> None:
    found = [each for each in lines(GOOD, GOOD, {**GOOD, "text": "y"}) if isinstance(each, Found)]
    assert len({each.entry.log_id for each in found}) == 3


def test_an_entry_of_jrnl_is_its_title_and_its_body() -> None:
    found = jrnl_of(title="Fixed the parser. ", body="\nIt was an off-by-one.")
    assert found.entry.text == "Fixed the parser.\nIt was an off-by-one."
    assert found.entry.timestamp == parse_timestamp("2026-11-20T14:05+01:00")
    assert (found.entry.tz, found.entry.source) == ("Europe/Berlin", Source.TERMINAL)
    assert jrnl_of(time=None).entry.timestamp == parse_timestamp("2026-11-20T12:00+01:00")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"title": "met @Ada about @work.", "tags": ["@ada", "@work"]}, "met #Ada about #work."),
        ({"title": "mail to a@b.c", "tags": []}, "mail to a@b.c"),
        ({"title": "@workshop today", "tags": ["@work"]}, "@workshop today\n#work"),
        ({"starred": True}, "x\n#starred"),
        ({"starred": True, "title": "it #starred"}, "it #starred"),
        ({"tags": ["@a", "@a"], "starred": True}, "x\n#a #starred"),
        ({"starred": False, "tags": None}, "x"),
    ],
)
def test_tags_and_stars_of_jrnl_become_tags(record: dict[str, object], words: str) -> None:
    assert jrnl_of(**record).entry.text == words


@pytest.mark.parametrize(
    "record",
    [{"title": " "}, {"date": None}, {"date": "20.11.2026"}, {"time": "noon"}, {"time": "25:00"},
     {"date": "0001-01-01"}, {"title": 5}, {"tags": "@a"}, {"tags": [5]}],
)  # fmt: skip
def test_an_entry_of_jrnl_that_cannot_be_meant_is_named(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^(its?|a time|the|there|this) "):
        jrnl_of(**record)


@pytest.mark.parametrize(
    ("written", "record"),
    [
        ("[2026-11-20 14:05] Fixed it.\nAt last.", {"title": "Fixed it.", "body": "At last."}),
        ("[2026-11-20 02:05:33 PM] Fixed it. At last.", {"title": "Fixed it.", "body": "At last."}),
        ("[2026-11-20 14:05] 直した。動いた", {"title": "直した。", "body": "動いた"}),
        ("[2026-11-20 14:05] Fixed @work *", {"title": "Fixed @work", "starred": True,
                                              "tags": ["@work"]}),
        ("[2026-11-20 14:05] x\n\n  code\n    deeper", {"title": "x", "body": "code\n    deeper"}),
    ],
)  # fmt: skip
def test_json_and_text_of_one_journal_of_jrnl_are_the_same_entries(
    written: str, record: dict[str, object]
) -> None:
    (found,) = text(written)
    assert isinstance(found, Found)
    other = jrnl_of(**record)
    assert found.entry.log_id == other.entry.log_id
    assert ("#starred" in found.entry.text) == ("#starred" in other.entry.text)
    assert "@work" not in found.entry.text + other.entry.text


def test_an_entry_of_day_one_keeps_its_moment_zone_and_identity() -> None:
    (record,) = json.loads((CASES / "dayone.json").read_text(encoding="utf-8"))["entries"]
    found = day_one.read(maker(), 1, record)
    assert found is not None
    assert found.entry.text == "wrote the importer\n\ntested it"
    assert found.entry.timestamp == parse_timestamp("2026-11-20T10:19:29Z")
    assert (found.entry.tz, found.by_log_id) == ("Asia/Tokyo", True)
    edited = day_one.read(maker(), 1, {**record, "text": "edited"})
    assert edited is not None
    assert edited.entry.log_id == found.entry.log_id
    tagged = day_one.read(maker(), 1, {**record, "tags": ["deep work", "a"], "starred": True})
    assert tagged is not None
    assert tagged.entry.text.endswith("\n#deep-work #a #starred")


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"text": "", "photos": [{"md5": "x"}]}, "[photo]"),
        ({"text": None, "photos": [{}], "audios": [{}], "tags": ["a"]}, "[photo] [audio]\n#a"),
        ({"text": " ", "photos": []}, None),
        ({"text": None}, None),
    ],
)
def test_an_entry_of_day_one_without_words_does_not_stop_the_others(
    change: dict[str, object], shown: str | None
) -> None:
    (record,) = json.loads((CASES / "dayone.json").read_text(encoding="utf-8"))["entries"]
    found = day_one.read(maker(), 1, record | change)
    assert (found and found.entry.text) == shown


@pytest.mark.parametrize("change", [{"creationDate": None},
                                    {"creationDate": "yesterday"}, {"timeZone": "Mars"},
                                    {"creationDate": "0001-01-01T00:00:00Z"},
                                    {"tags": "a"}])  # fmt: skip
def test_an_entry_of_day_one_that_cannot_be_meant_is_named(change: dict[str, object]) -> None:
    (record,) = json.loads((CASES / "dayone.json").read_text(encoding="utf-8"))["entries"]
    (found,) = read_each([record | change], lambda n, each: day_one.read(maker(), n, each))
    assert isinstance(found, Unreadable)
    assert (found.number, found.unit) == (1, "entry")


def words(message: Mapping[str, Any], user_id: str) -> str | None:
    return str(message["text"]) if not message.get("subtype") else None


def from_slack(channel: str | None, *messages: dict[str, object]) -> list[Read]:
    def read(by: EntryMaker) -> list[Read]:
        return list(
            read_each(messages, lambda n, each: slack_export.read(by, n, each, channel, words))
        )

    return twice(read)


MINE: dict[str, object] = {
    "type": "message",
    "user": "U1",
    "text": "fixed it",
    "ts": "1763812800.000100",
}


def test_only_ones_own_messages_are_read_from_slack() -> None:
    (found,) = from_slack(
        "D1",
        {**MINE, "user": "U2"},
        MINE,
        {**MINE, "subtype": "channel_join"},
        {**MINE, "text": ""},
    )
    assert isinstance(found, Found)
    assert found.entry.log_id == message_log_id("D1", "1763812800.000100")
    assert found.entry.timestamp == parse_timestamp("2025-11-22T12:00:00.0001Z")


def test_a_message_of_an_unknown_channel_has_an_identity_all_the_same() -> None:
    first, second = from_slack(None, MINE, MINE), from_slack(None, MINE, MINE)
    ids = [each.entry.log_id for each in first if isinstance(each, Found)]
    assert len(set(ids)) == 2
    assert ids == [each.entry.log_id for each in second if isinstance(each, Found)]


@pytest.mark.parametrize(
    "ts", [None, 1763812800.0001, "1763812800", "x.y", "99999999999999.000000"]
)
def test_a_message_without_a_moment_is_named(ts: object) -> None:
    (found,) = from_slack("D1", {**MINE, "ts": ts})
    assert isinstance(found, Unreadable)
