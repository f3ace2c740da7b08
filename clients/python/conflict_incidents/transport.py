from __future__ import annotations

import random
import socket
import time
import zlib
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Callable, Iterator, Mapping, Optional, TypeVar, cast
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from .errors import Problem, TransferError

T = TypeVar("T")

#: Statuses after which the same request may succeed: limits, starts and stops of the service and of proxies.
RETRYABLE = (429, 502, 503, 504)
#: The longest wait before the first repetition if the response does not say how long, in seconds; doubled for each further one.
FIRST_WAIT = 0.5
CHUNK_BYTES = 65_536
#: What is raised when a response does not arrive, or not whole.
BROKEN = (OSError, HTTPException, EOFError, zlib.error, ValueError)


def request_with_retries(
    url: str,
    headers: Mapping[str, str],
    read: Callable[[Optional[HTTPResponse]], T],
    *,
    retries: int,
    max_wait: float,
    timeout: float,
) -> T:
    """
    Requests until there is a response without an error; the error of the last attempt is raised.
    ``read`` gets the response, or None after 304; a transfer that breaks off in it is repeated as well.
    """
    waited = 0.0
    attempt = 0
    while True:
        wait: Optional[float] = None
        error: Exception
        try:
            return read(_open(url, headers, timeout))
        except Problem as problem:
            if problem.status not in RETRYABLE:
                raise
            error, wait = problem, problem.retry_after
        except BROKEN as cause:
            error = to_transfer_error(url, cause)
            if _is_timeout(cause):
                raise error from cause
        if wait is None:
            wait = FIRST_WAIT * 2**attempt * random.uniform(0.5, 1)
        waited += wait
        if attempt >= retries or waited > max_wait:
            raise error
        time.sleep(wait)
        attempt += 1


def _open(url: str, headers: Mapping[str, str], timeout: float) -> Optional[HTTPResponse]:
    """Returns the response, or None if what the headers name has not been modified."""
    try:
        return cast(HTTPResponse, urlopen(Request(url, headers=dict(headers)), timeout=timeout))
    except HTTPError as error:
        with error:
            if error.code == 304 and "If-None-Match" in headers:
                return None
            body = b"".join(read_chunks(cast(HTTPResponse, error.fp)))
            raise Problem(url, error.code, error.reason, error.headers, body) from None


def read_chunks(response: HTTPResponse) -> Iterator[bytes]:
    """Yields the body, decompressed. Raises one of ``BROKEN`` unless it is complete, which ``http.client`` does not."""
    length = response.headers.get("Content-Length")
    is_compressed = response.headers.get("Content-Encoding") == "gzip"
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS) if is_compressed else None
    received = 0
    with response:
        while length is None or received < int(length):
            chunk = response.read1(CHUNK_BYTES)
            if not chunk:
                break
            received += len(chunk)
            yield inflater.decompress(chunk) if inflater else chunk
    if length is not None and received < int(length):
        raise IncompleteRead(b"", int(length) - received)
    if inflater and not inflater.eof:
        raise EOFError("the compressed data is not complete")


def iterate_body(response: HTTPResponse) -> Iterator[bytes]:
    """Yields the body, decompressed. Raises TransferError unless it is complete."""
    try:
        yield from read_chunks(response)
    except BROKEN as cause:
        raise to_transfer_error(response.geturl(), cause) from cause


def to_transfer_error(url: str, cause: BaseException) -> TransferError:
    reason = cause.reason if isinstance(cause, URLError) else cause
    return TransferError(url, f"could not be read: {str(reason) or repr(reason)}")


def _is_timeout(cause: BaseException) -> bool:
    reason = cause.reason if isinstance(cause, URLError) else cause
    return isinstance(reason, (socket.timeout, TimeoutError))
