"""The person's pull requests, as GitHub's own program `gh` tells (https://cli.github.com/manual)."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from companion.adapters.git.program import Program, ProgramError
from companion.domain.commits.work import Kind, Work, pull_request_log_id, repository_name
from companion.domain.entry import Source, parse_timestamp

MAX_WINDOW = timedelta(days=365)
"""GitHub tells of one year at a time."""

_ADDRESS = re.compile(r"https://[\w.-]+/[\w./-]+", re.ASCII)
# https://docs.github.com/en/graphql/reference/objects#contributionscollection
_QUERY = """
query($from: DateTime!, $to: DateTime!, $merged: String!) {
  viewer { contributionsCollection(from: $from, to: $to) {
    opened: pullRequestContributions(first: 100) { nodes { occurredAt pullRequest { ...it } } }
    reviewed: pullRequestReviewContributions(first: 100) {
      nodes { occurredAt pullRequest { ...it } }
    }
  } }
  merged: search(type: ISSUE, query: $merged, first: 100) {
    nodes { ... on PullRequest { mergedAt ...it } }
  }
}
fragment it on PullRequest { number title url repository { name } }
"""


async def fetch_pull_requests(
    gh: Program, user_id: str, since: datetime, until: datetime
) -> list[Work]:
    """What the person opened, merged and reviewed with since <= t < until, oldest first, each once.

    Raises ProgramError, also where nobody is logged in.
    """
    first = max(since, until - MAX_WINDOW)
    span = f"{first:%Y-%m-%dT%H:%M:%SZ}", f"{until:%Y-%m-%dT%H:%M:%SZ}"
    given = {
        "query": _QUERY,
        "from": span[0],
        "to": span[1],
        "merged": f"is:pr author:@me merged:{span[0]}..{span[1]}",
    }
    fields = [part for name, value in given.items() for part in ("-f", f"{name}={value}")]
    answer = await gh.answer(Path.home(), ["api", "graphql", *fields])
    try:
        found = {work.log_id: work for work in _read(json.loads(answer)["data"], user_id)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProgramError("gh answered in an unknown form") from error
    return sorted(
        (work for work in found.values() if first <= work.timestamp < until),
        key=lambda work: work.timestamp,
    )


def _read(data: dict[str, Any], user_id: str) -> Iterator[Work]:
    collection = data["viewer"]["contributionsCollection"]
    for kind in (Kind.OPENED, Kind.REVIEWED):
        for node in collection[kind]["nodes"]:
            yield _work(user_id, kind, node["pullRequest"], node["occurredAt"])
    for node in data["merged"]["nodes"]:
        yield _work(user_id, Kind.MERGED, node, node["mergedAt"])


def _work(user_id: str, kind: Kind, pull_request: dict[str, Any], moment: str) -> Work:
    address, repository = str(pull_request["url"]), str(pull_request["repository"]["name"])
    return Work(
        user_id=user_id,
        timestamp=parse_timestamp(moment),
        text=str(pull_request["title"]),
        log_id=pull_request_log_id(kind, address),
        source=Source.PULL_REQUEST,
        reference=f"{repository_name(repository)}#{int(pull_request['number'])}",
        link=address if _ADDRESS.fullmatch(address) else None,
        kind=kind,
    )
