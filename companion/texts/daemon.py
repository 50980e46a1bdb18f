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
NOTHING_PLANNED = "nothing is planned"
NO_REASON = "no reason was stored"
NOT_YET = "not yet"
CONNECTED = "connected since {since}"
NOT_CONNECTED = "not connected now"
NOT_INSTALLED = "not started; `companion daemon install` changes that"
NOT_LOADED = "installed, but {service} did not load it; `companion daemon install` tries again"
STARTED_BY = "started by {service}"
LOGIN_UNKNOWN = "unknown"
