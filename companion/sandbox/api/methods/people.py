"""users.*, usergroups.*, dnd.*, bots.*: https://docs.slack.dev/reference/methods?family=users"""

from companion.sandbox.api.methods.arguments import Method
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.users_and_channels import SLACKBOT, Directory


class PeopleMethods:
    """Who is in the workspace, and whether they are to be disturbed."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def methods(self) -> dict[str, Method]:
        return {
            "bots.info": self._bots_info,
            "dnd.info": self._dnd_info,
            "usergroups.list": self._usergroups_list,
            "users.info": self._users_info,
            "users.list": self._users_list,
            "users.lookupByEmail": self._lookup_by_email,
            "users.profile.get": self._profile,
        }

    def _bots_info(self, app: SlackApp, params: Body) -> Body:
        for known in self._directory.apps.values():
            if params.get("bot") == known.bot_id:
                return {
                    "bot": {
                        "id": known.bot_id,
                        "deleted": False,
                        "name": known.name.lower(),
                        "app_id": known.app_id,
                        "user_id": known.bot_user_id,
                    }
                }
        raise RefusedError("bot_not_found")

    def _usergroups_list(self, app: SlackApp, params: Body) -> Body:
        return {"usergroups": list(self._directory.user_groups.values())}

    def _users_info(self, app: SlackApp, params: Body) -> Body:
        return {"user": self._directory.user(str(params.get("user", "")))}

    def _users_list(self, app: SlackApp, params: Body) -> Body:
        members = [self._directory.user(user) for user in self._directory.users]
        return {"members": members, "response_metadata": {"next_cursor": ""}}

    def _lookup_by_email(self, app: SlackApp, params: Body) -> Body:
        for user_id in self._directory.users:
            user = self._directory.user(user_id)
            if user["profile"]["email"] == params.get("email") and user_id != SLACKBOT:
                return {"user": user}
        raise RefusedError("users_not_found")

    def _profile(self, app: SlackApp, params: Body) -> Body:
        return {"profile": self._directory.profile(str(params.get("user") or app.bot_user_id))}

    def _dnd_info(self, app: SlackApp, params: Body) -> Body:
        user_id = str(params.get("user") or app.bot_user_id)
        self._directory.user(user_id)
        presence = self._directory.presence
        if user_id == self._directory.user_id:
            return presence.dnd_info()
        return presence.nobodys_dnd_info()
