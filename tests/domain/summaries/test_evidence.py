"""What a model's words rest on is checked, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.summaries.evidence import LEADS_AWAY, Kind, Sources

ENTRY = (
    "fixing BILL-412 (https://example.atlassian.net/browse/BILL-412), PR 77 "
    "(https://github.com/acme/billing/pull/77) in src/retry/loop.py and ~/notes/plan.md: 1,500 "
    "lines, 30 tests, 12.5% faster, see www.example.com or parser.py; ran `make test` with @Bo, "
    "#412, v1.2.3"
)
SOURCES = Sources([ENTRY, "Friday 2026-11-20 14:05"])


@pytest.mark.parametrize(
    "text",
    [
        ENTRY,
        "You fixed BILL-412 in src/retry/loop.py at 14:05 on 2026-11-20.",
        "**BILL-412** is in `src/retry/loop.py`; you ran `make test`.",
        "[BILL-412](https://example.atlassian.net/browse/BILL-412) and https://github.com/acme/billing/pull/77.",
        "1500 lines and 30 tests were 12.5% faster and/or better (#412).",
        "See (www.example.com), ask @bo.",
        "Nothing that can be checked, on Friday.",
    ],
)
def test_what_stands_in_the_entries_is_supported(text: str) -> None:
    assert SOURCES.unsupported(text) == []


INVENTED = {
    Kind.IMAGE: [
        "![x](https://evil.test/a.png)",
        "![x](https://github.com/acme/billing/pull/77)",
        "![x][y]",
    ],
    Kind.LINK: [
        "[x](https://evil.test)",
        "[x](<https://evil.test>)",
        "[x]( //evil.test )",
        "[x](javascript:alert)",
        "[x](https://example.atlassian.net/browse)",
        "[ref]: https://evil.test",
        "[x](data:text/html,a)",
        "[x](%65vil)",
        "[x](/admin)",
    ],
    Kind.MARKUP: [
        "<!channel>",
        "<!here|all>",
        "<@U0EVIL>",
        "<#C0X>",
        "<img src=x>",
        "<a href='//evil.test'>",
        "<https://evil.test|x>",
        "&lt;!channel&gt;",
        "\\<!channel\\>",
    ],
    Kind.ADDRESS: [
        "https://evil.test",
        "HTTPS://EVIL.TEST/x",
        "//evil.test",
        "www.evil.test",
        "evil.test/a",
        "evil.test",
        "https://example.atlassian.ne",
        "https://github.com/acme/billing/pull/7",
        "https://github.com/acme/billing/pull/777",
        "https://example.com@evil.test/",
        "https\\://evil.test",
        "&#104;ttps://evil.test",
        "ht\u200btps://evil.test",
        "ｈｔｔｐｓ：／／ｅｖｉｌ．ｔｅｓｔ",
        "a@evil.test",
        "mailto:a@evil.test",
        "tel:+4930",
        "other.py",
        "xhttps://evil.test",
    ],
    Kind.MENTION: ["@channel", "@here", "(@everyone)", "@bob", "**@al**"],
    Kind.CODE: ["`make deploy`", "`make tes`", "``rm -rf``", "`ake test`"],
    Kind.TICKET: ["BILL-413", "bill-41", "OPS-1", "#413", "(#41)", "!77"],
    Kind.PATH: ["src/retry/other.py", "retry/loop", "~/notes", "/etc/passwd", "src\\x"],
    Kind.NUMBER: [
        "42 tests",
        "3 bugs",
        "31",
        "PR 78",
        "14:06",
        "2026-11-21",
        "30%",
        "1,501",
        "v1.2.4",
        "12.6%",
        "٤٢",
    ],
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in INVENTED.items() for text in texts]
)
def test_what_stands_in_none_is_found_however_it_is_written(kind: Kind, text: str) -> None:
    inside = () if text.startswith("[ref]") else (f"You looked at {text} again.", f"- {text}")
    for sentence in (text, *inside):
        assert kind in {claim.kind for claim in SOURCES.unsupported(sentence)}, sentence


def test_what_leads_away_can_be_asked_for_alone() -> None:
    assert SOURCES.unsupported("42 bugs in OPS-1", LEADS_AWAY) == []
    assert [claim.kind for claim in SOURCES.unsupported("see evil.test", LEADS_AWAY)] == ["address"]


@given(st.text(max_size=60))
def test_every_text_supports_itself(text: str) -> None:
    kinds = set(Kind) - {Kind.IMAGE}
    assert Sources([text]).unsupported(text, kinds) == []


@pytest.mark.parametrize(
    "text",
    [
        "see evil。com",
        "see evil｡com",
        "see evil‧com",
        "see evil．com",
        "run http:evil",
        "run https:evil",
        "run obsidian:open",
        "run javascript:x",
        "x-evil:%61",
    ],
)
def test_an_address_is_known_with_any_dot_and_any_scheme(text: str) -> None:
    assert SOURCES.unsupported(text, LEADS_AWAY) != []
    assert Sources([text]).unsupported(text) == []


@pytest.mark.parametrize(
    "text", ["修正。parser も", "parser。修正", "parser：修正", "std::vector at 10:30"]
)
def test_punctuation_of_other_languages_and_of_code_is_no_address(text: str) -> None:
    assert SOURCES.unsupported(text, LEADS_AWAY) == []


TWO = "https://bank.example/login and https://other.example/a"


@pytest.mark.parametrize(
    "label", ["https://bank.example/login", "**bank.example/login**", "at [bank.example/login]"]
)
def test_no_link_shows_another_address_than_the_one_it_leads_to(label: str) -> None:
    sources = Sources([TWO, "bank.example/login"])
    lie = f"[{label}](https://other.example/a)"
    assert [claim.kind for claim in sources.unsupported(lie, LEADS_AWAY)] == [Kind.LINK]
    assert sources.unsupported(f"[{label}](https://bank.example/login)", LEADS_AWAY) == []
    assert Sources([TWO, lie]).unsupported(lie) == []  # the person wrote it so
