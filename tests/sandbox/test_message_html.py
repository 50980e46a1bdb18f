"""Messages as HTML."""

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.sandbox.page.html.context import Context
from companion.sandbox.page.html.message import render_message
from companion.sandbox.page.html.mrkdwn import render_markdown, render_mrkdwn
from companion.sandbox.workspace.message_text import as_sent, as_typed, for_editing

NAMES = {"U1": "ada", "C1": "general"}


def name_of(identifier: str) -> str:
    return NAMES.get(identifier, identifier)


HERE = Context(name_of)


def mrkdwn(text: str) -> str:
    return render_mrkdwn(text, name_of)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~gone~", "<strong>bold</strong> <em>it</em> <s>gone</s>"),
        ("`a*b*`", "<code>a*b*</code>"),
        ("*bold and _both_*", "<strong>bold and <em>both</em></strong>"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("one\ntwo", "one<br>two"),
        ("```\na < b\n  *c*\n```", "<pre><code>a &lt; b\n  *c*</code></pre>"),
        ("so:\n&gt; one\n&gt; two\nend", "so:<blockquote>one<br>two</blockquote>end"),
        ("<@U1> in <#C1>, <!here>", '<span class="mention">@ada</span> in '
         '<span class="mention">#general</span>, <span class="mention">@here</span>'),
        ("done :white_check_mark: :unheard_of:", "done ✅ :unheard_of:"),
        ("a &lt; b &amp;&amp; c", "a &lt; b &amp;&amp; c"),
        (
            "<https://example.org/?a=1&amp;b=2|here>",
            '<a href="https://example.org/?a=1&amp;b=2" target="_blank"'
            ' rel="noopener noreferrer">here</a>',
        ),
        (
            "<!date^1795165200^{time}|09:00 UTC>",
            '<time datetime="2026-11-20T09:00:00+00:00" data-format="{time}">09:00 UTC</time>',
        ),
    ],
)  # fmt: skip
def test_mrkdwn_looks_as_it_does_in_slack(text: str, html: str) -> None:
    assert mrkdwn(text) == html


def test_a_markdown_block_is_markdown() -> None:
    html = render_markdown("## Past week\n\n- **one**\n- ~~two~~ [site](https://example.org)\n")
    assert "<h2>Past week</h2>" in html
    assert "<li><strong>one</strong></li>" in html
    assert "<s>two</s>" in html
    assert '<a href="https://example.org" target="_blank" rel="noopener noreferrer">' in html


def test_blocks_are_shown_in_place_of_the_text() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Hi <you>"}},
        {"type": "divider"},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*now*"}},
        {"type": "context", "elements": [{"type": "plain_text", "text": "small"}]},
    ]
    html = render_message({"text": "fallback", "blocks": blocks}, HERE)
    assert html == (
        '<h3 class="header">Hi &lt;you&gt;</h3><hr><div><strong>now</strong></div>'
        '<div class="context"><span>small</span></div>'
    )
    assert render_message({"text": "plain", "blocks": [{"type": "image"}]}, HERE) == "plain"


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<https://e.org/\"onmouseover=\"alert(1)|x>",
    "<javascript:alert(1)|click>",
    "<JaVaScRiPt:alert(1)>",
    "<https://e.org|<script>alert(1)</script>>",
    "<@\"><script>alert(1)</script>>",
    "<!date^1795165200^\" onload=\"alert(1)|<b>>",
    "<!date^99999999999^{time}|\"><script>>",
    "```</code></pre><script>alert(1)</script>```",
    "`</code><script>`",
    "*<b>* _<i>_ ~<u>~",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "[x](javascript:alert(1)) [y](data:text/html,<script>) ![z](https://e.org/track.png)",
    "[x](/sandbox/delete) [y](\"https://e.org\" onclick=alert(1))",
    "<a href='https://e.org' onclick='alert(1)'>x</a>",
    "::<svg/onload=alert(1)>::",
]  # fmt: skip

PLAIN = "strong em s code pre blockquote br hr p h1 h2 h4 h5 h6 li figcaption"
TABLE = "table thead tbody tr th td"
CONTROL = {"data-control", "data-kind", "data-confirm", "aria-label", "aria-describedby", "id"}
CONTROL |= {"class", "type", "value", "placeholder", "required", "minlength", "maxlength"}
ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in f"{PLAIN} {TABLE}".split()},
    "h3": {"class"},
    "ul": {"class"},
    "small": {"class"},
    "figure": {"class"},
    "div": CONTROL | {"data-field", "role"},
    "p": {"class", "id", "role"},
    "label": {"class", "id", "for"},
    "button": CONTROL | {"data-items", "aria-haspopup"},
    "input": CONTROL | {"autocomplete", "checked", "role", "data-least", "data-value"},
    "textarea": CONTROL | {"rows"},
    "select": CONTROL,
    "option": {"value", "selected"},
    "svg": {"viewbox", "aria-hidden"},
    "path": {"d"},
    "img": {"class", "src", "alt"},
    "ol": {"start", "class"},
    "a": CONTROL | {"href", "target", "rel", "title", "role"},
    "span": {"class"},
    "time": {"datetime", "data-format"},
}


class OnlyWhatWeWrite(HTMLParser):
    """Fails on any tag or attribute that the renderer has no reason to write."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        for name, value in attrs:
            fence = tag == "code" and name == "class"  # the language of a fenced block
            assert fence or name in ALLOWED[tag], (tag, name)
            assert name != "src" or str(value).startswith("/sandbox/files/")
            if name == "href":
                assert str(value).lower().startswith(("http://", "https://", "mailto:")), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def assert_harmless(html: str) -> None:
    parser = OnlyWhatWeWrite()
    parser.feed(html)
    parser.close()


def every_rendering(text: str) -> list[str]:
    blocks: list[dict[str, Any]] = [
        {"type": "markdown", "text": text},
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {"type": "header", "text": {"type": "plain_text", "text": text}},
        *every_control(text),
    ]
    files = [{"id": text, "name": text, "mimetype": "image/png", "preview": text}]
    hostile = {"blocks": blocks, "files": files, "attachments": [{"text": text, "title": text}]}
    return [
        mrkdwn(text),
        mrkdwn(as_typed(text)),
        mrkdwn(as_sent(text)),
        render_mrkdwn(f"<@{text}>", lambda identifier: text),
        render_message({"text": text, **hostile}, Context(lambda name: text, root=text)),
        render_message({"text": text, "files": files}, HERE, lambda file_id: True),
    ]


def every_control(text: str) -> list[dict[str, Any]]:
    """Each kind of block and element with the text wherever text can be."""
    plain = {"type": "plain_text", "text": text}
    option = {"text": plain, "value": text, "description": plain}
    named = {"action_id": text, "placeholder": plain, "confirm": {"title": plain, "text": plain}}
    chosen = {"initial_value": text, "initial_option": option, "options": [option]}
    kinds = ("static_select", "checkboxes", "radio_buttons", "overflow", "external_select")
    elements = [{"type": kind, **named, **chosen} for kind in kinds]
    button = {"type": "button", "text": plain, "url": text, "value": text, **named}
    field = {"type": "plain_text_input", **named, "initial_value": text}
    words = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": text, "style": {"code": True}},
            {"type": "link", "url": text, "text": text},
            {"type": "user", "user_id": text},
            {"type": "emoji", "name": text},
        ],
    }
    picture = {"type": "image", "image_url": text, "alt_text": text}
    return [
        {"type": "actions", "block_id": text, "elements": [button, *elements]},
        {"type": "input", "block_id": text, "label": plain, "hint": plain, "element": field},
        {
            "type": "input",
            "block_id": text,
            "label": plain,
            "element": {**field, "multiline": True},
        },
        {"type": "section", "text": plain, "fields": [plain], "accessory": picture},
        {"type": "image", "slack_file": {"id": text}, "alt_text": text, "title": plain},
        {"type": "rich_text", "elements": [words, {"type": "rich_text_list", "elements": [words]}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": text}]] * 2},
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_cannot_inject_html(text: str) -> None:
    for html in every_rendering(text):
        assert_harmless(html)


@given(st.lists(st.sampled_from([*HOSTILE, *"<>&\"'`*_~|^!@#:\n ", "&gt;", "```", "x"])))
def test_no_mixture_of_hostile_texts_can_either(pieces: list[str]) -> None:
    for html in every_rendering("".join(pieces)):
        assert_harmless(html)


@given(st.text())
def test_what_is_typed_comes_back_for_editing(text: str) -> None:
    assert for_editing(as_typed(text)) == text


@given(st.text(alphabet="ab <>&;*_`\n"))
def test_what_is_typed_without_markup_is_shown_literally(text: str) -> None:
    shown: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            shown.append(data)

    plain = text.translate({ord(mark): "" for mark in "*_`\n"}).lstrip("> ")
    reader = Reader()
    reader.feed(mrkdwn(as_typed(plain)))
    reader.close()
    assert "".join(shown) == plain
