"""Tags are words that people marked, and nothing else that begins with a #."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest

from companion.domain.calendar import DAY
from companion.domain.entry import Entry, Source
from companion.domain.tags import TagCounter, entry_tags, has_tag, is_tag, tagged, tags

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#deploy went out", ["deploy"]),
        ("#a/b/c #x_y #größe-2, (#ok)", ["a/b/c", "x_y", "größe-2", "ok"]),
        ("#日本語 #ёж #हिन्दी", ["日本語", "ёж", "हिन्दी"]),
        ("#தமிழ் #తెలుగు #বাংলা #မြန်မာ #ខ្មែរ #ไทย้", ["தமிழ்", "తెలుగు", "বাংলা", "မြန်မာ", "ខ្មែរ", "ไทย้"]),
        (
            "#שָׁלוֹם #عَرَبِيّ #می\u200cخواهم, #cafe\u0301",
            ["שָׁלוֹם", "عَرَبِيّ", "می\u200cخواهم", "cafe\u0301"],
        ),
        ("#a--b #c-/d #e\u200d #f🎉 #g.h #i+j", ["a", "c", "e", "f", "g", "i"]),
        ("#Deploy and #deploy are one", ["Deploy"]),
        ("PR #412, ##heading, a#b, #_x, # x, &#39;", []),
        ("#v2 and #2fa", ["v2", "2fa"]),
        ("`#code` ```\n#more\n``` and #this", ["this"]),
        ("https://example.com/#frag www.example.com/#frag", []),
        ("ends with #x- and #y/ and #z_.", ["x", "y", "z"]),
        ("nothing", []),
    ],
)
def test_tags_of_a_text(text: str, found: list[str]) -> None:
    assert tags(text) == found


def test_a_slack_channel_is_not_a_tag() -> None:
    assert tags("said in #general about #deploy", channels={"general"}) == ["deploy"]


def test_a_tag_is_the_same_however_it_is_written() -> None:
    assert has_tag("#Größe", "grosse")
    assert has_tag("#Größe", "#GRÖSSE")
    assert not has_tag("#Größe-2", "größe")


def entry(text: str, at: datetime = NOON, mentions: Mapping[str, str] | None = None) -> Entry:
    return Entry(
        user_id="U1",
        timestamp=at,
        text=text,
        log_id=UUID(int=1),
        source=Source.MESSAGE,
        mentions=mentions or {},
    )


def test_a_channel_that_slack_linked_is_not_a_tag() -> None:
    said = entry("#general #deploy", mentions={"C1": "#general", "U1": "@deploy"})
    assert entry_tags(said) == ["deploy"]
    assert tagged("deploy")(said)
    assert not tagged("general")(said)


def test_tags_are_counted_with_the_last_spelling_and_use() -> None:
    counter = TagCounter()
    for day, text in enumerate(["#Deploy #deploy", "no tag", "#größe", "#deploy and #Größe #x"]):
        counter.add(entry(text, NOON + day * DAY))
    assert [(use.tag, use.count) for use in counter.uses()] == [
        ("deploy", 2),
        ("Größe", 2),
        ("x", 1),
    ]
    assert counter.uses()[0].last.timestamp == NOON + 3 * DAY
    use = counter.find("GROSSE")
    assert use is not None
    assert use.tag == "Größe"


def test_the_nearest_tag_is_found_by_its_spelling() -> None:
    counter = TagCounter()
    counter.add(entry("#Deploy #standup"))
    assert counter.nearest("deplyo") == "Deploy"
    assert counter.nearest("zebra") is None


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("deploy", True),
        ("a-b/c_d", True),
        ("größe", True),
        ("412", False),
        ("", False),
        ("two words", False),
        ("-x", False),
        ("x-", False),
    ],
)
def test_what_can_be_a_tag(word: str, is_one: bool) -> None:
    assert is_tag(word) is is_one
