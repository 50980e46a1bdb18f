"""What `companion doctor` says. `{…}` is filled in by `str.format`."""

NO_ANSWER = "no answer within {seconds:g} seconds. Check the network, then try again."
NEEDS = "needs {name}"
NO_DAEMON = "the daemon is not set up here: SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set"

SETTINGS_WRONG = "{problem}. Fix that in {file}."
SEVERAL_SETTINGS_WRONG = "fix these in {file}:\n{problems}"
SETTINGS_READABLE = (
    "all are understood, but others on this machine can read {file}, and the secrets in it. Run "
    "`chmod 600` on it."
)
SETTINGS_FINE = "all are set and understood, from {source}"
SETTINGS_UNKNOWN = "all that is needed is set. {names} Rename or remove it."
FROM_ENVIRONMENT = "the environment; there is no {file}"

CLOCK_UNKNOWN = (
    "Slack cannot be asked for the time at {url} ({code}). Check the network, a proxy, or "
    "SLACK_API_URL."
)
CLOCK_WRONG = (
    "this machine is {seconds:.0f} seconds {direction} Slack, so signatures are refused. Set "
    "its clock, best by network time."
)
CLOCK_OFF = (
    "this machine is {seconds:.0f} seconds {direction} Slack. Set its clock, best by network time."
)
AHEAD, BEHIND = "ahead of", "behind"
PICTURE_MISSING = (
    "{name} cannot upload the picture of the weekly review: {scopes} is missing. Add it under "
    "OAuth & Permissions, install the app again, then put the new token into the settings."
)
DND_MISSING = (
    "{name} asks in Slack's Do Not Disturb too, because {scopes} is missing. Add it under OAuth & "
    "Permissions and install the app again, or set COMPANION_OFF=dnd."
)
CLOCK_FINE = "agrees with Slack's"

BOT_TOKEN_FINE = "{name} in {team}, with every scope it needs{command}"  # noqa: S105 -- a text
NAMES_MISSING = (
    "{name} in {team} works, but entries show ids in place of the names that you mention: the "
    "token does not have {scopes}. Add what is missing under OAuth & Permissions → Bot Token "
    "Scopes, and reinstall the app."
)
COMMAND_ELSEWHERE = "; {command} belongs to another app"

SOCKET_CONNECTED = "opens Socket Mode; the daemon is connected"
SOCKET_FINE = "opens Socket Mode; Slack said hello"
SOCKET_CLOSED = (
    "Slack accepts it, but the WebSocket does not open ({code}). Check that Socket Mode is on, and "
    "that the network lets WebSockets (wss://) through."
)

DM_FINE = "with {person}; {how}"
DM_WRITTEN = "the app has written there before"
DM_TRIED = "the app can write there (tried, and deleted again)"
DM_REFUSED = (
    "{error} Look at the app's scopes (OAuth & Permissions) and its messages tab (App Home)."
)
MESSAGES_TAB_OFF = (
    "the messages tab is off. Switch it on under App Home, and tick “Allow users to send Slash "
    "commands and messages from the messages tab”."
)
NOBODY = "nobody in that workspace has SLACK_USER_ID. In Slack, your profile → ⋮ → Copy member ID."

DISK_FULL = (
    "{path}: the disk has {megabytes} MB left, and soon nothing can be stored. Free some space."
)
DISK_LOW = "{path}: the disk has only {megabytes} MB left. Free some space."
FILE_TO_COME = "{path} will be created when it is first needed"
FILE_READABLE = "others on this machine can read {path}. Run `chmod 600` on it."
LOCAL_LEFT = (
    "{place}, but {entries} from before there was a Slack ID are still apart. `companion adopt` "
    "moves them to {user}."
)
LOCAL_ONLY = (
    "{place}; {entries} stored without a Slack ID. `companion init` moves them when it knows yours."
)
FILE_FINE = "{path} opens, {gigabytes:.0f} GB are free"
TABLE = "the DynamoDB table {name} ({region})"
TABLE_WRONG = "{table}: {problems}"
TABLE_FINE = "{table} is as it should be"

MODEL_TRIAL = "Answer with the one word: yes"
MODEL_QUESTION = "Are you there?"
DEFAULT_MODEL = "llm's default model"
MODEL_FINE = "{model} answers"
MODEL_SILENT = (
    "{reason}. Until a model answers, a summary is your entries as they are; set LLM_MODEL to "
    "use another model."
)

NO_REPOSITORIES = "no repositories are named. Set COMPANION_REPOS, like ~/src/*, for commits"
GIT_MISSING = (
    "git is not on this command's PATH, so no commits are read. Install it, on a Mac with "
    "`xcode-select --install`."
)
REPOSITORIES_READ = "{repositories} can be read{paths}"
PATTERN_UNMATCHED = "{pattern} matches no repository. Correct it in COMPANION_REPOS."
REPOSITORY_UNREAD = "{path} cannot be read: {reason}. It is left out until you fix that."

DAEMON_BLOCKED = (
    "{headline} But it cannot do its work: {problem} `companion daemon logs` says more."
)
DAEMON_OFFLINE = (
    "{headline} But it is not connected to Slack now. Check the network; it tries again by itself."
)
DAEMON_FINE = "running since {since}{worked}{login}"
LAST_WORKED = "; last successful look at {at}"
NOT_AT_LOGIN = "; not started at login"

STORE_UNREAD = "the store cannot be read"
BUTTONS_OFF = "prompts have no buttons, because COMPANION_OFF has `buttons`"
PRESSES_ARRIVE = "presses arrive; the last one was at {last:%Y-%m-%d %H:%M}"
FEW_PROMPTS = "no press yet, and few prompts to press below"
NO_PRESSES = (
    "no press yet below {prompts} prompts. If Slack shows a warning sign when you press a button, "
    "update your app's manifest: see “An app from before” in docs/setup.md"
)

NO_WEBHOOK = "no address. If you have a webhook, give --webhook URL, or set COMPANION_WEBHOOK_URL"
WEBHOOK_UNSIGNED = (
    "{base} is up. To see whether it accepts Slack's signature, set SLACK_SIGNING_SECRET here."
)
WEBHOOK_FINE = "{base} is up, and accepts Slack's signature; {forms}"
FORMS_OPEN = "forms open by {name}"
NO_FORMS = "it opens no forms, because SLACK_WEB_BOT_TOKEN is not set"
WEBHOOK_VERSION = (
    "{base} is up, but is version {version}; this is {ours}. Deploy it again (`fly deploy`), and "
    "update its app's manifest and its keys: see “An app from before” in docs/setup.md."
)

NO_CALENDAR = "no calendar. Set COMPANION_CALENDAR to be left alone in your meetings"
CALENDAR_BROKEN = (
    "{error} Set it to an .ics file or to the address of one; until then prompts come in your "
    "meetings too."
)
CALENDAR_FINE = "is read; no prompt comes in a meeting"
