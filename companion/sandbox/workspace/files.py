"""The files that the app uploaded: https://docs.slack.dev/messaging/working-with-files"""

from base64 import b64decode, b64encode
from uuid import uuid4

from companion.sandbox.workspace.message import RefusedError
from companion.sandbox.workspace.workspace_file import WorkspaceFile

MAX_FILE_BYTES = 1024**2
"""Slack takes 1 GB. Here files are pictures of the app."""


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
        file_id = f"F{uuid4().hex[:10].upper()}"
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
        content = self._content.pop(file_id)
        del self._expected[file_id]
        self._file.put("file", file_id, b64encode(content).decode())
        self._complete[file_id] = content

    def find(self, file_id: str) -> bytes | None:
        """What a message can show."""
        return self._complete.get(file_id)
