"""Words as they are compared: without case and accents, one rule for every store.

SQLite's own tokenizers fold less, and differ by version.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Letters with a stroke and ligatures, which Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
     "þ": "th", "ŋ": "n", "ĸ": "k", "ƶ": "z", "ɨ": "i", "ŀ": "l"}
)  # fmt: skip
_ACCENTS = re.compile("[\u0300-\u036f]")
_ASCII_WORD = re.compile("[A-Za-z0-9]+")
_UNSPACED = re.compile(
    "[\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u312f\u3130-\u318f\u31a0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]"
)


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """A word without case and accents: `Größe` and `GROSSE`, `ё` and `е`, `Łódź` and `lodz`."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", apart)).translate(_LETTERS)
    return plain.casefold()


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word, or one character of a script without spaces, and where it stands."""

    text: str
    start: int
    end: int


def composed(text: str) -> str:
    """The text in the form (NFC) that tokens are counted in; it looks the same."""
    return unicodedata.normalize("NFC", text)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, in order."""
    if text.isascii():
        for match in _ASCII_WORD.finditer(text):
            yield Token(match[0].lower(), match.start(), match.end())
        return
    start = 0
    for end, kind in enumerate([*map(_kind, text), ""]):
        before = _kind(text[start]) if start < end else ""
        if before == "character" or (before == "word" and kind != "word"):
            if folded := _without_signs(fold(text[start:end])):
                yield Token(folded, start, end)
            start = end
        elif before != "word":
            start = end


def _without_signs(folded: str) -> str:
    """Some characters come apart into signs beside letters and digits: `⑴` into `(1)`."""
    return folded if folded.isalnum() else "".join(filter(_kind, folded))


def is_unspaced(text: str) -> bool:
    """Whether it begins with a character of a script that does not part its words."""
    return bool(_UNSPACED.match(text))


@lru_cache(maxsize=65536)
def _kind(character: str) -> str:
    if is_unspaced(character):
        return "character"
    category = unicodedata.category(character)
    return "word" if category[0] in "LNM" else ""


def indexed(text: str) -> str:
    """The folded words of a text with a space between, as an index of words takes them."""
    return " ".join(token.text for token in tokens(composed(text)))
