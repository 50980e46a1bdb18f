"""Who the person is, in Slack."""

from companion.domain.manifest import MEMBER_ID
from companion.domain.person import Person, matching
from companion.entrypoints.setup.setup import Setup
from companion.errors import CompanionError, SlackCheckError
from companion.texts import setup as texts

MAX_CHOICES = 9


def find_user(setup: Setup) -> None:
    """The member ID: pasted, or found by name, and confirmed."""
    dialogue = setup.dialogue
    dialogue.heading(texts.YOU)
    present = setup.options.user or setup.answers.get("SLACK_USER_ID")
    everybody = list[Person]()
    while True:
        typed = present or dialogue.ask(texts.YOUR_NAME)
        try:
            if person := _confirmed(setup, typed, _found(setup, typed, everybody)):
                break
        except CompanionError as error:
            if not dialogue.attended:
                raise
            dialogue.problem(str(error))
        present = ""
    setup.answers.keep(SLACK_USER_ID=person.user_id)
    dialogue.good(texts.YOU_ARE.format(person=person, time_zone=person.time_zone))


def _found(setup: Setup, typed: str, everybody: list[Person]) -> list[Person]:
    """Whom that means. SlackCheckError if it is nobody. `everybody` is filled on first use."""
    slack = setup.slack(setup.answers.get("SLACK_BOT_TOKEN"))
    team = setup.bot.team if setup.bot else ""
    if not typed:
        raise _NoSuchUserError(texts.TYPE_A_NAME)
    if MEMBER_ID.fullmatch(typed):
        return [setup.dialogue.wait(texts.ASKING_SLACK, lambda: slack.check_user(typed, team))]
    if "@" in typed[1:]:
        raise _NoSuchUserError(texts.NO_EMAIL)

    async def fetch() -> None:
        everybody.extend([person async for person in slack.people()])

    if not everybody:
        setup.dialogue.wait(texts.LOOKING_THROUGH.format(team=team), fetch)
    if found := matching(everybody, typed):
        return found
    raise _NoSuchUserError(texts.NO_SUCH_NAME.format(team=team, name=typed))


def _confirmed(setup: Setup, typed: str, found: list[Person]) -> Person | None:
    """The person; None if it is somebody else. SlackCheckError if it cannot be told who."""
    dialogue = setup.dialogue
    if len(found) == 1:
        return found[0] if dialogue.confirm(texts.ARE_YOU.format(person=found[0]), True) else None
    if len(found) > MAX_CHOICES or not dialogue.attended:
        some = "; ".join(map(str, found[:MAX_CHOICES]))
        more = "; …" if len(found) > MAX_CHOICES else ""
        raise _NoSuchUserError(
            texts.TOO_MANY_NAMES.format(
                number=len(found),
                team=setup.bot.team if setup.bot else "",
                name=typed,
                people=some + more,
            )
        )
    chosen = dialogue.choose(texts.WHICH_ONE, [*map(str, found), texts.NONE_OF_THEM])
    return found[chosen] if chosen < len(found) else None


class _NoSuchUserError(SlackCheckError):
    def __init__(self, text: str) -> None:
        super().__init__("no_such_user", text)
