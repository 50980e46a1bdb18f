"""The stores in one SQLite file: the default, for one machine and its several processes."""

from companion.adapters.sqlite.file import content_of
from companion.adapters.sqlite.store import SqliteLogStore

__all__ = ["SqliteLogStore", "content_of"]
