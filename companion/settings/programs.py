"""What each program cannot do without: a type in which that is not optional.

Each type has one base: of two, pydantic would take the first one's optional fields.
"""

from companion.domain.person import LOCAL_USER
from companion.settings import types
from companion.settings.fields import Settings

OF_SERVICES = frozenset(
    {
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "slack_web_bot_token",
        "slack_api_url",
        "companion_allowed_users",
        "companion_log_command",
        "companion_command",
        "companion_off",
        "companion_webhook_url",
        "port",
    }
)
"""What only the daemon and the webhook use: a wrong one keeps no command from its work."""

OF_SUMMARIES = frozenset(
    {
        "companion_work_hours",
        "companion_work_days",
        "companion_calendar",
        "companion_holidays",
        "companion_prompts_per_day",
        "companion_summary_time",
        "companion_repos",
        "companion_git_authors",
        "llm_model",
        "companion_model_timeout",
        "companion_model_input",
    }
)
"""What a command uses only if it sums up or shows what comes next."""


OF_AGENTS = frozenset({"companion_mcp"})
"""What a command uses only if it lets agents in."""


class PersonSettings(Settings):
    """For the commands that show or change one person's entries.

    A table is shared: with one, `TablePersonSettings` are needed.
    """

    @property
    def user_id(self) -> str:
        """The person's Slack ID; without one, the person at this machine."""
        return self.slack_user_id or LOCAL_USER


class TablePersonSettings(PersonSettings):
    """For the same commands on a DynamoDB table."""

    slack_user_id: types.MemberID


class DirectMessageSettings(Settings):
    """For what writes to the person's direct message."""

    slack_user_id: types.MemberID
    slack_bot_token: types.BotToken


class DaemonSettings(DirectMessageSettings):
    """For the daemon, which also listens."""

    slack_app_token: types.AppToken


class WebhookSettings(Settings):
    """For `/log` over HTTP."""

    slack_signing_secret: types.Secret


class TableSettings(Settings):
    """For what needs a DynamoDB table."""

    dynamodb_table: types.TableName


class CopySettings(TableSettings):
    """For copying a person's entries between SQLite and DynamoDB."""

    slack_user_id: types.MemberID


class DaemonAndWebhookSettings(DaemonSettings):
    """For the sandbox, which runs both, and for setting up both."""

    slack_signing_secret: types.Secret


class DoctorSettings(DaemonSettings):
    """For `companion doctor`, which also tries the webhook where it has the secret."""

    @classmethod
    def secrets(cls) -> frozenset[str]:
        return super().secrets() | {"slack_signing_secret"}
