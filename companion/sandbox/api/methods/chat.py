"""chat.* and reactions.*: https://docs.slack.dev/reference/methods?family=chat"""

from companion.sandbox.api.content import read_content
from companion.sandbox.api.methods.arguments import Method, is_true
from companion.sandbox.api.methods.uploads import Uploads
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.workspace import Workspace


class Chat:
    """What an app posts, changes, deletes, and reacts to."""

    def __init__(self, workspace: Workspace, uploads: Uploads) -> None:
        self._workspace = workspace
        self._uploads = uploads

    def methods(self) -> dict[str, Method]:
        return {
            "chat.delete": self._delete,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.postMessage": self._post_message,
            "chat.update": self._update,
            "reactions.add": lambda app, params: self._react(app, params, add=True),
            "reactions.get": self._get_reactions,
            "reactions.remove": lambda app, params: self._react(app, params, add=False),
        }

    def _post_message(self, app: SlackApp, params: Body) -> Body:
        directory = self._workspace.directory
        channel = str(params.get("channel", ""))
        if channel in directory.users:
            channel = directory.open_dm(channel, app)
        directory.place_for(app, channel)
        text, more = read_content(params)
        self._uploads.check_blocks(more)
        message = self._workspace.post(
            channel,
            app.bot_user_id,
            text,
            thread_ts=str(params["thread_ts"]) if params.get("thread_ts") else None,
            broadcast=is_true(params.get("reply_broadcast")),
            more=more,
        )
        shown = self._workspace.show(message, metadata=True)
        return {"channel": channel, "ts": message.ts, "message": shown}

    def _post_ephemeral(self, app: SlackApp, params: Body) -> Body:
        user, channel = str(params.get("user", "")), str(params.get("channel", ""))
        self._workspace.directory.place_for(app, channel)
        if user not in self._workspace.directory.users:
            raise RefusedError("user_not_in_channel")
        text, more = read_content(params)
        self._uploads.check_blocks(more)
        if params.get("thread_ts"):
            more["thread_ts"] = str(params["thread_ts"])
        message = self._workspace.whisper(channel, user, app.bot_user_id, text, more)
        return {"message_ts": message.ts}

    def _update(self, app: SlackApp, params: Body) -> Body:
        channel, ts = str(params.get("channel", "")), str(params.get("ts", ""))
        self._workspace.directory.place_for(app, channel)
        text, more = read_content(params)
        self._uploads.check_blocks(more)
        # Blocks that are not named stay: https://github.com/slackapi/python-slack-sdk/issues/523
        changes = {**more, **({"text": text} if "text" in params else {})}
        message = self._workspace.edit(channel, ts, app.bot_user_id, changes)
        shown = self._workspace.show(message, metadata=True)
        return {"channel": channel, "ts": ts, "text": shown["text"], "message": shown}

    def _delete(self, app: SlackApp, params: Body) -> Body:
        channel, ts = str(params.get("channel", "")), str(params.get("ts", ""))
        self._workspace.directory.place_for(app, channel)
        self._workspace.delete(channel, ts, app.bot_user_id)
        return {"channel": channel, "ts": ts}

    def _react(self, app: SlackApp, params: Body, *, add: bool) -> Body:
        channel, ts = _item(params)
        name = str(params.get("name", "")).strip(":")
        if not name:
            raise RefusedError("invalid_name")
        self._workspace.directory.place_for(app, channel)
        self._workspace.react(channel, ts, name, app.bot_user_id, add=add)
        return {}

    def _get_reactions(self, app: SlackApp, params: Body) -> Body:
        channel, ts = _item(params)
        self._workspace.directory.place_for(app, channel)
        message = self._workspace.find(channel, ts)
        return {
            "type": "message",
            "channel": message.channel,
            "message": self._workspace.show(message),
        }


def _item(params: Body) -> tuple[str, str]:
    if not params.get("channel") or not params.get("timestamp"):
        raise RefusedError("no_item_specified")
    return str(params["channel"]), str(params["timestamp"])
