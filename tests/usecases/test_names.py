"""Names of whom messages mention: asked for once in a while, and never for long."""

from datetime import timedelta
from unittest.mock import create_autospec

from companion.domain.mentions import with_names
from companion.errors import MessengerError
from companion.ports import Messenger
from companion.usecases.names import MAX_ASKED, MAX_FAILURE_AGE, MAX_NAME_AGE, MAX_NAMES, Names
from tests.fakes import FakeClock
from tests.system import MORNING

SECOND = timedelta(seconds=1)


class Directory:
    """What Slack knows, and how often it was asked."""

    def __init__(self, **names: str | None) -> None:
        self.names: dict[str, str | None] = dict(names)
        self.asked: list[str] = []
        self.clock = FakeClock(MORNING)
        messenger = create_autospec(Messenger, instance=True)
        messenger.fetch_name.side_effect = self._answer
        self.of = Names(messenger, self.clock).of

    async def _answer(self, mentioned: str) -> str | None:
        self.asked.append(mentioned)
        if mentioned not in self.names:
            raise MessengerError("users.info", "ratelimited")
        return self.names[mentioned]


async def test_a_name_is_asked_for_once_a_day() -> None:
    slack = Directory(U1="@Bo", U2=None)
    for _ in range(3):
        assert await slack.of(["U1", "U1"]) == {"U1": "@Bo"}
    assert slack.asked == ["U1"]
    slack.names["U1"] = "@Robert"
    slack.clock.advance(MAX_NAME_AGE)
    assert await slack.of(["U1"]) == {"U1": "@Robert"}


async def test_the_last_name_goes_on_while_slack_gives_none() -> None:
    slack = Directory(U1="@Bo")
    await slack.of(["U1"])
    del slack.names["U1"]
    slack.clock.advance(MAX_NAME_AGE)
    assert await slack.of(["U1"]) == {"U1": "@Bo"}


async def test_after_a_failure_nobody_asks_again_for_a_while() -> None:
    slack = Directory(U2=None)
    assert await slack.of(["U1", "U2"]) == {}
    slack.clock.advance(MAX_FAILURE_AGE - SECOND)
    assert await slack.of(["U1", "U2"]) == {}
    assert slack.asked == ["U1", "U2"]
    slack.names["U1"] = "@Bo"
    slack.clock.advance(SECOND)
    assert await slack.of(["U1", "U2"]) == {"U1": "@Bo"}


async def test_only_so_many_are_asked_at_once_and_remembered() -> None:
    ids = [f"U{number}" for number in range(MAX_NAMES + MAX_ASKED)]
    slack = Directory(**{each: f"@{each}" for each in ids})
    for first in range(0, len(ids), MAX_ASKED):
        await slack.of(ids[first : first + MAX_ASKED])
    assert slack.asked == ids
    await slack.of(ids[-MAX_ASKED:])
    assert slack.asked == ids
    assert len(await slack.of(ids[: 2 * MAX_ASKED])) == MAX_ASKED


def test_a_name_stands_in_the_place_of_a_whole_id_alone() -> None:
    names = {"U02": "@Bo", "C1": "#team", "U03": ""}
    assert with_names("@U02 @U021 #C1 @U03 U02", names) == "@Bo @U021 #team @U03 U02"
