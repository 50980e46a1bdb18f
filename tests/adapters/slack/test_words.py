"""What a message's payload says, wherever it says it."""

from typing import Any

import pytest

from companion.adapters.slack.text import Mentions
from companion.adapters.slack.words import message_words
from companion.domain.mentions import with_names


def words(**message: Any) -> str:
    mentions: Mentions = {}
    return with_names(message_words(message, mentions), mentions)


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": list(elements)}]


def section(*elements: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": kind, "elements": list(elements)}


def text(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def test_half_an_emoji_is_replaced_and_a_whole_one_stays() -> None:
    assert words(text="a\ud83d b") == "a\ufffd b"
    assert words(text="🎉") == "🎉"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([{"name": "sketch.png"}, {"name": "b.txt"}], "[file: sketch.png], [file: b.txt]"),
        ([{"name": "a.png", "title": "Error budget"}], "[file: a.png “Error budget”]"),
        ([{"name": "error_budget.png", "title": "error budget"}], "[file: error_budget.png]"),
        ([{"name": "a.png", "alt_txt": "a red line"}], "[file: a.png: a red line]"),
        ([{"title": "Only a title"}], "[file: Only a title]"),
        ([{"id": "F1", "mode": "tombstone"}], "[file: unnamed]"),
        ([{"name": "n.txt", "mimetype": "text/plain", "preview": "x = 1"}], "x = 1\n[file: n.txt]"),
        (
            [{"name": "Untitled", "mode": "snippet", "preview": "a", "preview_is_truncated": True}],
            "a\n…",
        ),
        (
            [{"name": "clip.mp4", "transcription": {"status": "processing"}}],
            "[file: clip.mp4]",
        ),
        (
            [{"name": "c.mp4", "transcription": {"preview": {"content": "hi", "has_more": True}}}],
            "hi …\n[file: c.mp4]",
        ),
    ],
)
def test_files_say_their_content_and_their_names(files: list[dict[str, Any]], said: str) -> None:
    assert words(text="", files=files) == said


def test_a_file_beside_words_is_named_too() -> None:
    assert words(text="see", files=[{"name": "sketch.png"}]) == "see\n[file: sketch.png]"
    assert words(text="see", files=[{"id": "F1", "mode": "hidden_by_limit"}]) == "see"


def test_every_element_of_rich_text_is_read() -> None:
    blocks = rich(
        section(
            text("with "),
            {"type": "user", "user_id": "U1"},
            text(" in "),
            {"type": "channel", "channel_id": "C1"},
            text(" for "),
            {"type": "usergroup", "usergroup_id": "S1"},
            text(", "),
            {"type": "broadcast", "range": "here"},
            text(" "),
            {"type": "emoji", "name": "wave", "skin_tone": 2},
            text(" a < b, "),
            text("bold", bold=True),
            text(" code", code=True),
            text("\n"),
        ),
        section(
            {"type": "link", "url": "https://a.example/77", "text": "77"},
            text(", "),
            {"type": "link", "url": "https://a.example"},
            text(", "),
            {"type": "date", "timestamp": 1392734382, "format": "{date}", "fallback": "tomorrow"},
            text(", "),
            {"type": "color", "value": "#F405B3"},
        ),
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [section(text("one")), section(text("two"))],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "offset": 2,
            "elements": [section(text("third"))],
        },
        section(text("said\nbefore"), kind="rich_text_quote"),
        section(text("x = 1\ny = 2"), kind="rich_text_preformatted"),
    )
    assert words(text="", blocks=blocks).split("\n") == [
        "with @U1 in #C1 for @S1, @here :wave::skin-tone-2: a < b, *bold* `code`",
        "77 (https://a.example/77), https://a.example, tomorrow, #F405B3",
        "• one",
        "• two",
        "    3. third",
        "> said",
        "> before",
        "```",
        "x = 1",
        "y = 2",
        "```",
    ]


def test_the_texts_of_other_blocks_are_read() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Standup"}},
        {"type": "divider"},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "fixing <https://a.example/1|BILL-1> &amp; more"},
            "fields": [{"type": "mrkdwn", "text": "*who*"}, {"type": "plain_text", "text": "me"}],
        },
        {
            "type": "context",
            "elements": [
                {"type": "image", "image_url": "https://a.example/i", "alt_text": "a face"},
                {"type": "mrkdwn", "text": "at noon"},
            ],
        },
        {"type": "markdown", "text": "**done**"},
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "a"}, rich(section(text("b")))[0]]],
        },
        {"type": "image", "title": {"type": "plain_text", "text": "chart"}, "alt_text": "up"},
        {"type": "something_new", "text": "words"},
        "not a block",
    ]
    assert words(text="", blocks=blocks).split("\n") == [
        "Standup",
        "fixing BILL-1 (https://a.example/1) & more",
        "*who*",
        "me",
        "a face",
        "at noon",
        "**done**",
        "a | b",
        "chart",
        "up",
        "words",
    ]


@pytest.mark.parametrize(
    ("message", "blocks", "said"),
    [
        ("a *bold* plan", [text("a "), text("bold", bold=True), text(" plan")], "a *bold* plan"),
        ("the deploy of bill…", [text("the deploy of billing failed")], None),
        ("the deploy", [text("the deploy of billing failed")], None),
        ("A note for you", [text("call Ada back")], "A note for you\ncall Ada back"),
    ],
)
def test_blocks_count_where_they_say_more_than_the_text(
    message: str, blocks: list[dict[str, Any]], said: str | None
) -> None:
    expected = said or "the deploy of billing failed"
    assert words(text=message, blocks=rich(section(*blocks))) == expected


def test_a_numbered_list_that_the_text_has_too_is_kept_as_it_is() -> None:
    items = [section(text("one")), section(text("two"))]
    blocks = rich({"type": "rich_text_list", "style": "ordered", "elements": items})
    assert words(text="1. one\n2. two", blocks=blocks) == "1. one\n2. two"


@pytest.mark.parametrize(
    ("attachment", "said"),
    [
        ({"is_share": True, "author_name": "Ada", "text": "it &lt;failed&gt;"}, "Ada: it <failed>"),
        (
            {
                "is_share": True,
                "from_url": "https://team.slack.com/archives/C1/p1",
                "text": "",
                "message_blocks": [{"message": {"blocks": rich(section(text("from blocks")))}}],
            },
            "from blocks",
        ),
        ({"is_share": True, "files": [{"name": "plan.pdf"}]}, "[file: plan.pdf]"),
        ({"is_share": True, "fallback": "only a fallback"}, "only a fallback"),
        ({"from_url": "https://a.example", "text": "theirs"}, ""),
        ({"is_msg_unfurl": True, "text": "a message behind a link"}, ""),
        ({"is_app_unfurl": True, "text": "an app's"}, ""),
        (
            {
                "pretext": "from my editor",
                "title": "Build",
                "text": "green",
                "fields": [{"title": "branch", "value": "main"}],
            },
            "from my editor\nBuild\ngreen\nbranch: main",
        ),
    ],
)
def test_attachments_count_unless_they_are_the_preview_of_a_link(
    attachment: dict[str, Any], said: str
) -> None:
    assert words(text="", attachments=[attachment], bot_id="B0OTHERAPP") == said


def test_what_slack_attaches_to_a_persons_own_message_is_not_theirs() -> None:
    attachments = [{"title": "Example", "text": "an example"}]
    assert words(text="see https://a.example", attachments=attachments) == "see https://a.example"


def test_nothing_makes_no_words() -> None:
    assert words(text=None, attachments=[], blocks=[], files=[]) == ""
    assert words(text="  ", blocks=rich(section())).strip() == ""
