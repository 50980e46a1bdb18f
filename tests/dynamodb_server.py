"""A DynamoDB on this machine: moto's; and one that tells what it was asked, and refuses what it is
told to refuse."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

type App = Callable[..., Iterable[bytes]]


@dataclass
class RecordingDynamoDB:
    """moto's, on this machine. `asked` are the actions of every request, `times` how often each
    was asked, `errors` what is answered to an action instead of doing it: its code, each so many
    times."""

    url: str = ""
    asked: set[str] = field(default_factory=set)
    times: Counter[str] = field(default_factory=Counter)
    errors: dict[str, tuple[str, int]] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)

    def deny(self, *actions: str) -> None:
        """As IAM does."""
        self.errors |= dict.fromkeys(actions, ("AccessDeniedException", 2**31))

    def app(self, inner: App) -> App:
        lock = Lock()

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
            with lock:
                self.asked.add(action)
                self.times[action] += 1
                code, times = self.errors.get(action, ("", 0))
                if not times:
                    return inner(environ, start_response)
                self.errors[action] = code, times - 1
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            message = self.messages.get(code, code)
            body = json.dumps({"__type": f"com.amazonaws.dynamodb#{code}", "message": message})
            start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.0")])
            return [body.encode()]

        return answer


@contextmanager
def dynamodb(around: Callable[[App], App] = lambda app: app) -> Iterator[str]:
    """A DynamoDB with what is put around it, at the URL."""
    # moto's ThreadedMotoServer takes half a second to stop; and its own app looks through all of
    # AWS's services for each request: 10 ms of one that takes 2.
    app = around(_one_at_a_time(create_backend_app("dynamodb")))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=MotoRequestHandler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def recording_dynamodb() -> Iterator[RecordingDynamoDB]:
    recording = RecordingDynamoDB()
    with dynamodb(recording.app) as recording.url:
        yield recording


def _one_at_a_time(app: App) -> App:
    """DynamoDB checks a condition and writes in one step; moto's threads do not."""
    lock = Lock()

    def locked(*request: Any) -> Iterable[bytes]:
        with lock:
            return app(*request)

    return locked
