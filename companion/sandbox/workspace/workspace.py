"""The messages of the local workspace, and Slack's rules for them. No network."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from uuid import uuid4

from companion.domain.entry import EPOCH, TICK, message_timestamp, message_ts
from companion.sandbox.workspace.change_signal import ChangeSignal
from companion.sandbox.workspace.event_payloads import (
    event_callback,
    message_changed,
    message_deleted,
)
from companion.sandbox.workspace.files import Files
from companion.sandbox.workspace.message import Body, Message, RefusedError
from companion.sandbox.workspace.users_and_channels import SLACKBOT, Directory
from companion.sandbox.workspace.workspace_file import WorkspaceFile

# Fields of a payload that depend on the workspace: they are set here.
_SET_HERE = frozenset({"channel", "channel_type", "event_ts", "team", "ts", "type", "user"})


class Workspace:
    """All messages, and what can be done with them. Every change is stored before it is announced.

    `on_event` gets each event that the app would be sent, `on_change` each message that changed
    and whether it is gone.
    """

    def __init__(
        self, file: WorkspaceFile, directory: Directory, now: Callable[[], datetime]
    ) -> None:
        self.directory = directory
        self.now = now
        self.changed = ChangeSignal()
        self.on_event: Callable[[Body], None] = lambda event: None
        self.on_change: Callable[[Message, bool], None] = lambda message, gone: None
        self.files = Files(file)
        self._file = file
        last_ts = file.load("fact").get("last_ts")
        self._last = message_timestamp(last_ts) if last_ts else EPOCH
        self._messages: dict[str, Message] = {}
        self._threads: dict[str, list[Message]] = {}
        for ts, stored in file.load("message").items():
            self._add(ts, Message(**stored))

    # Reading

    def all_messages(self) -> Iterator[Message]:
        """Every message, replies and ephemeral ones too, oldest first."""
        return iter(list(self._messages.values()))

    def find(self, channel: str, ts: str) -> Message:
        """The message with this identity that all can see."""
        self.directory.place(channel)
        message = self._messages.get(ts)
        if message is None or message.channel != channel or message.seen_by:
            raise RefusedError("message_not_found")
        return message

    def timeline(self, channel: str) -> list[Message]:
        """What the channel shows, oldest first."""
        self.directory.place(channel)
        return [m for m in self._messages.values() if m.channel == channel and m.in_timeline]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A message and the replies to it, oldest first."""
        return [self.find(channel, ts), *self._threads.get(ts, [])]

    def show(self, message: Message, *, metadata: bool = False) -> Body:
        """A message as Slack's API shows it, with what its thread adds."""
        body = {key: value for key, value in message.body.items() if key != "metadata" or metadata}
        if replies := self._threads.get(message.ts):
            users = list(dict.fromkeys(reply.body["user"] for reply in replies))
            body |= {
                "thread_ts": message.ts,
                "reply_count": len(replies),
                "reply_users_count": len(users),
                "latest_reply": replies[-1].ts,
                "reply_users": users,
                "is_locked": False,
                "subscribed": True,
            }
        return body

    # Writing

    def next_ts(self) -> str:
        """A new `ts`, later than all before it, even while the clock stands still."""
        self._last = max(self.now(), self._last + TICK)
        ts = message_ts(self._last)
        self._file.put("fact", "last_ts", ts)
        return ts

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        more: Body | None = None,
    ) -> Message:
        """Post a message with text as Slack stores it."""
        payload = {"text": text, **(more or {})}
        if broadcast and thread_ts:
            payload["subtype"] = "thread_broadcast"
        return self.post_payload(channel, user, payload, thread_ts)

    def post_payload(
        self, channel: str, user: str, payload: Body, thread_ts: str | None = None
    ) -> Message:
        """Post a message with the fields of `payload`, but for user, channel and time."""
        self.directory.place(channel)
        root = self._root(channel, thread_ts) if thread_ts else None
        body: Body = {"type": "message", "user": user, "text": ""}
        body |= {key: value for key, value in payload.items() if key not in _SET_HERE}
        if root is not None:
            body |= {"thread_ts": root.ts, "parent_user_id": root.body["user"]}
        body |= {"ts": self.next_ts(), "team": self.directory.identity["team_id"]}
        if app := self.directory.app_of(user):
            body |= {"bot_id": app.bot_id, "app_id": app.app_id}
        elif not payload.get("bot_id"):
            body["client_msg_id"] = str(uuid4())
        message = Message(channel, _without_nones(body))
        self._add(message.ts, message)
        self._save(message)
        self._announce(channel, {**self.show(message), "event_ts": message.ts})
        if root is not None:
            self._tell(root)
        return message

    def _root(self, channel: str, thread_ts: str) -> Message:
        try:
            message = self.find(channel, thread_ts)
            return self.find(channel, message.root or message.ts)
        except RefusedError as error:
            raise RefusedError("thread_not_found") from error

    def whisper(
        self,
        channel: str,
        seen_by: str,
        user: str,
        text: str,
        more: Body | None = None,
        answers: str | None = None,
    ) -> Message:
        """Show one person an ephemeral message; it is in no history and makes no event."""
        self.directory.place(channel)
        body = {"type": "message", "user": user, "text": text, "ts": self.next_ts()}
        if app := self.directory.app_of(user):
            body |= {"bot_id": app.bot_id, "app_id": app.app_id}
        message = Message(channel, {**body, **(more or {}), "is_ephemeral": True}, seen_by, answers)
        self._add(message.ts, message)
        self._save(message)
        return message

    def edit(self, channel: str, ts: str, by: str, changes: Body) -> Message:
        """Edit a message of `by`; `changes` are its new text, blocks or metadata."""
        message = self.find(channel, ts)
        if message.body["user"] != by:
            raise RefusedError("cant_update_message")
        # The time of an edit is in whole seconds (the event's own `ts` is not), so two quick
        # edits have the same: https://github.com/slack-go/slack/issues/352
        edited_ts = f"{message_ts(max(self.now(), self._last)).partition('.')[0]}.000000"
        return self.change(channel, ts, {**changes, "edited": {"user": by, "ts": edited_ts}})

    def change(self, channel: str, ts: str, changes: Body, *, announce: bool = True) -> Message:
        """Change fields of a message (None removes one), with an event for it or without."""
        message = self.find(channel, ts)
        previous = self.show(message)
        message.body = _without_nones({**message.body, **changes})
        self._save(message)
        if announce:
            self._announce_change(message, previous)
        return message

    def delete(self, channel: str, ts: str, by: str) -> None:
        """Delete a message of `by`. If it has replies, Slack shows a tombstone in its place."""
        message = self.find(channel, ts)
        if message.body["user"] != by:
            raise RefusedError("cant_delete_message")
        previous = self.show(message)
        if self._threads.get(ts):
            message.body = {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": SLACKBOT,
                "hidden": True,
                "ts": ts,
                "thread_ts": ts,
            }
            self._save(message)
            self._announce_change(message, previous)
            return
        if message.root is None:
            self._drop(message, previous)
            return
        root = self._messages[message.root]
        self._threads[root.ts].remove(message)
        self._drop(message, previous)
        if root.is_tombstone and not self._threads[root.ts]:
            self._drop(root, self.show(root))
        else:
            self._tell(root)

    def react(self, channel: str, ts: str, name: str, user: str, *, add: bool) -> None:
        """Add a reaction to a message, or remove it."""
        message = self.find(channel, ts)
        reactions = {r["name"]: list(r["users"]) for r in message.body.get("reactions", [])}
        users = reactions.setdefault(name, [])
        if add == (user in users):
            raise RefusedError("already_reacted" if add else "no_reaction")
        users.append(user) if add else users.remove(user)
        message.body["reactions"] = [
            {"name": emoji, "users": by, "count": len(by)} for emoji, by in reactions.items() if by
        ]
        self._save(message)

    def find_shown(self, ts: str, user_id: str) -> Message:
        """A message that this person can see, in whatever channel, ephemeral ones too."""
        message = self._messages.get(ts)
        if message is None or message.seen_by not in (None, user_id):
            raise RefusedError("message_not_found")
        return message

    def change_ephemeral(self, message: Message, changes: Body) -> None:
        """Change what only one person sees."""
        message.body = _without_nones({**message.body, **changes})
        self._save(message)

    def dismiss(self, message: Message) -> None:
        """Take away what only one person sees; it makes no event."""
        del self._messages[message.ts]
        self._file.remove("message", message.ts)
        self._tell(message, gone=True)

    def _add(self, ts: str, message: Message) -> None:
        self._messages[ts] = message
        if message.root is not None:
            self._threads.setdefault(message.root, []).append(message)

    def _save(self, message: Message) -> None:
        self._file.put(
            "message",
            message.ts,
            asdict(message),
        )
        self._tell(message)

    def _drop(self, message: Message, previous: Body) -> None:
        del self._messages[message.ts]
        self._file.remove("message", message.ts)
        self._tell(message, gone=True)
        self._announce(message.channel, message_deleted(message, previous, self.next_ts()))

    def _tell(self, message: Message, *, gone: bool = False) -> None:
        self.on_change(message, gone)
        self.changed.fire()

    def _announce_change(self, message: Message, previous: Body) -> None:
        event = message_changed(self.show(message), previous, self.next_ts())
        self._announce(message.channel, event)

    def _announce(self, channel: str, event: Body) -> None:
        """Send the daemon app what it subscribed to: `message.im`."""
        if self.directory.app_in(channel) == self.directory.daemon_app:
            shown = {**event, "channel": channel, "channel_type": "im"}
            self.on_event(event_callback(shown, self.directory.identity))


def _without_nones(body: Body) -> Body:
    return {key: value for key, value in body.items() if value is not None}
