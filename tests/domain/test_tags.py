"""Tags are words that people marked, and nothing else that begins with a #."""

import pytest

from companion.domain.tags import has_tag, tags


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#deploy went out", ["deploy"]),
        ("#a/b/c #x_y #größe-2, (#ok)", ["a/b/c", "x_y", "größe-2", "ok"]),
        ("#日本語 #ёж #हिन्दी", ["日本語", "ёж", "हिन्दी"]),
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
