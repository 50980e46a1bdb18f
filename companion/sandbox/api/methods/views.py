"""views.*: https://docs.slack.dev/reference/methods?family=views"""

from companion.sandbox.api.content import parsed, read_view
from companion.sandbox.api.methods.arguments import Method, required
from companion.sandbox.api.triggers import Triggers
from companion.sandbox.blockkit.limits import Surface
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.users_and_channels import Directory
from companion.sandbox.workspace.views import Views


class ViewMethods:
    """Modals and Home tabs."""

    def __init__(self, views: Views, triggers: Triggers, directory: Directory) -> None:
        self._views = views
        self._triggers = triggers
        self._directory = directory

    def methods(self) -> dict[str, Method]:
        return {
            "views.open": self._open,
            "views.publish": self._publish,
            "views.push": self._push,
            "views.update": self._update,
        }

    def _open(self, app: SlackApp, params: Body) -> Body:
        view = read_view(params.get("view"), Surface.MODAL)
        user_id = self._triggers.exchange(required(params, "trigger_id"), app)
        return {"view": self._views.open(app, user_id, view)}

    def _push(self, app: SlackApp, params: Body) -> Body:
        view = read_view(params.get("view"), Surface.MODAL)
        user_id = self._triggers.exchange(required(params, "trigger_id"), app)
        return {"view": self._views.push(app, user_id, view)}

    def _update(self, app: SlackApp, params: Body) -> Body:
        given = parsed(params.get("view"), "invalid_arguments")
        is_home = isinstance(given, dict) and given.get("type") == Surface.HOME
        view = read_view(given, Surface.HOME if is_home else Surface.MODAL)
        view_id, external_id = (str(params.get(name) or "") for name in ("view_id", "external_id"))
        if not (view_id or external_id):
            raise RefusedError("invalid_arguments")
        seen = str(params.get("hash") or "")
        updated = self._views.update(app, view, view_id=view_id, external_id=external_id, seen=seen)
        return {"view": updated}

    def _publish(self, app: SlackApp, params: Body) -> Body:
        user_id = required(params, "user_id")
        if user_id not in self._directory.users:
            raise RefusedError("user_not_found")
        view = read_view(params.get("view"), Surface.HOME)
        seen = str(params.get("hash") or "")
        return {"view": self._views.publish(app, user_id, view, seen)}
