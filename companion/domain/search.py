"""Search: what is looked for, and whether a text has it. Every store answers by this alone.

Words are compared without their case and accents. A word matches from its start; Chinese,
Japanese and Korean, which do not part their words, match anywhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from companion.domain.entry import Entry
from companion.domain.mentions import channel_names
from companion.domain.tags import has_tag, is_tag
from companion.domain.words import Token, composed, fold, is_unspaced, tokens


class QueryError(ValueError):
    """What was typed looks for nothing."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that have to follow each other. With `from_start` the last may go on."""

    words: tuple[str, ...]
    from_start: bool = True
    tag: str = ""
    """For `tag:deploy`: the tag, folded; `words` are then what the text has to hold for it."""

    def spans(self, found: Sequence[Token]) -> Iterator[tuple[int, int]]:
        """Where it stands among a text's tokens: from where to where, in characters."""
        length = len(self.words)
        for at in range(len(found) - length + 1):
            if all(self._fits(found[at + step].text, step) for step in range(length)):
                yield found[at].start, found[at + length - 1].end

    def _fits(self, token: str, step: int) -> bool:
        word = self.words[step]
        last = step == len(self.words) - 1
        return token.startswith(word) if last and self.from_start else token == word


@dataclass(frozen=True, slots=True)
class Query:
    """All of the terms, and none of the `excluded` ones."""

    terms: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()

    def finds(self, entry: Entry) -> bool:
        """Whether an entry is among the answers."""
        return self.matches(entry.text, channel_names(entry.mentions))

    def matches(self, text: str, channels: Sequence[str] = ()) -> bool:
        """Whether a text is among the answers."""
        found = list(tokens(composed(text)))

        def has(term: Term) -> bool:
            if term.tag:
                return has_tag(text, term.tag, channels)
            return next(term.spans(found), None) is not None

        return all(map(has, self.terms)) and not any(map(has, self.excluded))

    def found_in(self, text: str) -> list[tuple[int, int]]:
        """Where the words stand, in order and without overlaps, to be shown.

        Positions are those in the text's composed form (NFC), which looks the same.
        """
        found = list(tokens(composed(text)))
        merged: list[tuple[int, int]] = []
        for start, end in sorted(span for term in self.terms for span in term.spans(found)):
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        return merged


_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "”": "”"}
_PIECE = re.compile(r"(?P<minus>[-−–](?=\S))?(?:(?P<quote>[\"“„«»”])|(?P<word>\S+))")


def parse_query(text: str, excluded: Sequence[str] = ()) -> Query:
    """`retry loop`, `"exact words"`, `-word`, `tag:deploy`; `excluded` are more words like `-word`.

    QueryError where nothing is looked for.
    """
    wanted: list[Term] = []
    unwanted: list[Term] = [term for word in excluded if (term := _term(word, exact=False))]
    at = 0
    while match := _PIECE.search(text, at):
        at = match.end()
        if match["quote"]:
            closing = _QUOTES[match["quote"]]
            ends = [end for mark in closing if (end := text.find(mark, at)) >= 0]
            end = min(ends, default=len(text))
            term, at = _term(text[at:end], exact=True), end + 1
        else:
            term = _term(match["word"], exact=False)
        if term:
            (unwanted if match["minus"] else wanted).append(term)
    if not wanted:
        raise QueryError("There is no word to look for: give at least one that is not left out.")
    return Query(tuple(wanted), tuple(unwanted))


def _term(text: str, *, exact: bool) -> Term | None:
    name, colon, tag = text.partition(":")
    named = bool(colon) and name.lower() == "tag"
    if not exact and (named or (text.startswith("#") and is_tag(text[1:]))):
        tag = (tag if named else text).removeprefix("#")
        words = tuple(token.text for token in tokens(composed(tag)))
        return Term(words, from_start=False, tag=fold(tag)) if words else None
    words = tuple(token.text for token in tokens(composed(text)))
    if not words:
        return None
    # A character of a script without spaces is a token of its own: it does not go on.
    return Term(words, from_start=not exact and not is_unspaced(words[-1]))
