"""The files that apps and people uploaded: https://docs.slack.dev/messaging/working-with-files"""

from base64 import b64decode, b64encode
from uuid import uuid4

from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.workspace_file import WorkspaceFile

MAX_FILE_BYTES = 1024**2
"""Slack takes 1 GB. Here files are pictures of the app, and what somebody tries out."""
_PREVIEW_LIMIT = 2000


class Files:
    """Uploaded in three steps: a place for it, its content, and its completion."""

    def __init__(self, file: WorkspaceFile) -> None:
        self._file = file
        self._expected: dict[str, int] = {}
        self._content: dict[str, bytes] = {}
        self._complete = {key: b64decode(body) for key, body in file.load("file").items()}

    def expect(self, length: int) -> str:
        """The id of a file of that length that is about to come."""
        if not 0 < length <= MAX_FILE_BYTES:
            raise RefusedError("invalid_arguments")
        file_id = _new_id()
        self._expected[file_id] = length
        return file_id

    def receive(self, file_id: str, content: bytes) -> bool:
        """Take the content; False if it is not the file that was announced."""
        if self._expected.get(file_id) != len(content):
            return False
        self._content[file_id] = content
        return True

    def complete(self, file_id: str) -> None:
        """From now on messages can show it. Once: then it is not a new upload any more."""
        if file_id not in self._content:
            raise RefusedError("file_not_found")
        del self._expected[file_id]
        self._keep(file_id, self._content.pop(file_id))

    def add(self, content: bytes, name: str, mimetype: str) -> Body:
        """What somebody attaches to a message, as the message's payload shows it."""
        if not 0 < len(content) <= MAX_FILE_BYTES:
            raise RefusedError("file_upload_size_restricted")
        file_id = _new_id()
        self._keep(file_id, content)
        kind = mimetype.partition("/")[2] or "binary"
        file: Body = {"id": file_id, "name": name, "title": name, "mimetype": mimetype}
        file |= {"filetype": kind, "pretty_type": kind.upper(), "mode": "hosted"}
        file |= {"size": len(content), "is_external": False}
        if mimetype.startswith("text/"):
            text = content.decode(errors="replace")
            shown = text[:_PREVIEW_LIMIT]
            file |= {"mode": "snippet", "pretty_type": "Plain Text", "preview": shown}
            file |= {"preview_is_truncated": len(text) > len(shown), "lines": text.count("\n") + 1}
        return file

    def _keep(self, file_id: str, content: bytes) -> None:
        self._file.put("file", file_id, b64encode(content).decode())
        self._complete[file_id] = content

    def find(self, file_id: str) -> bytes | None:
        """What a message can show."""
        return self._complete.get(file_id)


def _new_id() -> str:
    return f"F{uuid4().hex[:10].upper()}"
