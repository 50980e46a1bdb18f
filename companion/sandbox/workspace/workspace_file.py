"""Stores the local workspace in one SQLite table, in a file for its owner alone or in memory."""

import json
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from companion.errors import StoreError


class WorkspaceFile:
    """JSON by kind and id. Writes are small and local, so they are plain calls."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, or memory where `path` is None.

        The file holds tokens: it, the files that SQLite puts beside it, and its folder are made
        for their owner alone, and narrowed where they were wider. Raises: StoreError.
        """
        if path is not None:
            try:
                _close_to_others(path)
            except OSError as error:
                raise StoreError(f"The sandbox's file {path}", f"{error}.") from error
        self._connection = sqlite3.connect(path or ":memory:", timeout=0, isolation_level=None)
        try:
            # Two sandboxes on one file would each believe their own copy of it.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS things"
                " (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID"
            )
        except sqlite3.Error as error:
            self._connection.close()
            raise StoreError(
                f"The sandbox's file {path}", f"{error}.", "Is another sandbox using it?"
            ) from error

    def load(self, kind: str) -> dict[str, Any]:
        """All of a kind, by id, in the order of the ids."""
        rows = self._connection.execute(
            "SELECT id, body FROM things WHERE kind = ? ORDER BY id", (kind,)
        )
        return {key: json.loads(body) for key, body in rows}

    def put(self, kind: str, key: str, body: object) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO things VALUES (?, ?, ?)", (kind, key, json.dumps(body))
        )

    def remove(self, kind: str, key: str) -> None:
        self._connection.execute("DELETE FROM things WHERE kind = ? AND id = ?", (kind, key))

    def close(self) -> None:
        self._connection.close()


def _close_to_others(path: Path) -> None:
    """Make the file and its folder where they are missing; nobody else may read them."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)  # SQLite gives -wal and -shm the rights of this file
    for private, mode in (
        (path.parent, 0o700),
        (path, 0o600),
        (path.with_name(f"{path.name}-wal"), 0o600),
        (path.with_name(f"{path.name}-shm"), 0o600),
    ):
        with suppress(OSError):  # missing, somebody else's, or on a disk without rights
            private.chmod(mode)
