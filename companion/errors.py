"""The errors that Companion Memory raises on purpose. A test compares this drawing with the code.

CompanionError
  · CalendarError
  · ClaimLapsedError
  · DrawingError
  · EnvFileError
  · HookError
  · KeychainError
  · LogFileError
  · LoginError
  · MessengerError
    · SlackRefusedError
  · NotAnsweredError
  · OwnedBySlackError
  · PortError
  · RefusedError
    · BadContentError
    · MissingScopeError
  · SandboxInUseError
  · SettingsError
  · SlackCheckError
  · SlackUnreachableError
  · StoreError
    · UnreadableJobError
  · SummarizerError
  · TokenRefusedError
  · UndoError
  · UsageError
    · TextTooLongError
  · WebhookError
"""

from collections.abc import Sequence
from pathlib import Path


class CompanionError(Exception):
    """The root. Its text is for the person who runs the command: what happened, then what to do."""


class SettingsError(CompanionError):
    """Settings that are missing or wrong; names all of them at once, and the file that was read.

    `may_pass` is set where a source did not answer, such as a locked keychain: nobody has to change
    a setting.
    """

    def __init__(
        self, problems: Sequence[str], file: Path | None = None, *, may_pass: bool = False
    ) -> None:
        self.problems, self.may_pass = tuple(problems), may_pass
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        missing = [" is missing" in problem for problem in self.problems]
        self.only_missing = all(missing)
        place = f"the environment or in {file}" if file else "the environment"
        super().__init__(
            f"These settings need attention (in {place}):\n{lines}"
            + ("\n`companion init` sets them up, step by step." if any(missing) else "")
        )


class UsageError(CompanionError):
    """What was typed cannot be understood; the text says what can be."""


class TextTooLongError(UsageError, ValueError):
    """A text that is longer than an entry may be; both sizes are bytes of UTF-8."""

    def __init__(self, size: int, limit: int) -> None:
        self.size, self.limit = size, limit
        self.problem = (
            f"the text has {-(-size // 1024):,} KB, and an entry holds {limit // 1024} KB at most"
        )
        super().__init__(f"T{self.problem[1:]}. Shorten it.")


class UndoError(CompanionError):
    """The last change cannot be taken back."""


class StoreError(CompanionError):
    """The store could not do its work; nothing was confirmed. `advice` says what to do."""

    def __init__(self, store: str, problem: str, advice: str = "") -> None:
        self.store, self.problem, self.advice = store, problem, advice
        super().__init__(f"{store}: {problem}" + (f" {advice}" if advice else ""))


class UnreadableJobError(StoreError):
    """A stored job or plan has a form that this version does not know."""

    def __init__(self, store: str, job_id: str) -> None:
        super().__init__(
            store,
            f"the job {job_id} cannot be read.",
            "A newer version of Companion Memory may have planned it: upgrade this one.",
        )


class ClaimLapsedError(CompanionError):
    """The claim on a job ended before its message could be sent; another process may send it."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"The claim of {job_id} lapsed before it could be sent.")


class DrawingError(CompanionError):
    """A picture could not be drawn; `form` is its format."""

    def __init__(self, form: str, reason: str) -> None:
        super().__init__(f"The {form.upper()} picture could not be drawn ({reason}).")


class OwnedBySlackError(CompanionError):
    """An entry that is a message in Slack can be changed only there."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f"This entry is a message in your direct message: {action} it in Slack, and it is"
            " changed here too. Nothing was changed."
        )


class MessengerError(CompanionError):
    """Slack refused a call or could not be reached.

    `code` is Slack's own error code (`invalid_auth`, `ratelimited`, …) or the kind of the
    network failure. `cause` says in words why, and what to do, where that is known.
    """

    def __init__(self, call: str, code: str, cause: str = "") -> None:
        self.call, self.code, self.cause = call, code, cause
        super().__init__(f"Slack's {call} failed: {cause or f'{code}.'}")


class SlackRefusedError(MessengerError):
    """Slack answered a call with an error code.

    `needed` is the scope that is missing, where Slack says so. `bad_token` is set where Slack does
    not take the token; that may pass.
    """

    def __init__(self, call: str, code: str, *, needed: str = "", bad_token: bool = False) -> None:
        super().__init__(call, code)
        self.needed, self.bad_token = needed, bad_token


class TokenRefusedError(CompanionError):
    """Slack does not take one of the daemon's tokens: only its owner can fix that.

    `token` is BOT_TOKEN or APP_TOKEN.
    """

    def __init__(self, token: str, code: str) -> None:
        self.code = code
        super().__init__(
            f"Slack rejected the {token} ({code}). {_TOKEN_ADVICE[token]}, then start the daemon "
            "again."
        )


BOT_TOKEN, APP_TOKEN = "bot token", "app-level token"
_TOKEN_ADVICE = {
    BOT_TOKEN: "Check SLACK_BOT_TOKEN (xoxb-…), or reinstall the app",
    APP_TOKEN: "Check SLACK_APP_TOKEN (xapp-…, with connections:write) and that Socket Mode is on",
}


class SummarizerError(CompanionError):
    """The model gave no answer; `reason` says why, in words that fit into a sentence."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"No summary from the model: {reason}.")


class LoginError(CompanionError):
    """The system did not do what was asked of it at login."""

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(f"{problem} {advice}".rstrip())


class HookError(CompanionError):
    """A hook was not installed or removed; nothing else was changed."""


class CalendarError(CompanionError):
    """The calendar cannot be read. `problem` does not name it: its address may be a secret."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(f"Your calendar (COMPANION_CALENDAR) {problem}.")


class EnvFileError(CompanionError):
    """The settings file cannot be read or written; it keeps what was in it."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}.")


class KeychainError(CompanionError):
    """The keychain refused a secret."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(
            f"The keychain refused {name} ({kind}). Unlock it, or keep the secrets in the settings "
            "file."
        )


class WebhookError(CompanionError):
    """The webhook does not do what Slack needs; the text says what to do."""


class SlackCheckError(CompanionError):
    """Something about the Slack app has to be changed; the text says what.

    `code` is Slack's own, or one of `wrong_kind`, `missing_scope`, `other_app`, `no_such_user`.
    """

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


class SlackUnreachableError(CompanionError):
    """Slack gave no answer, which says nothing about the tokens."""

    def __init__(self, method: str, base_url: str, kind: str, cause: str = "") -> None:
        super().__init__(
            f"Slack's {method} gave no answer at {base_url}: {cause}"
            if cause
            else f"Slack's {method} gave no answer at {base_url} ({kind}). Check the network, then "
            "try again."
        )


class LogFileError(CompanionError):
    """The log file cannot be written."""

    def __init__(self, path: Path, problem: OSError) -> None:
        super().__init__(
            f"The log {path} cannot be written ({problem.strerror or problem}). "
            "Choose another one with --log-file."
        )
