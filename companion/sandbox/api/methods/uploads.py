"""The three steps of an upload: https://docs.slack.dev/messaging/working-with-files"""

import json
from collections.abc import Callable

from aiohttp import web

from companion.sandbox.api.methods.arguments import Method
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.files import Files
from companion.sandbox.workspace.message import Body, RefusedError


class Uploads:
    """The methods of the Web API for files, and the address that a file's content is sent to."""

    def __init__(self, files: Files, url: Callable[[], str]) -> None:
        self._files = files
        self._url = url

    def methods(self) -> dict[str, Method]:
        return {
            "files.completeUploadExternal": self._complete,
            "files.getUploadURLExternal": self._place,
        }

    def _place(self, app: SlackApp, params: Body) -> Body:
        """files.getUploadURLExternal"""
        length = str(params.get("length") or "")
        if not length.isdecimal() or not params.get("filename"):
            raise RefusedError("invalid_arguments")
        file_id = self._files.expect(int(length))
        return {"upload_url": f"{self._url()}/upload/{file_id}", "file_id": file_id}

    async def take(self, request: web.Request) -> web.Response:
        """The content of a file, at the address that it was given."""
        content = await request.read()
        taken = self._files.receive(request.match_info["file_id"], content)
        return web.Response(status=200 if taken else 400)

    def _complete(self, app: SlackApp, params: Body) -> Body:
        """files.completeUploadExternal"""
        given = params.get("files") or []
        files = json.loads(given) if isinstance(given, str) else given
        for file in files:
            self._files.complete(str(file.get("id")))
        return {"files": files}

    def check_blocks(self, more: Body) -> None:
        """Slack refuses a message with a picture that it does not have, or not yet."""
        for block in more.get("blocks") or []:
            file = block.get("slack_file")
            if file and self._files.find(str(file.get("id"))) is None:
                raise RefusedError("invalid_blocks")
