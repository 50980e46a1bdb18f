"""`/companion` through the real webhook and through the daemon's socket, on both stores."""

from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from companion.domain.calendar import PromptsPerDay, Rhythm, WorkHours
from companion.domain.entry import Entry, Source
from companion.domain.features import Feature
from companion.domain.jobs.job import JobKind, Outcome
from companion.errors import StoreError
from companion.texts.slack import FORM_NO_TEXT
from tests.entrypoints.slack.conftest import Place, opened, words


@pytest.fixture
async def simple(tmp_path: Path) -> AsyncIterator[Place]:
    """Two apps on SQLite."""
    async with opened(tmp_path) as place:
        yield place


async def test_today_yesterday_and_week_show_entries_by_day_in_the_persons_time(
    place: Place,
) -> None:
    await place.write("older", days=9)
    await place.write("on monday", days=4)
    await place.write("a day ago", days=1)
    await place.write("first", "second <b> & *co*", minutes=30)
    today = await place.ask("today")
    assert today == (
        "*Friday 2026-11-20*\n`07:30` first\n`07:31` second &lt;b&gt; &amp; *co*"
    )  # Berlin's time
    assert await place.ask("Yesterday") == "*Thursday 2026-11-19*\n`08:00` a day ago"
    week = await place.ask("week")
    assert week.startswith("*Monday 2026-11-16*\n`08:00` on monday\n*Thursday 2026-11-19*\n")
    assert week.endswith(today)
    assert "older" not in week


async def test_search_takes_the_grammar_of_the_terminal(place: Place) -> None:
    await place.write("fixed the retry loop #deploy", days=40)
    await place.write("a loop, and Retrying it", "another loop", days=2)
    assert (await place.ask("search retr loop")).count("`") == 4
    assert await place.ask('search "retry loop"') == (
        "*Sunday 2026-10-11*\n`09:00` fixed the retry loop #deploy"
    )
    assert "another" in await place.ask("search loop -retr")
    assert "Sunday" in await place.ask("search loop tag:deploy")
    recent = await place.ask("search loop --since last month --until today -another")
    assert "fixed the retry" in recent
    assert "another" not in recent
    assert "fixed the retry" not in await place.ask("search loop —since “3 days ago”")
    outside = await place.ask("search retry deploy --since yesterday")
    assert outside.endswith("The newest one outside this period is from Sunday 2026-10-11.")
    assert await place.ask("search lopo") == "No entry has all of that. Did you mean loop?"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("search", "Say what to search for"),
        ("search loop --since nonsense", "I don't understand the date 'nonsense'"),
        ("search --newest 3 loop", "I don't know `--newest` here"),
        ("search --since", "Something has to follow `--since`."),
        ("search loop --since today --until yesterday", "`--since` must be before `--until`."),
        ("search -loop", "There is no word to look for"),
    ],
)
async def test_a_search_that_is_none_says_why(simple: Place, typed: str, said: str) -> None:
    assert said in await simple.ask(typed)


async def test_an_answer_of_any_length_is_shown_page_by_page(place: Place) -> None:
    texts = [f"entry {number} " + "ü & <x> " * 40 for number in range(70)]
    texts[33] = "long " * 3000
    await place.write(*texts, hours=3)
    shown, message = "", await place.ask_for("today")
    while True:
        shown += words(message)
        assert len(message["blocks"]) <= 50
        assert all(len(b["text"]["text"]) <= 3000 for b in message["blocks"] if "text" in b)
        if message["blocks"][-1]["type"] != "actions":
            break
        place.work.clock.advance(timedelta(minutes=40))  # the address of the command is over
        message = await place.press(message)
    for number in range(70):
        assert shown.count(f"entry {number} ") == (number != 33), number
    assert shown.count("long") == 3000


async def test_where_and_standup_answer_at_once_and_a_models_words_follow(place: Place) -> None:
    await place.write("fixed OPS-1. Next: deploy billing", days=1)
    where, standup = await place.ask("where"), await place.ask("standup")
    assert "*Your last words, on Thursday 2026-11-19:*\n`08:00` fixed OPS-1." in where
    assert "• _next:_ deploy billing (Thursday 2026-11-19 08:00)" in where
    assert "*Done*\n• fixed OPS-1." in standup
    assert all("follows in your direct message" in each for each in (where, standup))
    jobs = [job for job in await place.work.jobs() if "ask-" in job.job_id]
    assert {job.kind for job in jobs} == {JobKind.WHERE, JobKind.STANDUP}
    await place.it.daemon.tick()
    sent = place.work.sent_by_companion()
    assert sum(text.startswith("Where you left off") for text in sent) == 1
    assert sum(text.startswith("Your standup") for text in sent) == 1
    assert all("No model wrote this" in text for text in sent[-2:])  # there is none in tests
    await place.it.daemon.tick()
    assert len(place.work.sent_by_companion()) == len(sent)


async def test_somebody_whom_nobody_named_is_shown_so_that_slack_does(simple: Place) -> None:
    """As *Log this message* keeps an author where the app may not ask Slack for names."""
    entry = Entry(
        user_id=simple.work.slack.user_id,
        timestamp=simple.work.clock.now() - timedelta(minutes=9),
        text="Next: ship it & <rest>\n— @U02ABCDEF, not @U03GHIJKL",
        log_id=uuid4(),
        source=Source.COMMAND,
        mentions={"U02ABCDEF": "", "U03GHIJKL": "@Bo"},
    )
    async with simple.work.store() as store:
        await store.write_log(entry)
    for typed in ("today", "week", "search ship", "where"):
        shown = await simple.ask(typed)
        assert "&amp; &lt;rest&gt;" in shown, typed
        assert "— <@U02ABCDEF>, not" in shown, typed
        assert "<@U03" not in shown, typed


async def test_a_question_is_answered_with_entries_at_once(place: Place) -> None:
    await place.write("touched billing", days=3)
    answer = await place.ask("ask when did I last touch billing?")
    assert "touched billing" in answer
    assert "follows in your direct message" in answer
    await place.it.daemon.tick()
    assert "when did I last touch billing?" in place.work.sent_by_companion()[-1]
    assert "Say what you want to know" in await place.ask("ask")


async def test_undo_takes_back_the_last_log(place: Place) -> None:
    await place.log("a mistake")
    assert "Deleted the entry of Friday 2026-11-20 08:00:\n&gt; a mistake" in await place.ask(
        "undo"
    )
    assert await place.texts() == []
    assert "undone already" in await place.ask("undo")


async def test_edit_changes_the_last_entry_and_undo_takes_that_back(place: Place) -> None:
    await place.log("fixed teh test")
    edited = await place.ask("edit fixed the <test>")
    assert "from\n&gt; fixed teh test\nto\n&gt; fixed the &lt;test&gt;\n" in edited
    assert await place.texts() == ["fixed the <test>"]
    assert "says that already" in await place.ask("edit fixed the <test>")
    assert "is again:\n&gt; fixed teh test" in await place.ask("undo")
    assert await place.texts() == ["fixed teh test"]


async def test_a_direct_message_is_edited_in_slack_alone(place: Place) -> None:
    ts = await place.work.slack.say("said here")
    await place.work.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
    assert "edit it there" in await place.ask("edit something else")
    assert await place.texts() == ["said here"]


async def test_pause_and_resume_hold_for_every_program(place: Place) -> None:
    assert await place.ask("pause until mon") == (
        "No prompts until Mon 23 Nov. `/companion resume` ends the pause."
    )
    async with place.work.store() as store:
        assert "pause" in await store.fetch_preferences(place.work.slack.user_id)
    assert await place.ask("resume") == "Prompts come again."
    assert await place.ask("resume") == "There was no pause. Nothing was changed."
    assert "I don't understand the moment" in await place.ask("pause nonsense")
    assert "No prompts and no summaries" in await place.ask("pause vacation until 12 Jan")


async def test_next_and_why_know_the_rhythm_of_the_daemon(tmp_path: Path, apps: str) -> None:
    rhythm = Rhythm(
        hours=WorkHours(time(10), time(18)),
        days=frozenset({4}),
        prompts=PromptsPerDay(2, 2),
        summary_time=time(9, 15),
        day_start=time(),
    )
    async with opened(
        tmp_path,
        apps,
        companion_work_hours=rhythm.hours,
        companion_work_days=rhythm.days,
        companion_prompts_per_day=rhythm.prompts,
        companion_summary_time=rhythm.summary_time,
    ) as place:
        assert await place.ask("next") == ("The next prompts come from 10:00 on.\nSummary: 9:15.")
        assert await place.ask("why") == (
            "No prompt would come now: outside your working hours (10:00-18:00).\n\n"
            "Thursday 2026-11-19: no daemon ran, so nothing was planned\n\n"
            "Friday 2026-11-20: 2 prompts\n• 2 more are to come"
        )
        await place.ask("pause until 17 Dec")
        assert (await place.ask("next")).startswith("Paused until Thu 17 Dec")
        place.work.clock.advance(timedelta(hours=9, minutes=30))  # 17:30: both were due
        await place.it.daemon.tick()
        why = await place.ask("why")
        assert why.startswith("No prompt would come now: paused until Thu 17 Dec.")
        assert why.count("paused until") + why.count(" late") >= 2


async def test_for_somebody_without_a_daemon_nothing_is_promised(simple: Place) -> None:
    bo = simple.work.slack.add_user("bo")
    assert "no daemon has your direct message" in await simple.ask("next", user_id=bo)


async def test_edit_alone_opens_a_form_with_the_last_entry(place: Place) -> None:
    assert "nothing is logged yet" in await place.ask("edit")
    await place.log("fixed teh test")
    slack = place.work.slack
    assert "form that opened" in await place.ask("edit")
    [view] = slack.views
    assert await slack.submit(view["id"], {"text": "  "}) == {
        "response_action": "errors",
        "errors": {"text": FORM_NO_TEXT},
    }
    assert await slack.submit(view["id"], {"text": "fixed the test"}) == {}
    assert await place.texts() == ["fixed the test"]
    await place.ask("undo")
    assert await place.texts() == ["fixed teh test"]


async def test_without_a_form_edit_alone_shows_the_last_entry(tmp_path: Path, apps: str) -> None:
    async with opened(tmp_path, apps, companion_off=frozenset({Feature.FORM})) as place:
        await place.log("fixed teh test")
        assert "It is now:\n&gt; fixed teh test" in await place.ask("edit")
        assert place.work.slack.views == []


@pytest.mark.parametrize("text", ["", "help", "HELP", "  "])
async def test_help_names_everything(simple: Place, text: str) -> None:
    answer = await simple.ask(text)
    assert answer.startswith("*/companion* answers here")
    assert "`/log fixed the flaky test`" in answer


async def test_an_unknown_word_gets_the_nearest_and_help(simple: Place) -> None:
    answer = await simple.ask("serach <loop>")
    assert answer.startswith("I don't know `serach`. Did you mean `/companion search`?\n\n")
    assert "`/companion undo`" in answer
    assert (await simple.ask("<deploy>")).startswith("I don't know `&lt;deploy&gt;`.\n\n")
    assert await simple.ask("today please") == (
        "`/companion today` takes nothing after it. Nothing was done."
    )
    assert await simple.texts() == []


async def test_everybody_sees_and_changes_their_own_entries_alone(place: Place) -> None:
    bo = place.work.slack.add_user("bo")
    await place.write("mine", hours=1)
    await place.write("bo's", hours=1, user_id=bo)
    assert "mine" not in await place.ask("today", user_id=bo)
    assert "bo's" in await place.ask("today", user_id=bo)
    assert "mine" not in await place.ask("search mine", user_id=bo)
    await place.ask("edit changed", user_id=bo)
    assert await place.texts() == ["mine"]
    assert await place.texts(bo) == ["changed"]
    # No daemon writes to Bo: nothing is promised, and times are in UTC.
    assert "follows" not in await place.ask("where", user_id=bo)
    assert "Times are in UTC" in await place.ask("today", user_id=bo)


async def test_a_person_who_is_not_allowed_reads_whom_to_ask(tmp_path: Path, apps: str) -> None:
    allowed = frozenset({"U0NOBODY"})
    async with opened(tmp_path, apps, companion_allowed_users=allowed) as place:
        await place.write("mine", hours=1)
        for text in ("today", "undo", "help", "edit x", "search mine"):
            assert "COMPANION_ALLOWED_USERS" in await place.ask(text)
        assert await place.texts() == ["mine"]


async def test_the_command_can_be_switched_off(tmp_path: Path, apps: str) -> None:
    async with opened(tmp_path, apps, companion_off="command") as place:
        assert await place.ask("today") == "`/companion` is switched off here, by `COMPANION_OFF`."


async def test_the_command_has_the_name_of_the_settings(tmp_path: Path, apps: str) -> None:
    async with opened(tmp_path, apps, companion_command="/mem") as place:
        answer = await place.work.slack.run_command("/mem", "help")
        assert "`/mem undo`" in answer["text"]


async def test_a_store_that_fails_is_told_and_nobodys_words_are_logged(
    simple: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("The store", "it is broken.")

    await simple.log("my own words")
    await simple.ask("edit my other words")
    monkeypatch.setattr("companion.adapters.sqlite.store.SqliteLogStore.fetch_preferences", fail)
    for text in ("today", "search words", "undo", "edit more words"):
        assert "The store did not answer" in await simple.ask(text)
    assert "answer.store_failed" in caplog.text
    assert "words" not in caplog.text


async def test_the_zone_and_the_day_start_come_from_the_daemon(tmp_path: Path) -> None:
    async with opened(tmp_path, companion_day_start="04:00") as place:
        await place.write("late at night", hours=5)
        assert "*Thursday 2026-11-19*\n`03:00` late at night" in await place.ask("yesterday")
        async with place.work.store() as store:
            known = await store.fetch_preferences(place.work.slack.user_id)
        assert (known["time_zone"], known["day_start"]) == ("Europe/Berlin", "04:00")
        answer = await place.work.slack.run_command("/log", "@yesterday 16:00 fixed it")
        assert "Logged for Thursday 2026-11-19 16:00" in answer["text"]


async def test_the_daemon_writes_the_zone_again_when_the_person_travels(simple: Place) -> None:
    simple.work.slack.time_zone = "Asia/Tokyo"
    simple.work.clock.advance(timedelta(minutes=20))
    await simple.it.daemon.tick()
    await simple.write("in Tokyo", minutes=1)
    assert "`16:19` in Tokyo" in await simple.ask("today")


async def test_what_nobody_could_send_for_hours_is_not_sent(simple: Place) -> None:
    await simple.write("something", hours=1)
    await simple.ask("standup")
    simple.work.clock.advance(timedelta(hours=13))
    await simple.it.daemon.tick()
    (job,) = [job for job in await simple.work.jobs() if job.kind is JobKind.STANDUP]
    assert job.outcome is Outcome.MISSED
