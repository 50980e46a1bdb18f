"""What people read in Slack: its sender fills in `{…}`. In Slack's mrkdwn."""

QUESTION = "What are you doing right now?"
"""The prompt."""

LOGGED = ":white_check_mark: Logged at {time}\n{quote}"
"""The confirmation of a `/log`: it is stored."""
LOCAL_TIME = "{moment:%H:%M}"
READERS_TIME = "<!date^{seconds}^{{time}}|{moment:%H:%M} UTC>"
"""Slack's client shows it in the reader's own zone."""
LOGGED_FOR = ":white_check_mark: Logged for {moment}\n{quote}"
LOGGED_FOR_NOON = ":white_check_mark: Logged for {moment} (a day alone means its noon)\n{quote}"
"""The confirmation of a backdated `/log`: which moment was understood."""
LOCAL_MOMENT = "{day} {moment:%H:%M}"
READERS_MOMENT = "<!date^{seconds}^{{date_long}} {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"
QUOTED_LINE = "&gt; {line}"
"""Slack's clients show a line that begins so as a quote."""

NOTHING_TO_SAVE = "Nothing saved: add some text, like `{command} fixed the flaky test`"
NOT_ALLOWED = (
    "Nothing saved: this Companion only takes entries from certain people, and you are not one of "
    "them. Ask the person who runs it to add you to `COMPANION_ALLOWED_USERS`."
)
TOO_LONG = "Nothing saved: an entry holds {limit_kb} KB. Send it in parts."
SWITCHED_OFF = "`{companion}` is switched off here, by `COMPANION_OFF`."
UNKNOWN_COMMAND = (
    "Nothing saved: I don't know `{command}` here: entries come with `{log}`, and `{companion}` "
    "shows them. If your workspace calls `{log}` so, set `COMPANION_LOG_COMMAND={command}` where "
    "this Companion runs, and start it again."
)
"""Versions up to 0.2.0 took a command of any name as `/log`."""
UNKNOWN_WITH_TEXT = "{unknown} Here is your text:\n{quote}"
BAD_MOMENT = "Nothing saved: {reason} Here is your text:\n{quote}"
ZONE_UNKNOWN = (
    "Nothing saved: I don't know your time zone, so I can't tell which moment that is. Write how "
    "long ago it was (`@-45m`, `@2h`), or set `COMPANION_TIMEZONE` where this Companion runs. "
    "Here is your text:\n{quote}"
)
NOT_SAVED = (
    ":warning: Nothing saved: the store failed. Here is your text, to send again in a moment; if "
    "that does not help, `companion doctor` says why:\n{quote}"
)

WITHOUT_MODEL = "_(No model wrote this: {reason}.)_"
STANDUP_HEADING = "## Your standup"

TEST_MESSAGE = "Companion Memory is testing whether it can post here. This message goes away."
"""Posted by `companion doctor`, and deleted at once."""

APP_DESCRIPTION = "Remembers what you did, and helps you get back to it"
COMMAND_DESCRIPTION = "Write down what you are doing"
COMMAND_HINT = "fixed the flaky test"
COMPANION_DESCRIPTION = "Look back, correct, pause"
COMPANION_HINT = "today | week | search WORDS | where | undo | help"
SHORTCUT_NAME = "Log this message"
SHORTCUT_DESCRIPTION = "Keeps the message as an entry, with its author and its link"

WELCOME = """\
:wave: Hi, I'm here to remember what you do.
• {prompts}
• You can also write to me here at any time. I react with :white_check_mark: when it is stored.
• Every day at {summary_time} you get a summary of the past week and of yesterday.
• {pause}To stop everything, stop `companion daemon`."""
WELCOME_PROMPTS = (
    "I ask you {number} on a working day ({days}, {hours}) what you are doing. Just answer here, "
    "in your own words."
)
WELCOME_NO_PROMPTS = "I ask no questions, because COMPANION_PROMPTS_PER_DAY is 0."
WELCOME_PAUSE_FOR_A_WHILE = "To get no questions for a while, type `{command} pause 2h`. "
WELCOME_PAUSE = (
    "To get no questions, set `COMPANION_PROMPTS_PER_DAY=0` and start the daemon again. "
)

BUTTONS = {
    "same": "Same as before",
    "snooze": "Snooze 15 min",
    "skip": "Skip",
    "pause": "Pause today",
}
"""Those below a prompt, in their order."""

PROMPT_ANSWERED = "Answered at {at:%H:%M}."
PROMPT_LOGGED = "Logged {at:%H:%M}: {text}"
PROMPT_DELETED = "Logged {at:%H:%M}, and deleted since."
PROMPT_SNOOZED = "Snoozed until {until:%H:%M}."
PROMPT_SKIPPED = "Skipped."
PROMPT_PAUSED = "Paused until {until}."
PROMPT_EXPIRED = "This prompt has expired. To log something, write it here."
"""What a prompt says in place of its buttons."""

TOO_LATE = (
    "Nothing saved: that prompt is too old, and it would be logged for now. To log something, "
    "write it here."
)
NOTHING_BEFORE = "Nothing saved: there is no entry before this one. Write here what you are doing."
PRESS_NOT_SAVED = (
    ":warning: Nothing was done: the store failed. Press the button again in a moment; if that "
    "does not help, `companion doctor` says why."
)

MESSAGE_NOT_STORED = (
    "This is not stored yet: the store failed. I try again by myself every few minutes; if the "
    "warning sign stays, `companion doctor` says why."
)
MESSAGE_TOO_LONG = (
    "This is not stored: an entry holds {limit_kb} KB. Send it in parts, or edit it to be shorter."
)
"""What stands in the thread of a message that could not be kept."""

KEPT_FROM = "— {author}, {link}"
"""The last line of a message that somebody kept: who wrote it, and where it is."""
SHORTCUT_OFF = (
    "Nothing saved: this shortcut is switched off. To have it, take `shortcut` out of "
    "`COMPANION_OFF` where this Companion runs."
)
KEPT_BEFORE = "This message is an entry already.\n{said}"
MESSAGE_NOT_KEPT = (
    ":warning: Nothing saved: the store failed. Use *Log this message* again in a moment; if that "
    "does not help, `companion doctor` says why."
)
KEPT_TOO_LONG = "Nothing saved: an entry holds {limit_kb} KB, and this message has more."
MESSAGE_UNREADABLE = "Nothing saved: Slack did not say which message that is. Use its link instead."

FORM_TITLE = "Log"
FORM_SUBMIT = "Log"
FORM_CLOSE = "Cancel"
FORM_TEXT = "What are you doing?"
FORM_WHEN = "When"
FORM_WHEN_HINT = "now, or 14:30, -45m, yesterday 16:00"
FORM_TAGS = "Tags"
FORM_TAGS_HINT = "api, release"
FORM_NO_TEXT = "Write what you are doing."
FORM_TOO_LONG = "An entry holds {limit_kb} KB. Shorten it."
FORM_BAD_TAG = "{tag} is not a tag. Write words of letters and digits, with commas between them."
FORM_ZONE_UNKNOWN = "I don't know your time zone. Write how long ago it was, like -45m or 2h ago."
FORM_NOT_SAVED = "Not saved: the store failed. Your text is still here, so send it again."
FORM_NOT_ALLOWED = "This Companion only takes entries from certain people."

HOME_TODAY = "Today"
HOME_NOTHING = "Nothing yet. Write to me in *Messages*, or type `{log}` anywhere."
HOME_EARLIER = "{count} earlier today"
HOME_MORE = "Show more"
HOME_REST = "{count} more of today are in `{companion} today`."
HOME_WEEK = "Your week"
HOME_LEFT_OFF = "Where you left off"
HOME_NOTHING_BEFORE = "Nothing was written down before today."
HOME_COMING = "What comes next"
HOME_ASK = "Ask me now"
HOME_SUMMARIZE = "Summarize now"
HOME_PAUSE = "Pause today"
HOME_RESUME_BUTTON = "Resume"
HOME_EDIT = "Edit"
HOME_DELETE = "Delete"
HOME_OPEN = "Open"
HOME_UNDO = "Undo"
HOME_HIDE = "Hide"
HOME_WRITING = ":hourglass_flowing_sand: Writing the summary of today. This can take a minute."
HOME_NOT_WRITTEN = "The summary could not be written. Try again, or see `companion doctor`."
HOME_PAUSED = "Paused until {until}."
HOME_ON_VACATION = "On vacation until {until}."
HOME_RESUME = "you resume"
HOME_PROMPTS = "The next prompts come from {since} on."
HOME_PROMPTS_NOW = "Prompts come until {until}."
HOME_SUMMARY = "Summary: {at}."
HOME_REVIEW = "Review of the week: {at}."
HOME_DELETED = "Deleted: {text}"
HOME_RESTORED = "It is back: {text}"
HOME_EDITED = "Changed: {text}"
HOME_ASKED = "I asked you in *Messages*."
HOME_FAILED = ":warning: That did not work: {problem}"
HOME_CHANGED_SINCE = (
    "Nothing was taken back, because something else was changed since. `companion undo` takes the "
    "last change back."
)
ENTRY_GONE = "That entry is not there any more. Open this tab again to see what is."
ENTRY_TOO_LONG = (
    "This entry is too long for a form of Slack. Edit it with `companion edit` in a terminal."
)
EDIT_TITLE = "Edit an entry"
EDIT_SUBMIT = "Save"
EDIT_TEXT = "What you did at {clock}"
DELETE_TITLE = "Delete this entry?"
DELETE_HINT = "It goes from every list, export and summary. For a day, you can take that back."

BUTTONS_UNUSED = (
    "If Slack shows a warning sign when you press a button, update the app's manifest: "
    "`companion doctor` says how."
)
"""For the log."""
