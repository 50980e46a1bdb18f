"""What a program does in the workspace in a person's place: says, edits, deletes, looks, waits."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from companion.sandbox.api.slash_commands import SlashCommands
from companion.sandbox.workspace.message import Body, Message
from companion.sandbox.workspace.message_text import as_typed
from companion.sandbox.workspace.workspace import Workspace


class People:
    """The people's side of `LocalSlack`."""

    def __init__(self, workspace: Workspace, commands: SlashCommands) -> None:
        self._workspace = workspace
        self._commands = commands
        directory = workspace.directory
        self.user_id = directory.user_id
        self.bot_user_id = directory.daemon_app.bot_user_id
        self.dm_channel = directory.dm
        self.channel = directory.general

    def now(self) -> datetime:
        """The workspace's own time, aware."""
        return self._workspace.now()

    # Who and what there is

    @property
    def time_zone(self) -> str:
        """The IANA zone of the user's profile."""
        return str(self._workspace.directory.users[self.user_id]["tz"])

    @time_zone.setter
    def time_zone(self, time_zone: str) -> None:
        self._workspace.directory.set_time_zone(time_zone)

    def add_user(self, name: str, tz: str = "UTC", *, display_name: str = "") -> str:
        """Add somebody else to the workspace; returns the user's id."""
        return self._workspace.directory.add_user(name, tz, display_name)

    def add_channel(self, name: str) -> str:
        """Add a public channel; returns its id."""
        return self._workspace.directory.add_channel(name)

    def channel_named(self, name: str) -> str | None:
        """The id of a public channel; None if there is none of this name."""
        channels = self._workspace.directory.channels.values()
        return next((c["id"] for c in channels if c.get("name") == name), None)

    def add_user_group(self, name: str, handle: str) -> str:
        """Add a group of people that can be mentioned as `@handle`; returns its id."""
        return self._workspace.directory.add_user_group(name, handle)

    # Whether the user is to be disturbed

    @property
    def dnd(self) -> Body:
        """What `dnd.info` answers about the user; may be changed."""
        return self._workspace.directory.presence.dnd

    def snooze(self, until: datetime | None) -> None:
        """Snooze the user's notifications until a moment (aware), or None: no longer."""
        self._workspace.directory.presence.snooze(until)

    def set_status(self, text: str, emoji: str = "", expires: datetime | None = None) -> None:
        """Set the user's status, such as "In a meeting" and ":spiral_calendar_pad:".

        It is gone at `expires`; empty texts take it away now.
        """
        self._workspace.directory.presence.set_status(text, emoji, expires)

    def set_huddle(self, until: datetime | None) -> None:
        """Have the user in a huddle until a moment, or None: in none."""
        self._workspace.directory.presence.set_huddle(until)

    # Saying things

    async def say(self, text: str, thread_ts: str | None = None, *, broadcast: bool = False) -> str:
        """Say something in the direct message, as typed; returns its `ts`."""
        message = self._workspace.post(
            self.dm_channel, self.user_id, as_typed(text), thread_ts=thread_ts, broadcast=broadcast
        )
        return message.ts

    async def edit(self, ts: str, text: str) -> None:
        """Change what the user said in the direct message."""
        self._workspace.edit(self.dm_channel, ts, self.user_id, {"text": as_typed(text)})

    async def delete(self, ts: str) -> None:
        """Delete what the user said in the direct message."""
        self._workspace.delete(self.dm_channel, ts, self.user_id)

    async def run_command(
        self, command: str, text: str, *, user_id: str | None = None, channel: str | None = None
    ) -> Body:
        """Run a slash command; returns the message that the user saw (empty `text`: none)."""
        return await self._commands.run(
            command, text, user_id or self.user_id, channel or self.channel
        )

    # Messages of any shape

    async def post_payload(
        self,
        payload: Body,
        *,
        user_id: str | None = None,
        channel: str | None = None,
        thread_ts: str | None = None,
    ) -> str:
        """Post a message as Slack's payloads carry it, text and all as stored; returns its `ts`.

        The event, the history and the replies show every field of `payload`, such as `subtype`,
        `blocks`, `attachments`, `files` or `bot_id`; None leaves a field out. A payload that was
        recorded elsewhere can be given as it is: channel, user and time become those of here.
        """
        message = self._workspace.post_payload(
            channel or self.dm_channel, user_id or self.user_id, payload, thread_ts
        )
        return message.ts

    async def change_payload(
        self, ts: str, changes: Body, *, channel: str | None = None, announce: bool = True
    ) -> None:
        """Change fields of a message, None removes one; its text stays where it is not changed.

        The app gets `message_changed`, as for an edit, a preview or a transcription. With
        `announce=False` it gets no event: only history and replies show the change.
        """
        self._workspace.change(channel or self.dm_channel, ts, changes, announce=announce)

    async def hide_files(
        self,
        ts: str,
        mode: str = "tombstone",
        *,
        channel: str | None = None,
        announce: bool = False,
    ) -> None:
        """Show of a message's files only `id` and `mode` from now on.

        Slack does so with files that were deleted (`tombstone`) or that the workspace's plan
        hides (`hidden_by_limit`).
        """
        channel = channel or self.dm_channel
        files = self._workspace.find(channel, ts).body.get("files", [])
        hidden = [{"id": file["id"], "mode": mode} for file in files]
        self._workspace.change(channel, ts, {"files": hidden}, announce=announce)

    # What there is to see

    def messages(self, channel: str | None = None) -> list[Body]:
        """What everybody can see in a channel (or in all of them), oldest first, replies too.

        Each has its `channel` and its metadata.
        """
        return [
            self._shown(message)
            for message in self._workspace.all_messages()
            if not message.seen_by and channel in (None, message.channel)
        ]

    def ephemerals(self, user_id: str | None = None) -> list[Body]:
        """What only one person (default: the user) can see, oldest first."""
        return [
            self._shown(message)
            for message in self._workspace.all_messages()
            if message.seen_by == (user_id or self.user_id)
        ]

    def _shown(self, message: Message) -> Body:
        return {**self._workspace.show(message, metadata=True), "channel": message.channel}

    async def wait_for(self, predicate: Callable[[Body], object], timeout: float = 60) -> Body:
        """Wait for the first message, ephemeral or not, that the predicate holds for.

        Raises: TimeoutError after `timeout` seconds.
        """

        def look() -> Body | None:
            shown = map(self._shown, self._workspace.all_messages())
            return next((body for body in shown if predicate(body)), None)

        async with asyncio.timeout(timeout):
            return await self._workspace.changed.until(look)
