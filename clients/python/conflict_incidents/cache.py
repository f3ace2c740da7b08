from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple, Optional


class CachedResponse(NamedTuple):
    etag: str
    body: bytes


class EtagCache:
    """Keeps the responses that were used last, by their requests. Threads may share it."""

    def __init__(self, max_entries: int, max_bytes: int) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._entries: "OrderedDict[str, CachedResponse]" = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: str) -> Optional[CachedResponse]:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def set(self, key: str, entry: CachedResponse) -> None:
        with self._lock:
            replaced = self._entries.pop(key, None)
            self._entries[key] = entry
            self._bytes += len(entry.body) - (len(replaced.body) if replaced else 0)
            while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
                _, oldest = self._entries.popitem(last=False)
                self._bytes -= len(oldest.body)
