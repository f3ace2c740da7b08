from __future__ import annotations

import json
from datetime import datetime, timezone
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any, Dict, List, Optional


class Problem(Exception):
    """The service, or a proxy before it, responded with an error."""

    status: int
    #: The cause, to compare with; None where the response is no problem document, as those of proxies.
    code: Optional[str]
    #: The kind of problem, the same for every occurrence.
    title: str
    #: The problem with this request and how to fix it.
    detail: str
    #: The wrong parameters, each with ``parameter``, ``reason`` and, where one is near, ``suggestion``.
    errors: List[Dict[str, str]]
    #: Identifies the request in the service's log; None if the response does not have it.
    request_id: Optional[str]
    #: After how many seconds the request may be repeated; None if the response does not say.
    retry_after: Optional[float]

    def __init__(self, url: str, status: int, reason: str, headers: Message, body: bytes) -> None:
        is_problem = headers.get_content_type() == "application/problem+json"
        problem: Dict[str, Any] = json.loads(body) if is_problem else {}
        self.status = status
        self.code = problem.get("code")
        self.title = problem.get("title") or reason or f"Status {status}"
        self.detail = problem.get("detail") or f"{url} responded with status {status}."
        self.errors = problem.get("errors") or []
        self.request_id = headers.get("X-Request-Id")
        self.retry_after = _parse_retry_after(headers.get("Retry-After"))
        super().__init__(f"{status} {self.code or self.title}: {self.detail}")


class TransferError(Exception):
    """No complete response was received, or something other than the API responded."""

    def __init__(self, url: str, problem: str) -> None:
        self.url = url
        super().__init__(f"{url} {problem}")


def _parse_retry_after(value: Optional[str]) -> Optional[float]:
    """Reads the header ``Retry-After``, seconds or a date; in seconds."""
    if value is None:
        return None
    if value.isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if date.tzinfo is None:
        return None
    return max((date - datetime.now(timezone.utc)).total_seconds(), 0.0)
