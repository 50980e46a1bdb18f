"""Puts the Home tab together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from companion.domain.features import Feature
from companion.ports import Clock, Commits, HomeTab, Messenger, Model, Store
from companion.settings import DirectMessageSettings

if TYPE_CHECKING:
    from companion.usecases.home import Home
    from companion.usecases.home_changes import HomeChanges
    from companion.usecases.pause import Pauses
    from companion.usecases.zones import Zones


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeParts:
    """What the listeners of the Home tab need."""

    home: "Home"
    changes: "HomeChanges"
    tab: HomeTab
    pauses: "Pauses"
    is_on: bool


def home_parts(
    settings: DirectMessageSettings,
    store: Store,
    messenger: Messenger,
    zones: "Zones",
    clock: Clock,
    pauses: "Pauses",
    model: Model,
    commits: Commits | None,
) -> HomeParts:
    """The Home tab of the person whose direct message it is. No git is asked when it is shown: that
    may take seconds."""
    from companion.adapters.slack.home_tab import SlackHomeTab
    from companion.usecases.home import Home
    from companion.usecases.home_changes import HomeChanges
    from companion.usecases.next import WhatIsNext
    from companion.usecases.summarize_window import SummarizeWindow
    from companion.usecases.where import FindWhere

    user_id, rhythm, limit = settings.slack_user_id, settings.rhythm, settings.companion_model_input
    token = settings.slack_bot_token.get_secret_value()
    tab = SlackHomeTab(token, settings.slack_api_url, user_id, settings.commands)
    home = Home(
        user_id=user_id,
        store=store,
        messenger=messenger,
        tab=tab,
        find_where=FindWhere(store=store, rhythm=rhythm, max_material=limit),
        summarize=SummarizeWindow(
            store=store, summarizer=model, max_material=limit, commits=commits
        ),
        what_is_next=WhatIsNext(pauses=pauses, rhythm=rhythm, clock=clock),
        zones=zones,
        clock=clock,
        rhythm=rhythm,
    )
    changes = HomeChanges(user_id=user_id, store=store, clock=clock)
    return HomeParts(
        home=home, changes=changes, tab=tab, pauses=pauses, is_on=settings.is_on(Feature.HOME)
    )
