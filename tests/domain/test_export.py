"""Each format says what was written down, entry by entry."""

import csv
import io
import json
from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from companion.domain.entry import Entry, Source
from companion.domain.export import json_line, renderer
from companion.domain.records import read_record

BERLIN = ZoneInfo("Europe/Berlin")
unicode_text = st.text(min_size=1).filter(str.strip)


def entry(moment: str, text: str, tz: str | None = "Europe/Berlin") -> Entry:
    return Entry(
        user_id="U1",
        timestamp=datetime.fromisoformat(moment).astimezone(UTC),
        text=text,
        log_id=UUID(int=7),
        source=Source.MESSAGE,
        tz=tz,
    )


def written(form: str, *entries: Entry, day_start: time = time()) -> str:
    return "".join(map(renderer(form, BERLIN, day_start), entries))


def test_markdown_lists_entries_under_their_local_day() -> None:
    assert written(
        "markdown",
        entry("2026-11-20T08:12Z", "reviewed the parser"),
        entry("2026-11-20T09:00Z", "a *star*\n  and an indented line"),
        entry("2026-11-20T23:30Z", "still at it", tz=None),
    ) == (
        "## Friday 2026-11-20\n\n"
        "- **09:12** reviewed the parser\n"
        "- **10:00** a \\*star\\*  \n  \u00a0\u00a0and an indented line\n"
        "\n## Saturday 2026-11-21\n\n"
        "- **00:30** still at it\n"
    )


def test_markdown_days_begin_where_the_persons_do_and_name_a_zone_away() -> None:
    assert written(
        "markdown",
        entry("2026-11-20T08:12Z", "there", tz="Asia/Tokyo"),
        entry("2026-11-20T20:00Z", "home"),
        entry("2026-11-21T02:00Z", "late"),
        day_start=time(4),
    ) == (
        "## Friday 2026-11-20 (Asia/Tokyo)\n\n- **17:12** there\n"
        "\n## Friday 2026-11-20\n\n- **21:00** home\n- **03:00** late\n"
    )


def test_every_entry_stands_under_the_day_that_a_look_up_gives_on_nights_the_clocks_change() -> (
    None
):
    hours = [
        entry(f"2026-10-{day}T{hour:02}:30Z", "x") for day in (24, 25, 26) for hour in range(24)
    ]
    heading, days = "", []
    for line in written("markdown", *hours).splitlines():
        if line.startswith("## "):
            heading = line[-10:]
        elif line:
            days.append(heading)
    assert days == [f"{each.local_time(BERLIN).date()}" for each in hours]


def test_csv_has_names_first_and_any_text_in_one_cell() -> None:
    text = 'one, "two"\nthree'
    names, row = csv.reader(io.StringIO(written("csv", entry("2026-11-20T08:12:30.5Z", text))))
    assert dict(zip(names, row, strict=True)) == {
        "date": "2026-11-20",
        "time": "09:12:30",
        "tz": "Europe/Berlin",
        "text": text,
        "source": "message",
        "answers": "",
        "timestamp": "2026-11-20T08:12:30.500000+00:00",
        "log_id": str(UUID(int=7)),
    }
    assert (
        written("csv", entry("2026-11-20T08:12Z", "a"), entry("2026-11-20T08:12Z", "b")).count(
            "log_id"
        )
        == 1
    )


@given(
    text=unicode_text,
    moment=st.datetimes(min_value=datetime(1971, 1, 1), timezones=st.just(UTC)),
    log_id=st.uuids(),
    source=st.sampled_from(Source),
    tz=st.sampled_from([None, "Europe/Berlin", "Asia/Tokyo"]),
    answers=st.sampled_from([None, "2026-11-20/prompt-1", 'a "quoted" one']),
    revision=st.sampled_from(["", "1763812800.000100+"]),
)
def test_a_json_line_is_one_line_and_says_everything(
    text: str,
    moment: datetime,
    log_id: UUID,
    source: Source,
    tz: str | None,
    answers: str | None,
    revision: str,
) -> None:
    told = Entry(
        user_id="U1",
        timestamp=moment,
        text=text,
        log_id=log_id,
        source=source,
        tz=tz,
        answers=answers,
        revision=revision,
    )
    line = json_line(told)
    assert line.index("\n") == len(line) - 1
    assert read_record(json.loads(line), "U1") == told
