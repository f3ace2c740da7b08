from __future__ import annotations

import re
from datetime import date, datetime, timezone
from typing import Any, Dict, Iterable, Mapping
from urllib.parse import quote, urlencode


def build_url(base: str, path: str, parameters: Mapping[str, Any]) -> str:
    """Builds the URL of a request: parameters fill the path's ``{…}``, the others are the query. None is left out."""
    if not re.fullmatch(r"/[!-~]*", path) or "?" in path or "#" in path:
        raise ValueError(
            f"{path!r} is not a path: give one such as /v1/incidents/{{id}}, with the id and other parameters as arguments"
        )
    query: Dict[str, Any] = {name: value for name, value in parameters.items() if value is not None}

    def fill(match: "re.Match[str]") -> str:
        value = query.pop(match[1], "")
        if value == "":
            raise ValueError(f"{path} needs a value for {match[1]}")
        return quote(str(value), safe=":")

    filled = re.sub(r"\{(\w+)\}", fill, path)
    # In one order, so that equal requests have one URL.
    pairs = sorted((name, _format_value(name, value)) for name, value in query.items())
    return f"{base}{filled}?{urlencode(pairs)}" if pairs else f"{base}{filled}"


def _format_value(name: str, value: Any) -> str:
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        return ",".join(_quote_item(_format_scalar(name, item)) for item in value)
    return _format_scalar(name, value)


def _format_scalar(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{name} needs a time with a time zone, such as datetime.now(timezone.utc)")
        return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (bytes, Mapping)):
        raise TypeError(f"{name} cannot be {value!r}: give a string, number, date, or a list of these")
    return str(value)


def _quote_item(item: str) -> str:
    """Quotes an item of a list, as in CSV, where the service would split or change it."""
    is_plain = "," not in item and not item.startswith('"') and item.strip() == item
    return item if is_plain else '"' + item.replace('"', '""') + '"'
