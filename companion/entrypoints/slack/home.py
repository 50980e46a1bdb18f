"""The Home tab, as Slack sends what people do there. It is shown when it is opened, and when
something changes."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncApp

from companion.bootstrap.home import HomeParts
from companion.domain.entry import NAMESPACE, Entry
from companion.domain.home import PAGE
from companion.domain.jobs.presses import pause_until
from companion.domain.manifest import DELETE_FORM, EDIT_FORM, HOME_ACTION
from companion.entrypoints.afterwards import Afterwards
from companion.errors import CompanionError, StoreError
from companion.ports import Interactions, Press
from companion.texts import slack as texts
from companion.usecases.day import Day
from companion.usecases.presses import pause_unless_longer

log = logging.getLogger(__name__)

SAVE_WITHIN_S = 2.0
"""Slack waits three seconds for what becomes of a form."""
MAX_TYPED = 3000
MAX_NOTICE = 200
OTHER_WAYS = frozenset({"message_action", "view_submission"})
"""Interactions by which entries are stored, besides commands and messages."""


class HomeListeners:
    """One person's Home tab."""

    def __init__(
        self, parts: HomeParts, day: Day, interactions: Interactions, afterwards: Afterwards
    ) -> None:
        self._parts, self._day = parts, day
        self._home, self._shown = parts.home, parts.home.shown
        self._interactions, self._afterwards = interactions, afterwards
        self._is_stale = self._is_publishing = False
        self._home.on_change = self._show
        self._does: dict[str, Callable[[Press], Awaitable[None]]] = {
            "entry": self._open_form,
            "undo": self._undo,
            "more": self._more,
            "hide": self._hide,
            "pause": self._pause,
            "resume": self._resume,
            "ask": self._ask,
            "summarize": self._summarize,
        }

    def listen(self, app: AsyncApp) -> None:
        """To be called before other events and presses are listened for."""
        if self._parts.is_on:
            app.event("app_home_opened")(self._on_opened)
        app.action(re.compile(f"^{HOME_ACTION}"))(self._on_press)
        app.view(EDIT_FORM)(self._on_edited)
        app.view(DELETE_FORM)(self._on_deleted)

    def answered(self, payload: dict[str, Any]) -> None:
        """Something was done that is not the tab's own. With one app, `/log` and the shortcut come
        here too, and change what the tab shows."""
        if "command" in payload or payload.get("type") in OTHER_WAYS:
            self._home.changed()

    def _show(self) -> None:
        """Show the tab as it is now. Changes in quick succession are shown together."""
        self._is_stale = True
        if not self._is_publishing:
            self._is_publishing = True
            self._afterwards("home", self._publish())

    async def _publish(self) -> None:
        try:
            while self._is_stale:
                self._is_stale = False
                await self._home.publish()
        finally:
            self._is_publishing = False

    async def _on_opened(self, event: dict[str, Any]) -> None:
        if event.get("user") != self._home.user_id or event.get("tab") != "home":
            return
        if not self._shown.is_writing:
            self._shown.count, self._shown.notice, self._shown.undo = PAGE, "", ""
        self._home.is_open = True
        self._home.changed()

    async def _on_press(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        press = self._interactions.read_press(body, action)
        do = self._does.get(press.action.removeprefix(HOME_ACTION))
        if do is None or not self._parts.is_on or press.user_id != self._home.user_id:
            return  # a link, which opens by itself; or a tab from before it was switched off
        self._home.is_open = True
        self._afterwards("home.press", self._reported(do, press))

    async def _reported(self, do: Callable[[Press], Awaitable[None]], press: Press) -> None:
        self._say("")
        try:
            await do(press)
            log.info("home.done action=%s", press.action)
        except CompanionError as error:
            log.warning("home.failed action=%s error=%r", press.action, str(error))
            self._say(texts.HOME_FAILED.format(problem=error))
        finally:
            self._home.changed()

    def _say(self, notice: str, undo: str = "") -> None:
        self._shown.notice, self._shown.undo = notice, undo

    # What the buttons do

    async def _open_form(self, press: Press) -> None:
        what, _, key = press.value.partition(" ")
        entry = await self._parts.changes.find(key)
        form = press.trigger_id, key, f"{entry.local_time(self._zone()):%H:%M}", entry.text
        if what == "delete":
            await self._parts.tab.open_delete_form(*form)
        elif len(entry.text) > MAX_TYPED:
            self._say(texts.ENTRY_TOO_LONG)
        else:
            await self._parts.tab.open_edit_form(*form)

    async def _undo(self, press: Press) -> None:
        entry = await self._parts.changes.undo(press.value)
        self._say(texts.HOME_RESTORED.format(text=_shortened(entry)))

    async def _more(self, _: Press) -> None:
        self._shown.count += PAGE

    async def _hide(self, _: Press) -> None:
        self._shown.summary = ""

    async def _pause(self, _: Press) -> None:
        now = self._home.clock.now()
        until = pause_until(now, self._zone(), self._home.rhythm)
        await pause_unless_longer(self._parts.pauses, until)

    async def _resume(self, _: Press) -> None:
        await self._parts.pauses.resume()

    async def _ask(self, press: Press) -> None:
        # The same press that comes again asks nothing new.
        await self._day.ask_now(uuid5(NAMESPACE, f"home:{press.trigger_id}"))
        self._say(texts.HOME_ASKED)

    async def _summarize(self, _: Press) -> None:
        await self._home.write_summary()

    # The forms that it opens

    async def _on_edited(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        form = self._interactions.read_submission(body)
        problem = "" if form.text.strip() else texts.FORM_NO_TEXT
        if not problem and form.user_id == self._home.user_id:
            problem = await self._edit(form.carried, form.text)
        await (ack(response_action="errors", errors={"text": problem}) if problem else ack())
        self._home.changed()

    async def _edit(self, key: str, text: str) -> str:
        """Change an entry; what went wrong, in words for the form."""
        try:
            async with asyncio.timeout(SAVE_WITHIN_S):
                entry = await self._parts.changes.edit(key, text)
        except (StoreError, TimeoutError):
            return texts.FORM_NOT_SAVED
        except CompanionError as error:
            return str(error)
        self._say(texts.HOME_EDITED.format(text=_shortened(entry)))
        return ""

    async def _on_deleted(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        form = self._interactions.read_submission(body)
        await ack()
        if form.user_id == self._home.user_id:
            self._afterwards("home.delete", self._delete(form.carried))

    async def _delete(self, key: str) -> None:
        try:
            entry = await self._parts.changes.delete(key)
            if entry is not None:
                self._say(texts.HOME_DELETED.format(text=_shortened(entry)), undo=key)
        except CompanionError as error:
            self._say(texts.HOME_FAILED.format(problem=error))
        finally:
            self._home.changed()

    def _zone(self) -> ZoneInfo:
        return self._home.zones.zone or ZoneInfo("UTC")


def _shortened(entry: Entry) -> str:
    return entry.text if len(entry.text) <= MAX_NOTICE else f"{entry.text[:MAX_NOTICE]}…"
