"""Somebody else in the sandbox, and what they wrote: messages to try the shortcut on."""

from companion.sandbox.local_slack import LocalSlack

_CHANNEL = "billing"
_SAID = (
    (
        "Mira",
        "The deploy of `billing-sync` failed twice tonight: *timeout* in the retry loop. Could "
        "somebody look before noon?",
    ),
    ("Jonas", "I can take it. Is there a ticket?"),
    ("Mira", "<https://example.com/tickets/BIL-212|BIL-212>, with the log of the second try."),
)


async def invite_colleagues(slack: LocalSlack) -> None:
    """Let two colleagues talk in a channel of their own, unless they did before."""
    if slack.channel_named(_CHANNEL):
        return
    channel = slack.add_channel(_CHANNEL)
    colleagues = {name: slack.add_user(name) for name in dict.fromkeys(name for name, _ in _SAID)}
    for name, text in _SAID:
        await slack.post_payload({"text": text}, user_id=colleagues[name], channel=channel)
