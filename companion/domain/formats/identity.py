"""What an imported entry is told apart by: its time as written, its words, and which of the same.

A file without identities can so be read again, in any zone, and adds nothing.
"""

from collections import Counter
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID, uuid5

from companion.domain.entry import NAMESPACE, format_timestamp

MARKS = 2**24
"""Bits that remember what was read before: 2 MB. A million entries make a few thousand of them
look repeated that are not, which costs memory and nothing else."""


def local_key(wall: datetime, text: str, to_the_minute: bool = False) -> str:
    """What two entries have in common that are the same: the clock's time, and the words whatever
    space is between them. jrnl's JSON has no seconds, so its text is read to the minute."""
    if to_the_minute:
        wall = wall.replace(second=0, microsecond=0)
    exact = wall.second or wall.microsecond
    return f"{wall.isoformat(timespec='auto' if exact else 'minutes')}:{''.join(text.split())}"


def local_id(key: str, count: int) -> UUID:
    """The identity of the `count`-th entry of a key that `local_key` made."""
    return uuid5(NAMESPACE, f"import-local:{count}:{key}")


def moment_id(moment: datetime, text: str, count: int) -> UUID:
    """The identity of the `count`-th of the same words at the same moment."""
    if count == 1:
        return earlier_id(moment, text)
    return uuid5(NAMESPACE, f"import-moment:{count}:{format_timestamp(moment)}:{text}")


def earlier_id(moment: datetime, text: str) -> UUID:
    """What version 0.1.0 told an entry apart by, whatever was written."""
    return uuid5(NAMESPACE, f"import:{format_timestamp(moment.astimezone(UTC))}:{text}")


class Occurrences:
    """Counts the same within a file, in memory that hardly grows with it.

    The first reading finds what may stand there more than once; after `rewind` only that is
    counted. Until then every count is 1.
    """

    def __init__(self) -> None:
        self._marks = bytearray(MARKS // 8)
        self._repeated: set[bytes] = set()
        self._counts: Counter[bytes] | None = None

    def rewind(self) -> None:
        """The file is read again from its beginning."""
        self._counts = Counter()

    def count(self, key: str) -> int:
        """Which of the same this one is, from 1."""
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if self._counts is None:
            if self._mark(digest):
                self._repeated.add(digest)
            return 1
        if digest not in self._repeated:
            return 1
        self._counts[digest] += 1
        return self._counts[digest]

    def _mark(self, digest: bytes) -> bool:
        """Remember it; True if that was perhaps remembered already."""
        known = True
        for start in (0, 4, 8):
            byte, bit = divmod(int.from_bytes(digest[start : start + 4]) % MARKS, 8)
            known = known and bool(self._marks[byte] >> bit & 1)
            self._marks[byte] |= 1 << bit
        return known
