"""Whether one reading of a message says more or less than another, and which of them to store."""

import re
from collections import Counter

_TOKEN = re.compile(r"\w+|[\u2190-\u2bff\U0001f000-\U0001faff]")
UNNAMED_FILE = "[file: unnamed]"
_FILE = re.compile(r"\[file: [^\]\n]*\]")


def covers(text: str, other: str) -> bool:
    """Whether all words of `other` are in `text`, as often."""
    return _words(other) <= _words(text)


def says_more(text: str, other: str) -> bool:
    """Whether a text has all words of the other, and more."""
    return _words(other) < _words(text)


def with_hidden_files(text: str, stored: str) -> str:
    """The text, and the files that the stored one names, because Slack does not show them now."""
    missing = [name for name in _FILE.findall(stored) if name not in text]
    if missing:
        text = text.replace(UNNAMED_FILE, "").strip()
    return "\n".join(part for part in (text, ", ".join(missing)) if part.strip())


def edited_s(revision: str) -> int:
    """The second of the edit that a revision stands for; 0 where nothing was edited."""
    seconds = revision.partition(".")[0].rstrip("+")
    return int(seconds) if seconds.isdecimal() else 0


def _words(text: str) -> Counter[str]:
    return Counter(_TOKEN.findall(text.casefold()))
