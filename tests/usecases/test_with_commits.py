"""Commits are a source of their own in all that looks back, beside the entries."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import DEFAULT_RHYTHM
from companion.domain.commits.work import Commit, Kind, Work, commit_work, pull_request_log_id
from companion.domain.commits.worktree import Worktree
from companion.domain.entry import Entry, Source
from companion.domain.summaries.references import (
    Footnotes,
    IdReferences,
    LinkReferences,
    Moments,
)
from companion.domain.summaries.standup import render_standup
from companion.domain.summaries.summary import render
from companion.domain.summaries.where import render_where
from companion.domain.summaries.window_summary import SummaryWindow
from companion.errors import SummarizerError
from companion.ports import Commits, Summarizer
from companion.usecases.standup import MakeStandup
from companion.usecases.summarize import WriteSummary
from companion.usecases.summarize_window import SummarizeWindow
from companion.usecases.where import FindWhere
from tests.fakes import FakeCommits
from tests.memory_store import MemoryLogStore
from tests.usecases.test_summarize import ScriptedModel

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
MOMENTS = Moments(BERLIN, DEFAULT_RHYTHM.day_start)
LINK = "https://github.com/ada/engine/commit/1a2b3c4d5e"


class NoModel:
    async def summarize(self, instruction: str, material: str) -> str:
        raise SummarizerError("none is asked here")


def entry(text: str, when: str, source: Source = Source.MESSAGE) -> Entry:
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
    return Entry(user_id="U1", timestamp=moment, text=text, log_id=uuid4(), source=source)


def commit(subject: str, when: str, link: str | None = LINK) -> Work:
    written_s = int(datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp())
    known = Commit(
        hash="1a2b3c4d5e",
        written_s=written_s,
        committed_s=written_s,
        email="ada@example.com",
        author="Ada",
        subject=subject,
    )
    return commit_work("U1", known, "engine", link)


def pull_request(title: str, when: str) -> Work:
    address = "https://github.com/ada/engine/pull/12"
    return Work(
        user_id="U1",
        timestamp=datetime.fromisoformat(when).replace(tzinfo=UTC),
        text=title,
        log_id=pull_request_log_id(Kind.MERGED, address),
        source=Source.PULL_REQUEST,
        reference="engine#12",
        link=address,
        kind=Kind.MERGED,
    )


async def written(
    entries: list[Entry], commits: Commits | None, model: Summarizer | None = None
) -> str:
    """The daily summary as Slack gets it."""
    store = MemoryLogStore()
    for each in entries:
        await store.write_log(each)
    write = WriteSummary(
        store=store, summarizer=model or NoModel(), rhythm=DEFAULT_RHYTHM, commits=commits
    )
    return render(await write("U1", TODAY, BERLIN), LinkReferences(MOMENTS, {}))


async def test_without_a_model_entries_and_commits_stand_side_by_side() -> None:
    commits = FakeCommits(commit("Fix the *parser*", "2026-11-19 14:00"))
    text = await written([entry("looked at the logs", "2026-11-19 13:00")], commits)
    assert text.endswith(
        "## Here’s what you were focused on yesterday:\n"
        "### Thursday 2026-11-19\n"
        "- **14:00** looked at the logs\n"
        f"- **15:00** [`engine@1a2b3c4`]({LINK}) Fix the \\*parser\\*"
    )


async def test_they_are_threads_together() -> None:
    commits = FakeCommits(commit("OPS-12: Fix the parser", "2026-11-18 14:00"))
    text = await written([entry("OPS-12 is odd", "2026-11-17 13:00")], commits)
    assert "### OPS-12 (Tue, Wed)\n" in text


async def test_commits_alone_are_a_summary() -> None:
    text = await written([], FakeCommits(commit("Fix the parser", "2026-11-19 14:00", None)))
    assert text.count("- **15:00** `engine@1a2b3c4` Fix the parser") == 2


async def test_what_the_hook_logged_is_not_shown_a_second_time() -> None:
    known = commit("Fix the parser", "2026-11-19 14:00")
    logged = Entry(
        user_id="U1",
        timestamp=known.timestamp,
        text="Fix the parser",
        log_id=known.log_id,
        source=Source.COMMIT,
    )
    text = await written([logged], FakeCommits(known))
    assert text.count("Fix the parser") == 2  # once in each section
    assert "- **15:00 commit** Fix the parser" in text


async def test_a_model_reads_commits_marked_as_such_and_its_lines_may_name_them() -> None:
    model = ScriptedModel(lambda *_: "- You fixed `parser.c` for #12 in engine@1a2b3c4 [2]")
    commits = FakeCommits(commit("Fix parser.c (#12)", "2026-11-19 14:00"))
    text = await written([entry("coffee", "2026-11-19 13:00")], commits, model)
    assert (
        '<entry number="2" when="Thursday 2026-11-19 15:00" commit="engine@1a2b3c4">'
        in (model.asked[0][1])
    )
    assert f"in engine@1a2b3c4 ([`engine@1a2b3c4`]({LINK}))" in text


@pytest.mark.parametrize(
    "words",
    ["for #13", "in `lexer.c`", "in engine@deadbee", "as deadbee1", "see engine#13", "see OPS-9"],
)
async def test_a_line_says_nothing_that_the_commit_does_not(words: str) -> None:
    model = ScriptedModel(lambda *_: f"- You fixed it {words} [1]\n- You fixed the parser [1]")
    text = await written([], FakeCommits(commit("Fix parser.c (#12)", "2026-11-19 14:00")), model)
    assert words not in text
    assert "1 line was left out" in text


async def test_a_pull_request_says_what_became_of_it() -> None:
    text = await written([], FakeCommits(pull_request("Faster parser", "2026-11-19 14:00")))
    assert "[`engine#12 merged`](https://github.com/ada/engine/pull/12) Faster parser" in text


async def test_git_is_asked_for_the_days_of_the_person() -> None:
    commits = FakeCommits()
    await written([], commits)
    midnight = datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert commits.asked == [(midnight - timedelta(days=7), midnight)]


async def test_a_window_has_its_commits_and_a_tag_narrows_them_too() -> None:
    commits = FakeCommits(
        commit("Fix the parser #engine", "2026-11-18 10:00"),
        commit("Write the docs", "2026-11-18 11:00"),
    )
    summarize = SummarizeWindow(
        store=MemoryLogStore(), summarizer=NoModel(), max_material=9_000, commits=commits
    )
    since, until = NOW - timedelta(days=3), NOW
    everything = await summarize("U1", SummaryWindow(since, until, BERLIN))
    assert "Write the docs" in everything.body.text
    tagged = await summarize("U1", SummaryWindow(since, until, BERLIN, tag="engine"))
    assert "Fix the parser" in tagged.body.text
    assert "Write the docs" not in tagged.body.text


async def test_a_standup_has_commits_among_what_is_done() -> None:
    store = MemoryLogStore()
    await store.write_log(entry("next: write a test for the parser", "2026-11-19 09:00"))
    commits = FakeCommits(
        commit("Fix the lexer. Next: todo", "2026-11-19 10:00"),
        commit("Write a test for the parser", "2026-11-19 11:00"),
    )
    make = MakeStandup(store=store, rhythm=DEFAULT_RHYTHM, max_material=9_000, commits=commits)
    standup, _ = await make("U1", NOW, BERLIN)
    assert render_standup(standup, "text") == (
        "Done:\n"
        "- Fix the lexer. Next: todo (engine@1a2b3c4)\n"
        "- Write a test for the parser (engine@1a2b3c4)\n\n"
        "Next:\n- nothing\n\nBlocked:\n- nothing"
    )


async def found_where(commits: FakeCommits, *entries: Entry) -> str:
    store = MemoryLogStore()
    for each in entries:
        await store.write_log(each)
    find = FindWhere(store=store, rhythm=DEFAULT_RHYTHM, max_material=9_000, commits=commits)
    where, lines, _ = await find("U1", NOW, BERLIN)
    return render_where(where, lines, MOMENTS, IdReferences(MOMENTS), TODAY)


async def test_where_tells_of_commits_the_branch_and_what_is_not_committed() -> None:
    worktree = Worktree(repository="engine", branch="fix_it", changed=2, untracked=1, stashes=1)
    commits = FakeCommits(commit("Fix the lexer", "2026-11-19 16:00"), worktree=worktree)
    assert await found_where(commits, entry("on to the parser", "2026-11-18 16:00")) == (
        "## Where you left off\n"
        "Your last words, on Wednesday 2026-11-18:\n\n"
        "- **17:00** on to the parser\n\n"
        "Your last commits:\n\n"
        f"- **Thu 17:00** [`engine@1a2b3c4`]({LINK}) Fix the lexer\n\n"
        "Now engine is on fix_it; 2 changed files, 1 new file and 1 stash."
    )


async def test_where_is_known_from_commits_alone() -> None:
    text = await found_where(FakeCommits(commit("Fix the lexer", "2026-11-19 16:00")))
    assert text == (
        "## Where you left off\n\n"
        "Your last commits:\n\n"
        f"- **Thu 17:00** [`engine@1a2b3c4`]({LINK}) Fix the lexer"
    )


def test_a_terminal_and_a_file_refer_to_commits_by_name() -> None:
    known = commit("Fix the lexer", "2026-11-19 16:00")
    assert IdReferences(MOMENTS)(known) == "Thu 17:00 engine@1a2b3c4"
    footnotes = Footnotes(MOMENTS)
    assert footnotes(known) == "[^1]"
    assert footnotes.notes() == f"\n\n[^1]: Thursday 2026-11-19 17:00 engine@1a2b3c4 {LINK}"


def test_a_repositorys_name_means_nothing_in_markdown() -> None:
    known = commit_work(
        "U1",
        Commit(hash="abcdef12", written_s=0, committed_s=0, email="", author="", subject=" "),
        "a`](x) <b>",
        None,
    )
    assert known.shown == "`a-x-b-@abcdef1`"
    assert known.text == "(no subject)"
