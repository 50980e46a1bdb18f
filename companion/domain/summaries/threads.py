"""Threads: entries that are about one thing, found without a model.

Entries that share a tag, a ticket, a pull request, a branch, a file or a rare word are a thread and
carry its name. The same entries always give the same threads.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from companion.domain.entry import Entry
from companion.domain.mentions import channel_names
from companion.domain.tags import tags
from companion.domain.words import fold


class Bond(IntEnum):
    """What holds a thread together, the strongest first."""

    TAG = 1
    TICKET = 2
    PULL_REQUEST = 3
    BRANCH = 4
    FILE = 5
    NAME = 6
    """A word that is written like a name: `billing-sync`, `retry_loop`, `OAuth2`."""
    WORD = 7


@dataclass(frozen=True, slots=True)
class Thread:
    """Entries about one thing, oldest first, and what they call it."""

    name: str
    bond: Bond
    entries: tuple[Entry, ...]


MIN_ENTRIES = 2
"""One entry is not a thread."""
MAX_SHARE = 0.5
"""A word that more than this part of the entries has says nothing about any of them."""
MIN_WORD_LENGTH = 5

_TICKET = re.compile(r"(?<![\w/-])([A-Z][A-Z0-9]{1,9}-\d+)(?![\w-])")
_PULL_REQUEST = re.compile(
    r"(?:(?<![\w&/])(?:PR|MR|pull request|merge request)\s?[#!]?"
    r"|(?<![\w&/])[#!]|/pull/|/merge_requests/)"
    r"(\d{1,6})\b",
    re.IGNORECASE,
)
_BRANCH = re.compile(
    r"(?<![\w/.])((?:feature|feat|fix|bugfix|hotfix|chore|release|refactor|docs|test|ci|perf)"
    r"/[\w./-]*\w)"
)
_FILE = re.compile(r"(?<![\w:@])(?:[\w.~-]*/)*([\w-]+\.[a-z][a-z0-9]{0,4})(?![\w@/]|\.\w)")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{0,30}://|www\.)\S+", re.IGNORECASE)
_NO_WORD = re.compile(r"[\w.~+/-]{500,}")
"""Such as a picture in Base64. To look for names in it takes its length squared."""
_NAME = re.compile(
    r"[^\W\d_]\w*(?:[-_][^\W_]\w*)+"  # billing-sync, retry_loop
    r"|[^\W\d_]+\d+\w*"  # oauth2
    r"|[a-z]+[A-Z]\w+|[A-Z][a-z]+[A-Z]\w*"  # parseDate, HttpClient
)
_WORD = re.compile(rf"[^\W\d_]{{{MIN_WORD_LENGTH},}}")


@dataclass(frozen=True, slots=True)
class _Feature:
    bond: Bond
    key: str
    name: str


def features(text: str, channels: Collection[str] = ()) -> Iterator[_Feature]:
    """What an entry could share with another. The `channels` that it mentions are not tags."""
    for tag in tags(text, channels):
        yield _Feature(Bond.TAG, fold(tag), f"#{tag}")
    for match in _TICKET.finditer(text):
        yield _Feature(Bond.TICKET, match[1], match[1])
    for match in _PULL_REQUEST.finditer(text):
        yield _Feature(Bond.PULL_REQUEST, match[1], f"#{match[1]}")
    plain = _NO_WORD.sub(" ", _ADDRESS.sub(" ", text))
    for match in _BRANCH.finditer(plain):
        yield _Feature(Bond.BRANCH, match[1], match[1])
    for match in _FILE.finditer(plain):
        yield _Feature(Bond.FILE, match[1].lower(), match[1])
    for match in _NAME.finditer(plain):
        yield _Feature(Bond.NAME, fold(match[0]), match[0])
    for match in _WORD.finditer(plain):
        word = fold(match[0])
        if word not in COMMON_WORDS:
            yield _Feature(Bond.WORD, word, match[0])


def find_threads(entries: Sequence[Entry]) -> tuple[list[Thread], list[Entry]]:
    """The threads, in the order in which they were last worked on, and the entries of none.

    An entry is in one thread: that of its strongest bond, and of equals that which holds more.
    """
    sharing: dict[tuple[Bond, str], list[int]] = defaultdict(list)
    spellings: dict[tuple[Bond, str], Counter[str]] = defaultdict(Counter)
    for number, entry in enumerate(entries):
        for feature in features(entry.text, channel_names(entry.mentions)):
            key = feature.bond, feature.key
            spellings[key][feature.name] += 1
            if number not in sharing[key][-1:]:
                sharing[key].append(number)
    too_common = max(MIN_ENTRIES, int(MAX_SHARE * len(entries)))
    possible = {
        key: numbers
        for key, numbers in sharing.items()
        if len(numbers) >= MIN_ENTRIES and (key[0] is not Bond.WORD or len(numbers) <= too_common)
    }
    left = set(range(len(entries)))
    threads: list[Thread] = []
    for key in sorted(possible, key=lambda key: (key[0], -len(possible[key]), key[1])):
        held = [number for number in possible[key] if number in left]
        if len(held) < MIN_ENTRIES:
            continue
        left.difference_update(held)
        name = max(spellings[key].items(), key=lambda spelled: (spelled[1], spelled[0]))[0]
        threads.append(Thread(name, key[0], tuple(entries[number] for number in held)))
    threads.sort(key=lambda thread: (thread.entries[-1].timestamp, thread.name), reverse=True)
    return threads, [entries[number] for number in sorted(left)]


COMMON_WORDS = frozenset(
    """
    about above added adding after again against almost along already although always among
    another answer answered around asked asking available became because before began behind
    being below better between build building built called calls cannot change changed changes
    check checked checking clean cleaned cleaning close closed coffee comment comments complete
    completed continue continued could create created creating debug debugged debugging delete
    deleted different doing during early either email emails enough error errors every
    everything fails failed failing fails finally finish finished finishing first fixed fixes
    fixing follow followed found friday getting given going half helped helping implement
    implemented implementing improve improved instead issue issues itself later learn learned
    leave listen little looked looking lunch making maybe meeting meetings merge merged merging
    might minutes monday morning moved moving night notes nothing number office often opened
    other others people planned planning problem problems project pulled pushed pushing question
    questions quick quite reading ready really release released remaining remove removed
    removing review reviewed reviewing right running saturday session should since small solved
    something sometimes standup start started starting still stopped stuff sunday support switch
    switched talked talking tasks their there these thing things think thinking this those
    though through thursday ticket tickets times today together tomorrow tonight touch towards
    tried trying tuesday under understand understood until update updated updating using waited
    waiting wednesday weekend where which while whole without worked working works would write
    writes writing written wrote yesterday
    aber alles andere anderen angefangen arbeite arbeiten bereits dabei damit danach dann dass
    diese diesem diesen dieser dieses einen einer eines erste etwas fertig ganze gearbeitet
    gebaut gefixt gegen gelesen gemacht genau geschrieben gestern getestet haben heute immer
    jetzt keine keinen letzte machen mehr meine meinen mittag montag morgen nach nachdem neuen
    nicht nichts noch oder schon sehr seine sich sind termin treffen unter viele weiter weiteren
    welche wenig werde werden wieder wochenende wollen wurde zwischen
    ahora antes apres aujourd aussi autre autres aussi avant avec avoir bueno cette comme como
    cuando dans demain depuis desde despues donde encore entre esta estaba estado estoy etait
    faire fait hacer hasta hecho hier leur lundi mais manana mardi matin meme moins mucho muchos
    nada nous otra otro para parce pendant plus porque pour puis quand quelque reunion sans
    sobre sont sous tambien tiene todo todos toujours tout toute travail travaille trabajando
    trabajo tres vous
    """.split()  # noqa: SIM905 -- a list of so many strings reads worse
)
"""Words that say nothing about what the work was: English, German, Spanish, French."""
