"""A DynamoDB on this machine: moto's; and one that tells what it was asked, and refuses what it is
told to refuse."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from math import ceil
from threading import Lock, Thread
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

type App = Callable[..., Iterable[bytes]]


@dataclass
class RecordingDynamoDB:
    """moto's, on this machine. `asked` are the actions of every request, `times` how often each
    was asked, `errors` what is answered to an action instead of doing it: its code, each so many
    times. `read_units` is what AWS would charge for the reads."""

    url: str = ""
    asked: set[str] = field(default_factory=set)
    times: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
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
                if times:
                    self.errors[action] = code, times - 1
            asked = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            if not times:
                environ["wsgi.input"] = BytesIO(asked)
                answered = b"".join(inner(environ, start_response))
                with lock:
                    self.read_units += read_units(action, json.loads(asked), json.loads(answered))
                return [answered]
            message = self.messages.get(code, code)
            body = json.dumps({"__type": f"com.amazonaws.dynamodb#{code}", "message": message})
            start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.0")])
            return [body.encode()]

        return answer


def read_units(action: str, asked: Mapping[str, Any], answered: Mapping[str, Any]) -> float:
    """A unit for each 4 KB of items read at once, half of one where they may be stale.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
    """
    if action not in {"GetItem", "Query", "Scan"}:
        return 0
    items = answered.get("Items", [answered.get("Item", {})])
    pages = max(1, ceil(sum(map(_size, items)) / 4096))
    return pages if asked.get("ConsistentRead") else pages / 2


def _size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """The bytes of its names and values: all that we store are texts and numbers."""
    return sum(
        len(name.encode()) + sum(len(f"{value}".encode()) for value in typed.values())
        for name, typed in item.items()
    )


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
