"""Who the person is, in Slack."""

from companion.adapters.slack_checks import (
    MEMBER_ID,
    Person,
    SlackCheckError,
    check_user,
    matching,
    people,
)
from companion.entrypoints.setup.journey import Journey
from companion.errors import CompanionError

_MANY = 9


def find_user(it: Journey) -> None:
    """The member ID: pasted, or found by name, and confirmed."""
    it.talk.heading("You, in Slack")
    present = it.given.user or it.answers.get("SLACK_USER_ID")
    question, everybody = "Your name, @handle or member ID there", list[Person]()
    while True:
        typed = present or it.talk.ask(question)
        try:
            if person := _pick(it, typed, everybody):
                break
        except CompanionError as error:
            if not it.talk.attended:
                raise
            it.talk.problem(str(error))
        present = ""
    it.answers.keep(SLACK_USER_ID=person.user_id)
    it.talk.good(f"You are {person}; your time zone there is {person.time_zone}.")


def _pick(it: Journey, typed: str, everybody: list[Person]) -> Person | None:
    """The person; None where it is somebody else. SlackCheckError where it is not to be told."""
    client = it.slack(it.answers.get("SLACK_BOT_TOKEN"))
    team = it.bot.team if it.bot else ""
    if not typed:
        raise SlackCheckError("no_such_user", "Type a name, or paste the member ID.")
    if MEMBER_ID.fullmatch(typed):
        found = [it.talk.wait("Asking Slack…", lambda: check_user(client, typed, team))]
    elif "@" in typed[1:]:
        raise SlackCheckError(
            "no_such_user", "The app sees no e-mail addresses: type your name, or the member ID."
        )
    else:

        async def fetch() -> None:
            everybody.extend([person async for person in people(client)])

        if not everybody:
            it.talk.wait(f"Looking through {team}…", fetch)
        found = matching(everybody, typed)
    if not found:
        raise SlackCheckError(
            "no_such_user",
            f"Nobody in {team} is called {typed!r}. In Slack, your profile → ⋮ → Copy member ID.",
        )
    if len(found) == 1:
        return found[0] if it.talk.confirm(f"Are you {found[0]}?", True) else None
    if len(found) > _MANY or not it.talk.attended:
        some = "; ".join(map(str, found[:_MANY]))
        raise SlackCheckError(
            "no_such_user",
            f"{len(found)} people in {team} are called like {typed!r}: give the member ID. {some}"
            + ("; …" if len(found) > _MANY else ""),
        )
    chosen = it.talk.choose("Which one", [*map(str, found), "none of them"])
    return found[chosen] if chosen < len(found) else None
