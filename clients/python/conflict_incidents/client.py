from __future__ import annotations

import json
import os
import warnings
from http.client import HTTPResponse
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    TypeVar,
    Union,
    cast,
)
from urllib.parse import urlsplit
from uuid import uuid4

from . import frames
from .cache import CachedResponse, EtagCache
from .errors import TransferError
from .query import build_url
from .transport import iterate_body, read_chunks, request_with_retries, to_transfer_error
from .version import __version__

if TYPE_CHECKING:
    import pandas

T = TypeVar("T")
#: A record or a page as its JSON.
Json = Dict[str, Any]

MEDIA_TYPES = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text": "text/plain",
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl": "application/vnd.citationstyles.csl+json",
    "jsonld": "application/ld+json",
}


class HintWarning(UserWarning):
    """The service has a hint on the query of a data frame, such as a name that it does not know."""


class Advice(NamedTuple):
    """What accompanies records that are not in JSON."""

    #: Each with ``parameter``, ``message``, ``suggestions`` and perhaps ``query``: advice on the query.
    hints: List[Json]
    #: What limits the sums of ``/v1/stats``.
    notes: List[Json]


class RecordStream(Iterator[Json]):
    """All matching records, of one state of the data, as they arrive. Close it, or use ``with``, to stop before the end."""

    def __init__(self, response: HTTPResponse) -> None:
        advice = _read_advice(response)
        self.hints = advice.hints
        self.notes = advice.notes
        self._response = response
        self._records = _read_records(response)

    def __next__(self) -> Json:
        return next(self._records)

    def close(self) -> None:
        """Ends the transfer."""
        self._response.close()

    def __enter__(self) -> "RecordStream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Client:
    """
    A client of one service. Methods take a path of the API as its documentation has it, and parameters by name.

    Parameters fill the path's ``{…}`` and are the query otherwise. A list may have items with commas; a string is sent as
    it is; dates and times with a time zone are written as the API takes them; None is left out.

    Methods raise :class:`Problem` when the service responds with an error, and :class:`TransferError` when no complete
    response is received. Threads may share a client.
    """

    def __init__(
        self,
        base_url: str,
        *,
        retries: int = 4,
        max_wait: float = 90.0,
        timeout: float = 120.0,
        user_agent: Optional[str] = None,
        cache_entries: int = 100,
        cache_bytes: int = 2**25,
    ) -> None:
        """
        :param base_url: where the service is, with its base path: ``https://example.org/conflict``
        :param retries: the number of repetitions after a 429, 502, 503 or 504, or a broken connection; 0 for none
        :param max_wait: the time that all waits of one request may take, in seconds
        :param timeout: how long to wait for the next part of a response, in seconds
        :param user_agent: the header ``User-Agent``: name your application, for the operator
        :param cache_entries: the number of JSON responses to keep and to validate by ETag at each use; 0 for no cache
        :param cache_bytes: the size of all of them
        """
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError(
                f"base_url must be such as http://127.0.0.1:3000 or https://example.org/conflict: {base_url}"
            )
        self._base = base_url.rstrip("/")
        self._retries = retries
        self._max_wait = max_wait
        self._timeout = timeout
        self._user_agent = user_agent or f"conflict-incidents-client/{__version__} (Python)"
        self._cache = EtagCache(cache_entries, cache_bytes)

    def get(self, path: str, **parameters: Any) -> Json:
        """Gets one response in JSON: a record, a page of a list, sums."""
        if "format" in parameters:
            raise TypeError("get() reads JSON: use read() or download() for other formats")
        url = build_url(self._base, path, parameters)
        cached = self._cache.get(url)

        def read(response: Optional[HTTPResponse]) -> Any:
            # Parsed for each caller, who may change it.
            if response is None:
                assert cached, "only a validator is answered with 304"
                return json.loads(cached.body)
            body = b"".join(read_chunks(response))
            parsed = json.loads(body)
            if "ETag" in response.headers:
                self._cache.set(url, CachedResponse(response.headers["ETag"], body))
            return parsed

        parsed: Json = self._request(url, "json", read, {"If-None-Match": cached.etag} if cached else {})
        return parsed

    def pages(self, path: str, **parameters: Any) -> Iterator[Json]:
        """Gets the pages of a list, one after the other, as they are iterated. ``limit`` is the size of a page."""
        cursor: Optional[str] = parameters.pop("cursor", None)
        while True:
            page = self.get(path, **parameters, cursor=cursor)
            yield page
            cursor = page["page"]["next"]
            if cursor is None:
                return

    def iterate(self, path: str, **parameters: Any) -> Iterator[Json]:
        """Gets the records of a list, page by page, as they are iterated. ``limit`` is the size of a page."""
        for page in self.pages(path, **parameters):
            yield from page["data"]

    def stream(self, path: str, **parameters: Any) -> RecordStream:
        """
        Requests all records of ``/v1/incidents`` or ``/v1/stats`` in one response, of one state of the data. A transfer
        that breaks off raises :class:`TransferError` after the records that are complete: it cannot be continued.
        """
        return RecordStream(self._open(path, "ndjson", parameters, lambda response: response))

    def incidents(self, **filters: Any) -> RecordStream:
        """Requests all incidents that match, like :meth:`stream`."""
        return self.stream("/v1/incidents", **filters)

    def read(self, path: str, format: str, **parameters: Any) -> bytes:
        """Reads a file into memory: records, or a citation as ``/v1/cite`` gives it."""
        return self._open(path, format, parameters, lambda response: b"".join(read_chunks(response)))

    def download(self, path: str, target: "Union[str, os.PathLike[str]]", format: str, **parameters: Any) -> Advice:
        """Writes a file, which exists complete or not at all."""
        response = self._open(path, format, parameters, lambda response: response)
        folder, name = os.path.split(os.path.abspath(target))
        partial = os.path.join(folder, f".{name}.{uuid4().hex}")
        with response:
            try:
                with open(partial, "xb") as file:
                    file.writelines(iterate_body(response))
                os.replace(partial, target)
            except BaseException:
                if os.path.exists(partial):
                    os.unlink(partial)
                raise
        return _read_advice(response)

    def to_dataframe(self, path: str = "/v1/incidents", **parameters: Any) -> "pandas.DataFrame":
        """
        Reads all records of ``/v1/incidents`` or ``/v1/stats`` into a data frame of pandas with one row a record: counts
        are Int64, coordinates float64, days and times datetime64, texts string, and lists are lists. Null is missing,
        never zero. Hints are warnings (:class:`HintWarning`), and with the notes in ``attrs``.
        """
        frames.import_pandas()

        def read(response: HTTPResponse) -> Tuple[bytes, Advice]:
            return b"".join(read_chunks(response)), _read_advice(response)

        content, advice = self._open(path, "csv", parameters, read)
        frame = frames.parse_csv(content)
        frame.attrs.update(advice._asdict())
        for hint in advice.hints:
            warnings.warn(hint["message"], HintWarning, stacklevel=2)
        return frame

    def _open(self, path: str, format: str, parameters: Dict[str, Any], read: Callable[[HTTPResponse], T]) -> T:
        if format not in MEDIA_TYPES:
            raise ValueError(f"format must be one of {', '.join(MEDIA_TYPES)}: {format}")
        url = build_url(self._base, path, {**parameters, "format": format})
        return self._request(url, format, lambda response: read(cast(HTTPResponse, response)), {})

    def _request(
        self, url: str, format: str, read: Callable[[Optional[HTTPResponse]], T], headers: Dict[str, str]
    ) -> T:
        expected = MEDIA_TYPES[format]

        def read_expected(response: Optional[HTTPResponse]) -> T:
            if response is not None and response.headers.get_content_type() != expected:
                response.close()
                received = response.headers.get_content_type()
                raise TransferError(url, f"responded with {received}, not {expected}: it is not this API")
            return read(response)

        return request_with_retries(
            url,
            {"Accept": expected, "Accept-Encoding": "gzip", "User-Agent": self._user_agent, **headers},
            read_expected,
            retries=self._retries,
            max_wait=self._max_wait,
            timeout=self._timeout,
        )


def _read_advice(response: HTTPResponse) -> Advice:
    """Reads hints and notes from the headers of a response that is not in JSON."""
    hints, notes = (json.loads(response.headers.get(name, "[]")) for name in ("X-Hints", "X-Notes"))
    return Advice(hints, notes)


def _read_records(response: HTTPResponse) -> Iterator[Json]:
    rest = b""
    for chunk in iterate_body(response):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            try:
                record: Json = json.loads(line)
            except ValueError as cause:
                raise to_transfer_error(response.geturl(), cause) from cause
            yield record
    if rest:
        raise TransferError(response.geturl(), "broke off within a record")
