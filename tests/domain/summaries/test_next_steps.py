"""What reads like a next step, a block or a question is open until a later entry answers it."""

from dataclasses import replace

import pytest

from companion.domain.summaries.next_steps import open_ends
from tests.domain.summaries.test_threads import entries


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("next: write docs for the retry policy", "next"),
        ("TODO clean up the branch", "next"),
        ("the tests are green. Next step: deploy billing", "next"),
        ("still need to update the changelog", "next"),
        ("docs for billing #next", "next"),
        ("will do it tomorrow", "next"),
        ("tomorrow I'll call Bo", "next"),
        ("need to get the branch merged", "next"),
        ("next: see that it is deployed", "next"),
        ("finished the parser, still need to write docs", "next"),
        ("stuck with the build", "blocked"),
        ("was stuck on the build", "blocked"),
        ("blocked by the DBA", "blocked"),
        ("waiting for review of #412", "blocked"),
        ("what about time zones?", "question"),
        ("- [ ] write docs", "next"),
        ("☐ write docs", "next"),
        ("remember to call Bo", "next"),
        ("follow up with Bo", "next"),
        ("下一步：写测试", "next"),
        ("open question: which database", "question"),
        ("blocked the whole day by the VPN", "blocked"),
        ("finished the docs, blocked on the review", "blocked"),
        ("waiting for the migration to be deployed", "blocked"),
        ("depends on PR #412", "blocked"),
    ],
)
def test_what_reads_like_a_next_step_a_block_or_a_question_is_open(text: str, sort: str) -> None:
    (end,) = open_ends(entries("standup", text, "lunch"))
    assert end.sort == sort
    assert end.words in text


@pytest.mark.parametrize(
    "text",
    [
        "unblocked now",
        "no blockers",
        "see https://x.y/?a=1 for it",
        "the next day",
        "lunch",
        "I was stuck in traffic",
        "todo app finished",
        "fixed what has to run",
        "next-gen parser",
        "next to the door",
        "- [x] wrote docs",
        "Blockers: none",
        "blocked: nothing",
        "blocked the account of a spammer",
        "ad blocker installed",
        "got stuck on the parser but solved it",
        "was blocked by the VPN, now it works",
        "fixed a bug that depends on time zones",
    ],
)
def test_what_leaves_nothing_open_is_not_named(text: str) -> None:
    assert open_ends(entries(text)) == []


@pytest.mark.parametrize(
    ("open_end", "answer"),
    [
        ("next: write docs for the retry policy", "wrote the docs for the retry policy"),
        ("waiting for review of #412", "PR #412 merged"),
        ("BILL-412 is blocked by the DBA", "BILL-412 unblocked, migration done"),
        ("next: write the tests", "wrote the tests"),
        ("next: write the tests", "tests written"),
        ("next: release", "released it"),
        ("next: release", "the release is out"),
        ("waiting for Bo", "Bo answered"),
        ("blocked by infra", "unblocked"),
        ("stuck on the retry loop", "fixed the retry loop"),
        ("should we use Redis?", "we use Redis"),
        ("does the parser read time zones?", "the parser reads time zones from the header"),
    ],
)
def test_what_a_later_entry_answers_is_closed(open_end: str, answer: str) -> None:
    assert open_ends(entries(open_end, "lunch", answer)) == []
    assert open_ends(entries(answer, "lunch", open_end)) != []


@pytest.mark.parametrize(
    ("open_end", "later"),
    [
        ("next: release", "meeting about the release"),
        ("stuck on the retry loop", "the retry loop again"),
        ("stuck on the retry loop", "the retry loop doesn't end"),
        ("waiting for Bo", "lunch with Bo"),
        ("next: write the tests", "still no tests, wrote docs"),
        ("blocked by infra", "unblocked Ada"),
    ],
)
def test_what_only_speaks_of_it_again_closes_nothing(open_end: str, later: str) -> None:
    assert [end.words for end in open_ends(entries(open_end, later))] == [open_end]


def test_another_thing_that_is_done_closes_nothing() -> None:
    (end,) = open_ends(
        entries("TODO: clean up fix/retry-loop", "wrote the docs for the retry policy")
    )
    assert end.words == "TODO: clean up fix/retry-loop"


def test_what_is_said_again_is_open_once() -> None:
    (end,) = open_ends(
        entries("next: deploy billing to staging", "next: deploy billing to staging!")
    )
    assert end.words.endswith("!")


def test_a_channel_called_next_leaves_nothing_open() -> None:
    (typed,) = entries("wrote to #next")
    assert open_ends([typed])
    assert open_ends([replace(typed, mentions={"C0NEXT": "#next"})]) == []


@pytest.mark.parametrize("name", ["blocked", "todo", "next", "todo-list"])
def test_the_name_of_a_channel_leaves_nothing_open(name: str) -> None:
    (typed,) = entries(f"asked in #{name} about the build")
    assert open_ends([replace(typed, mentions={"C0ASK": f"#{name}"})]) == []
    (also,) = entries(f"asked in #{name}: blocked by the DBA")
    assert len(open_ends([replace(also, mentions={"C0ASK": f"#{name}"})])) == 1


def test_that_something_is_done_in_the_same_channel_answers_nothing() -> None:
    asked, done = entries("waiting for an answer in #ops", "deployed search, see #ops")
    mentions = {"C0OPS": "#ops"}
    assert open_ends([asked, done]) == []
    assert len(open_ends([replace(each, mentions=mentions) for each in (asked, done)])) == 1
