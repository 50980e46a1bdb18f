"""The SQLite file's tables, version by version."""

from companion.adapters.sqlite.index import SCHEMA as INDEX_OF_WORDS
from companion.adapters.sqlite.index import TAGS_AGAIN

APPLICATION_ID = 0x434D656D
"""“CMem”, in the file's header: tells our files from another program's."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        f"PRAGMA application_id = {APPLICATION_ID}",
        """
        CREATE TABLE entries (
            user_id TEXT NOT NULL,
            timestamp TEXT NOT NULL,
            log_id TEXT NOT NULL,
            text TEXT NOT NULL,
            source TEXT NOT NULL,
            tz TEXT,
            answers TEXT,
            revision TEXT NOT NULL,
            deleted INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (user_id, timestamp),
            UNIQUE (user_id, log_id)
        ) STRICT
        """,
        """
        CREATE TABLE jobs (
            user_id TEXT NOT NULL,
            job_id TEXT NOT NULL,
            job_definition TEXT NOT NULL,
            state TEXT NOT NULL,
            owner TEXT,
            lease_until TEXT,
            attempts INTEGER NOT NULL,
            outcome TEXT,
            reason TEXT,
            finished_at TEXT,
            message_ts TEXT,
            PRIMARY KEY (user_id, job_id)
        ) STRICT
        """,
        "CREATE TABLE marks (user_id TEXT PRIMARY KEY, ts TEXT NOT NULL) STRICT",
    ),
    (
        """
        CREATE TABLE changes (
            user_id TEXT PRIMARY KEY,
            changed_at TEXT NOT NULL,
            change TEXT NOT NULL
        ) STRICT
        """,
    ),
    (
        "ALTER TABLE entries ADD COLUMN mentions TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE notes (
            user_id TEXT NOT NULL,
            name TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (user_id, name)
        ) STRICT
        """,
    ),
    (
        "ALTER TABLE entries ADD COLUMN logged_at TEXT",
        "CREATE INDEX backdated ON entries (user_id, logged_at) WHERE logged_at IS NOT NULL",
    ),
    INDEX_OF_WORDS,
    (
        """
        CREATE TABLE preferences (
            user_id TEXT NOT NULL,
            name TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (user_id, name)
        ) STRICT
        """,
    ),
    ("ALTER TABLE entries ADD COLUMN agent TEXT",),
    TAGS_AGAIN,
)
"""The n-th brings a file from version n to n + 1. What is released is never changed, only added."""
