"""What `/companion` answers, as Slack's messages: plain values in, blocks out.

https://docs.slack.dev/reference/block-kit/blocks/section-block
"""

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from companion.adapters.slack.responder import post_response
from companion.adapters.slack.text import escape, live_mentions
from companion.domain import answers as plain
from companion.domain.companion_words import Misunderstood
from companion.domain.entry import Entry
from companion.domain.listing import Line, ListedDay
from companion.domain.manifest import SHOW_MORE, CommandNames
from companion.domain.summaries.summary import day_name
from companion.domain.until import until_text
from companion.texts import slack_companion as texts
from companion.texts.slack import LOCAL_MOMENT, QUOTED_LINE

SECTION_LIMIT, BLOCKS_LIMIT = 3_000, 50
TEXT_LIMIT = 9_500
"""So long is what an answer says in all its blocks; Slack takes about 13,000 characters."""
FALLBACK_LIMIT = 300
"""What notifications and screen readers get of it."""
SHOWN = 600
"""So much of a text is repeated where it is only named."""

type Block = dict[str, Any]


def measure(text: str) -> int:
    """How long a text is for Slack: escaped, and an emoji counts twice."""
    escaped = escape(text)
    return len(escaped) if escaped.isascii() else len(escaped.encode("utf-16-le")) // 2


class SlackAnswers:
    """Answers as the fields of a message; the commands have these names."""

    def __init__(self, names: CommandNames) -> None:
        self._names = {"log": names.log, "companion": names.companion}

    def message(self, answer: plain.Answer) -> dict[str, Any]:
        """What Slack shows for an answer: `text` alone, or with `blocks`."""
        match answer:
            case plain.Listed():
                return _with_blocks(list(_sections(_days(answer))), _foot(answer), answer.more)
            case plain.LeftOff():
                return _with_blocks(list(_sections(self._where(answer))), _follows(answer.follows))
            case plain.StandupMade():
                return _with_blocks(list(_sections(_standup(answer))), _follows(answer.follows))
        return {"text": self._text(answer)}

    async def send(self, url: str, answer: plain.Answer, *, replace: bool = False) -> None:
        """Show it by a `response_url`."""
        visible = {"response_type": "ephemeral", "replace_original": replace}
        await post_response(url, visible | self.message(answer))

    def _text(self, answer: plain.Answer) -> str:
        match answer:
            case plain.NoEntries(word):
                return self._say(texts.NO_ENTRIES[word])
            case plain.NothingFound():
                return _nothing_found(answer)
            case plain.Refused(reason) | plain.Told(reason):
                return escape(reason)
            case plain.FormOpened():
                return texts.FORM_OPENED
            case plain.NotAllowed():
                return texts.NOT_FOR_YOU
            case plain.StoreFailed():
                return texts.STORE_FAILED
            case plain.Looking():
                return texts.LOOKING
            case plain.Help(misunderstood):
                return self._help(misunderstood)
        return self._text_of_change(answer)

    def _text_of_change(self, answer: plain.Answer) -> str:
        match answer:
            case plain.TakenBack(kind, entry, here):
                return texts.TAKEN_BACK[kind].format(
                    moment=_moment(entry, here.zone), quote=_quote(entry.text)
                )
            case plain.Edited():
                return self._edited(answer)
            case plain.FormWanted(entry, _):
                return self._say(texts.EDIT_NEEDS_TEXT, quote=_quote(entry.text))
            case plain.Paused():
                return self._paused(answer)
            case plain.Resumed(ended):
                if ended is None:
                    return texts.NOT_PAUSED
                return texts.VACATION_ENDED if ended.vacation else texts.RESUMED
        raise TypeError(type(answer).__name__)

    def _say(self, text: str, **values: str) -> str:
        return text.format(**self._names, **values)

    def _help(self, misunderstood: Misunderstood | None) -> str:
        help_ = self._say(texts.COMPANION_HELP)
        if misunderstood is None:
            return help_
        typed, nearest = escape(_short(misunderstood.typed, 80)), misunderstood.nearest
        if misunderstood.is_too_much:
            return self._say(texts.TOO_MUCH, word=str(nearest))
        if nearest is None:
            return f"{self._say(texts.UNKNOWN_WORD, typed=typed)}\n\n{help_}"
        return f"{self._say(texts.NEAREST_WORD, typed=typed, nearest=nearest)}\n\n{help_}"

    def _edited(self, answer: plain.Edited) -> str:
        moment = _moment(answer.old, answer.time.zone)
        if answer.old.text == answer.text:
            return self._say(texts.EDITED_ALREADY, moment=moment, new=_quote(answer.text))
        old, new = _quote(answer.old.text), _quote(answer.text)
        return self._say(texts.EDITED, moment=moment, old=old, new=new)

    def _paused(self, answer: plain.Paused) -> str:
        pause, here = answer.pause, answer.time
        if pause.until is None:
            openly = texts.ON_OPEN_VACATION if pause.vacation else texts.PAUSED_OPENLY
            return self._say(openly)
        until = until_text(pause.until, answer.now, here.zone, here.day_start)
        return self._say(texts.ON_VACATION if pause.vacation else texts.PAUSED, until=until)

    def _where(self, answer: plain.LeftOff) -> Iterator[str]:
        where, zone = answer.where, answer.time.zone
        if where is None:
            yield self._say(texts.NOTHING_YET)
            return
        is_today = where.day == answer.today
        day = texts.THAT_TODAY if is_today else texts.ON_DAY.format(day=day_name(where.day))
        yield f"*{texts.WHERE_LAST.format(day=day)}*"
        for entry in where.last:
            at, text = entry.local_time(zone), _short(entry.text)
            yield _line(Line(at, text, entry.byline, mentions=entry.mentions))
        if where.earlier:
            yield texts.WHERE_EARLIER.format(count=where.earlier)
        if where.open_ends:
            yield f"*{texts.WHERE_OPEN}*"
        for end in reversed(where.open_ends):
            text = live_mentions(escape(_short(end.bare)), end.entry.mentions)
            yield f"• _{end.sort}:_ {text} ({_moment(end.entry, zone)})"


def _nothing_found(answer: plain.NothingFound) -> str:
    text = texts.NOTHING_FOUND
    if answer.elsewhere:
        text = texts.FOUND_ELSEWHERE.format(day=answer.elsewhere)
    elif answer.near:
        text = texts.NEAR_WORDS.format(words=escape(", ".join(answer.near)))
    return " ".join([text, *_follows(answer.follows)])


def _days(answer: plain.Listed) -> Iterator[str]:
    for day in answer.page.days:
        yield from _day(day)


def _day(day: ListedDay) -> Iterator[str]:
    """The heading and the lines; the heading with the first of them, so that they stay together."""
    heading = f"*{escape(day.heading)}*\n"
    for line in day.lines:
        yield f"{heading}{_line(line)}"
        heading = ""


def _line(line: Line) -> str:
    byline = f" _({escape(line.byline)})_" if line.byline and line.ends else ""
    label = f"`{line.at:%H:%M}` " if line.begins else "… "
    text = live_mentions(escape(line.text.rstrip()), line.mentions)
    return f"{label}{text}{byline}{'' if line.ends else ' …'}"


def _standup(answer: plain.StandupMade) -> Iterator[str]:
    from companion.domain.summaries.standup import render_standup

    yield from escape(render_standup(answer.standup, "slack")).split("\n")


def _follows(follows: bool) -> list[str]:
    return [texts.MORE_FOLLOWS] if follows else []


def _foot(answer: plain.Listed) -> list[str]:
    return [
        *([] if answer.time.is_known else [texts.IN_UTC]),
        *([texts.MORE_IS_LEFT_OUT] if answer.is_cut else []),
        *_follows(answer.follows),
    ]


def _sections(lines: Iterator[str]) -> Iterator[str]:
    """Lines put together into texts that a section holds. A text that could change how the next
    ones look is in a section of its own."""
    held = ""
    for line in lines:
        apart = "```" in line or "\n&gt;&gt;&gt;" in line
        if held and (apart or len(held) + len(line) + 1 > SECTION_LIMIT):
            yield held
            held = ""
        if apart:
            yield line
        else:
            held = f"{held}\n{line}" if held else line
    if held:
        yield held


def _with_blocks(sections: list[str], foot: Sequence[str], more: str = "") -> dict[str, Any]:
    shown = _fitting(sections)
    blocks: list[Block] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in shown
    ]
    if len(shown) < len(sections):
        foot = [*foot, texts.TOO_LONG_FOR_SLACK]
    if foot:
        elements = [{"type": "mrkdwn", "text": text} for text in foot]
        blocks.append({"type": "context", "elements": elements})
    if more:
        button = {
            "type": "button",
            "action_id": SHOW_MORE,
            "text": {"type": "plain_text", "text": texts.SHOW_MORE},
            "value": more,
        }
        blocks.append({"type": "actions", "elements": [button]})
    fallback = "\n".join(sections)
    return {"text": _cut_escaped(fallback, FALLBACK_LIMIT), "blocks": blocks}


def _fitting(sections: Sequence[str]) -> list[str]:
    """As many of them as a message holds, beside a foot and a button."""
    shown, room = list[str](), TEXT_LIMIT
    for text in sections[: BLOCKS_LIMIT - 2]:
        if len(text) > room:
            break
        shown.append(text)
        room -= len(text)
    return shown


def _cut_escaped(text: str, limit: int) -> str:
    """The beginning of an escaped text, without half an entity or mention at its end."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    for begin, end in ("&", ";"), ("<", ">"):
        last = cut.rfind(begin)
        if last >= 0 and end not in cut[last:]:
            cut = cut[:last]
    return f"{cut}…"


def _moment(entry: Entry, zone: ZoneInfo) -> str:
    local = entry.local_time(zone)
    return LOCAL_MOMENT.format(day=day_name(local.date()), moment=local)


def _quote(text: str) -> str:
    lines = escape(_short(text)).split("\n")
    return "\n".join(QUOTED_LINE.format(line=line) for line in lines)


def _short(text: str, limit: int = SHOWN) -> str:
    """The beginning of a text, and how much more there is."""
    cut = text[:limit]
    while (length := measure(cut)) > limit:
        cut = cut[: min(len(cut) - 1, len(cut) * limit // length)]
    more = len(text) - len(cut)
    return text if not more else f"{cut.rstrip()}… ({more:,} more characters)"
