"""What `companion daemon` and its commands say. `{…}` is filled in by `str.format`."""

START_IT = "Start it with `companion daemon`, or at each login with `companion daemon install`."
INSTALL_IT = "Start it with `companion daemon install`."

NEVER_STARTED_AT_LOGIN = (
    "The daemon should start at login but never started. `companion daemon logs` may say why; "
    "`companion daemon install` tries again."
)
NEVER_STARTED = "The daemon was never started here. {start}"
RUNNING = "The daemon is running, since {since}."
SILENT = (
    "The daemon has not written its status since {last}. If process {pid} is the daemon, end that "
    "process. {start}"
)
STOPPED = "The daemon is not running: it stopped at {at}.{why} {start}"
CRASHED = (
    "The daemon is not running: it crashed after {last}. `companion daemon logs` may say more. "
    "{start}"
)

NO_ENTRY = "none in the past week"
PROMPTS = "{since} to {until}"
NO_PROMPTS = "none, as COMPANION_PROMPTS_PER_DAY says"
NONE_UNTIL_RESUMED = "none until you resume, with `companion resume`"
COMES_NEXT = "Next summary: {summary}. Next prompts: {prompts}."
NO_REASON = "no reason was stored"
NOT_YET = "not yet"
CONNECTED = "connected since {since}"
NOT_CONNECTED = "not connected now"
NOT_INSTALLED = "not installed; `companion daemon install` does it"
NOT_LOADED = "installed, but {service} did not load it; `companion daemon install` tries again"
STARTED_BY = "started by {service}"
LOGIN_UNKNOWN = "unknown"
REJECTED_NOW = (
    "Slack rejects the {token} now ({code}). The daemon tries it again for {minutes} minutes, then "
    "stops."
)

MISSING = (
    "{entries} from {since} to {until} went away in Slack all at once, so they stay here for now. "
    "Look at the direct message, then run `companion daemon missing --keep` or `companion daemon "
    "missing --delete`."
)
OTHER_DIRECT_MESSAGE = (
    "{entries} from {since} to {until} were said in another direct message than this app's, so "
    "edits and deletions there are not seen. Run `companion daemon missing --keep` to keep them, "
    "or `companion daemon missing --delete`."
)
MISSING_KEPT = "{entries} stay, whatever Slack shows."
MISSING_DELETED = "{entries} deleted."
NOTHING_MISSING = "Nothing waits for a decision."

# install

TEMPORARY_INSTALLATION = (
    "This companion runs from a cache ({folder}), which may be emptied at any time, so it cannot "
    "be started at login. Install it: `uv tool install companion-memory && companion daemon "
    "install`."
)
CREDENTIALS_IN_ADDRESS = (
    "{names}: the address has a password in it, which must not stand in a file. Use a proxy on "
    "this machine that adds the password, or unset the variable, then repeat this."
)
CARRIED_OVER = "Taken over from this shell: {names}."
KEY_ONLY_HERE = (
    "{name} is set only in this shell, where the daemon does not see it. If the summaries need it, "
    "store it with `companion llm keys set {key}`."
)
GUARDED_PLACE = (
    "macOS guards {place}, and a background process cannot ask for access. If the daemon does not "
    "start, move this folder elsewhere and install again."
)
SYNCED_PLACE = (
    "This folder is in {place}, where macOS may move files to the cloud, and a background process "
    "cannot ask for access. Move this folder elsewhere and install again."
)
REMOVABLE_PLACE = (
    "This folder is on a volume in {place}, which may be missing at login, and a background "
    "process cannot ask for access. Move this folder to your own disk and install again."
)
