"""No line of a summary says what its entries do not say, as far as that can be checked."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.entry import Entry, Source
from companion.domain.summaries.grounding import Bullet, check, read_bullets

BERLIN = ZoneInfo("Europe/Berlin")
TEXTS = [
    "stuck on the retry loop in billing-sync, src/retry/loop.py, see BILL-412",
    "the test is green, it was an off-by-one. PR #412 is open, 30 tests",
    "paired with @Bo on https://example.com/spec, ran `make test`",
]


def entries(*texts: str) -> dict[int, Entry]:
    start = datetime(2026, 11, 20, 9, tzinfo=UTC)
    return {
        number: Entry(
            user_id="U12345678",
            timestamp=start + number * timedelta(hours=1),
            text=text,
            log_id=UUID(int=number),
            source=Source.MESSAGE,
        )
        for number, text in enumerate(texts, start=1)
    }


ENTRIES = entries(*TEXTS)


@pytest.mark.parametrize(
    ("line", "bullet"),
    [
        ("- You did it [1]", Bullet("You did it", (1,))),
        ("* You did it. [1, 3].", Bullet("You did it.", (1, 3))),
        ("1. You did it [2][1]", Bullet("You did it", (2, 1))),
        ("- You did it [1-3]", Bullet("You did it", (1, 2, 3))),
        ("- You did it [1], [3]", Bullet("You did it", (1, 3))),
        ("- You did it", Bullet("You did it", ())),
        ("- see [1] for more", Bullet("see [1] for more", ())),
        ("You also did that.", Bullet("You also did that.", ())),
    ],
)
def test_a_line_ends_with_the_numbers_of_its_entries(line: str, bullet: Bullet) -> None:
    assert read_bullets(f"{line}\n\n") == [bullet]


@pytest.mark.parametrize("line", ["Here is your summary:", "## Your week", "---", "```markdown"])
def test_what_only_frames_an_answer_is_not_a_line(line: str) -> None:
    assert read_bullets(f"{line}\n- You did it [1]\n") == [Bullet("You did it", (1,))]


def test_a_line_that_is_indented_goes_on_with_the_one_before() -> None:
    assert read_bullets("- You did\n  this [1]\n  - and that [2]") == [
        Bullet("You did this", (1,)),
        Bullet("and that", (2,)),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "- You were stuck on the retry loop in `billing-sync` (BILL-412) [1]",
        "- On Friday at 12:00 the test went green, PR #412 is open [2]",
        "- You worked on src/retry/loop.py, and 30 tests pass [1, 2]",
        "- You ran `make test` with @Bo, see https://example.com/spec [3]",
    ],
)
def test_what_its_entries_say_is_supported(line: str) -> None:
    checked = check(read_bullets(line), ENTRIES, BERLIN)
    assert len(checked.supported) == 1
    assert not checked.refused


@pytest.mark.parametrize(
    "line",
    [
        "- You were stuck on the retry loop",
        "- You were stuck on the retry loop [4]",
        "- You were stuck on the retry loop [0]",
        "- PR #412 is open [1]",
        "- PR #413 is open [2]",
        "- 31 tests pass [2]",
        "- You read src/other.py [1]",
        "- See https://example.com/other [3]",
        "- You asked @Al [3]",
        "- You ran `make deploy` [3]",
        "- At 12:30 the test went green [2]",
        "- See [it](https://evil.test) [1]",
        "- ![x](https://evil.test/x.png) [1]",
        "- [1]",
    ],
)
def test_what_they_do_not_say_is_refused(line: str) -> None:
    checked = check(read_bullets(line), ENTRIES, BERLIN)
    assert not checked.supported
    assert len(checked.refused) == 1


def test_a_model_that_names_no_entries_at_all_is_seen() -> None:
    assert check(read_bullets("- a\n- b"), ENTRIES, BERLIN).names_no_entries
    assert not check(read_bullets("- a [1]\n- b"), ENTRIES, BERLIN).names_no_entries


INVENTIONS = (
    "OPS-{n}", "#{n}", "{n} bugs", "lib/{n}/x.py", "file{n}.rs", "https://evil{n}.test/a",
    "evil{n}.test", "[x](//evil{n}.test)", "![x](https://evil{n}.test/a.png)", "@liar{n}",
    "<!channel|{n}>", "<@U0LIE{n}>", "`rm -rf {n}`", "mailto:a{n}@evil.test", "{n}%", "v9.{n}.1",
)  # fmt: skip


def test_a_lying_model_gets_nothing_invented_through_in_a_thousand_cases() -> None:
    rng = Random(412)
    through = []
    for case in range(1000):
        truth = rng.choice(["the retry loop", "BILL-412", "the test is green", "`make test`"])
        lie = rng.choice(INVENTIONS).format(n=rng.randint(1000, 9999))
        words = [truth, lie, rng.choice(["again", "with care", "on Friday", ""])]
        rng.shuffle(words)
        hidden = rng.choice(["{}", "**{}**", "({})", "“{}”", "{}.", "{}, then", "~~{}~~"])
        text = hidden.format(" ".join(words))
        numbers = rng.choice(["[1]", "[1, 2, 3]", "[1-3]", "[3][2][1]"])
        checked = check(read_bullets(f"- {text} {numbers}"), ENTRIES, BERLIN)
        through += [(case, bullet.text) for bullet in checked.supported]
    assert through == []
