"""Everything that Companion Memory raises on purpose has one root."""

from collections.abc import Sequence


class CompanionError(Exception):
    """The root. Its text is written for the person who runs the command."""


class SettingsError(CompanionError):
    """Settings that are missing or wrong, all of them at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        missing = [" is missing" in problem for problem in self.problems]
        self.only_missing = all(missing)
        super().__init__(
            f"These settings need attention (in the environment or in .env):\n{lines}"
            + ("\n`companion init` sets them up, step by step." if any(missing) else "")
        )


class UsageError(CompanionError):
    """What was typed cannot be meant; the text says what would be understood."""


class StoreError(CompanionError):
    """The store did not do what was asked; nothing was confirmed."""

    def __init__(self, store: str, problem: str, advice: str = "") -> None:
        self.store, self.problem, self.advice = store, problem, advice
        super().__init__(f"{store}: {problem}" + (f" {advice}" if advice else ""))


class MessengerError(CompanionError):
    """Slack refused a call or could not be reached.

    `code` is Slack's own error code (`invalid_auth`, `ratelimited`, …) or the kind of the
    network failure.
    """

    def __init__(self, call: str, code: str) -> None:
        self.call, self.code = call, code
        super().__init__(f"Slack's {call} failed: {code}.")


class SummarizerError(CompanionError):
    """No answer from the model; `reason` says why in words that fit into a sentence."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"No summary from the model: {reason}.")
