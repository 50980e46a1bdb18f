"""What a program does in a person's place with an app's buttons, modals, shortcuts and Home tab."""

from collections.abc import Mapping

from companion.sandbox.api.interactivity import Interactivity, Shortcut
from companion.sandbox.api.socket_mode import SocketMode
from companion.sandbox.blockkit.elements import Given, Values, elements_of
from companion.sandbox.workspace.message import Body
from companion.sandbox.workspace.users_and_channels import Directory
from companion.sandbox.workspace.views import Views


class Interactions:
    """The interactive side of `LocalSlack`.

    What needs an ack returns after it. Raises: NotAnsweredError where none comes in time.
    """

    def __init__(
        self,
        directory: Directory,
        views: Views,
        interactivity: Interactivity,
        sockets: SocketMode,
    ) -> None:
        self._directory = directory
        self._views = views
        self._interactivity = interactivity
        self._sockets = sockets

    # What there is to see

    @property
    def views(self) -> list[Body]:
        """The modals that the user has open; the last one is shown."""
        return self._views.stack(self._directory.user_id)

    @property
    def home(self) -> Body | None:
        """What the daemon app's Home tab shows to the user, once it was published."""
        return self._views.home(self._directory.daemon_app, self._directory.user_id)

    @property
    def shortcuts(self) -> tuple[Shortcut, ...]:
        """The shortcuts that there are."""
        return self._interactivity.shortcuts

    # What the person does

    async def press(
        self,
        target: str,
        action_id: str,
        value: Given = None,
        *,
        block_id: str | None = None,
        values: Values | None = None,
        user_id: str | None = None,
    ) -> None:
        """Press a button of a message (its `ts`) or of a view (its id).

        In a menu `value` is the option's value, in a picker the date or time, in checkboxes a list
        of values. `values`, by block and action, is what stands in the other elements.
        """
        await self._interactivity.press(
            target,
            action_id,
            value,
            user_id or self._directory.user_id,
            block_id=block_id,
            values=values,
        )

    async def submit(
        self,
        view_id: str,
        values: Mapping[str, Given | Mapping[str, Given]] | None = None,
        *,
        user_id: str | None = None,
    ) -> Body:
        """Submit a modal with what is filled in, by action id, or by block id and action id.

        Returns the app's answer: `{}`, or its `response_action`, such as errors by block. What
        Slack's client refuses, such as an empty field that is required, is answered like errors.
        """
        user_id = user_id or self._directory.user_id
        view = self._views.find(view_id, user_id)
        return await self._interactivity.submit(view_id, _by_block(view, values or {}), user_id)

    async def close_modal(self, *, all_of_them: bool = False) -> None:
        """Close the modal that is shown, or all that are open."""
        await self._interactivity.close(self._directory.user_id, all_of_them=all_of_them)

    async def use_shortcut(
        self, callback_id: str, ts: str | None = None, *, user_id: str | None = None
    ) -> None:
        """Use a shortcut on a message, or without a `ts` a global one."""
        await self._interactivity.use_shortcut(callback_id, ts, user_id or self._directory.user_id)

    async def open_home(self, tab: str = "home", *, user_id: str | None = None) -> Body | None:
        """Look at the daemon app's Home tab; returns what it shows when the event is acked."""
        user_id = user_id or self._directory.user_id
        await self._sockets.deliver(self._interactivity.home_event(user_id, tab))
        return self._views.home(self._directory.daemon_app, user_id)


def _by_block(view: Body, values: Mapping[str, Given | Mapping[str, Given]]) -> Values:
    """The values by block and action, where some are by action alone."""
    sorted_in: dict[str, dict[str, Given]] = {}
    known = {
        element["action_id"]: block["block_id"] for block, element in elements_of(view["blocks"])
    }
    blocks = {block.get("block_id") for block in view["blocks"]}
    for name, value in values.items():
        if isinstance(value, Mapping):
            if name not in blocks:
                raise KeyError(name)
            sorted_in.setdefault(name, {}).update(value)
        else:
            sorted_in.setdefault(known[name], {})[name] = value
    return sorted_in
