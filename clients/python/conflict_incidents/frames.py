from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple

if TYPE_CHECKING:
    import pandas

#: Columns by what the last part of their names says: of CSV (``fatalities_best``) and of records (``fatalities.best``).
COUNTS = re.compile(r"(^|[._])(low|best|high|high_known|unstated|records|spread)$")
DEGREES = re.compile(r"(^|[._])(latitude|longitude|west|south|east|north)$")
DAYS = re.compile(r"(^|\.)date_(start|end|from|to)$")
INSTANTS = re.compile(r"(^|\.)updated_at$")
#: The columns of CSV that are lists, with ``; `` between the items.
LISTS = frozenset(
    "sites perpetrators attributions targets other_actors weapons part_of same_as source_ids flags".split()
)

#: A text before which the service puts an apostrophe, for spreadsheets would run it as a formula.
ESCAPED = re.compile(r"'(?='*[=+\-@\t\r])")
ITEM = re.compile(r'"((?:[^"]|"")*)"(?=; |$)|((?:(?!; ).)*)', re.DOTALL)


def to_dataframe(records: Iterable[Mapping[str, Any]]) -> "pandas.DataFrame":
    """
    Builds a data frame of pandas from records of any list, such as those of ``Client.iterate``, with one row a record.
    Nested objects become columns with dots (``place.name``); lists are kept. Null is missing, never zero.
    """
    pandas = import_pandas()
    rows: List[Dict[str, Any]] = [dict(_flatten(record)) for record in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    # An object that is null in one record is the columns of its properties in the others.
    names = [name for name in names if not any(other.startswith(f"{name}.") for other in names)]
    columns = {name: pandas.Series([row.get(name) for row in rows], dtype=object) for name in names}
    return pandas.DataFrame({name: _convert(name, column) for name, column in columns.items()})


def parse_csv(content: bytes) -> "pandas.DataFrame":
    """Parses the CSV of the service to what its records have."""
    pandas = import_pandas()
    # Only an empty cell is null: "NA" is Namibia.
    frame = pandas.read_csv(io.BytesIO(content), dtype=object, keep_default_na=False, na_values=[""])
    return pandas.DataFrame({name: _parse_column(name, frame[name]) for name in frame.columns})


def import_pandas() -> Any:
    """Imports pandas, which is optional."""
    try:
        import pandas
    except ImportError as cause:
        raise ImportError(
            "data frames need pandas: install it with pip install 'conflict-incidents-client[pandas]'"
        ) from cause
    return pandas


def _flatten(record: Mapping[str, Any], prefix: str = "") -> Iterator[Tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, Mapping) and value:
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _parse_column(name: str, column: "pandas.Series") -> "pandas.Series":
    if COUNTS.search(name) or DEGREES.search(name) or DAYS.search(name) or INSTANTS.search(name):
        return _convert(name, column)
    texts = column.map(lambda text: ESCAPED.sub("", text, count=1) if ESCAPED.match(text) else text, na_action="ignore")
    if name in LISTS:
        return texts.map(lambda text: _parse_list(text) if isinstance(text, str) else [])
    return texts.astype("string")


def _parse_list(cell: str) -> List[Optional[str]]:
    items: List[Optional[str]] = []
    position = 0
    while True:
        match = ITEM.match(cell, position)
        assert match, "matches an empty item"
        quoted, plain = match.groups()
        items.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        if match.end() == len(cell):
            return items
        position = match.end() + 2


def _convert(name: str, column: "pandas.Series") -> "pandas.Series":
    pandas = import_pandas()
    if COUNTS.search(name):
        return pandas.to_numeric(column).astype("Int64")
    if DEGREES.search(name):
        return pandas.to_numeric(column).astype("float64")
    if DAYS.search(name):
        return pandas.to_datetime(column, format="%Y-%m-%d")
    if INSTANTS.search(name):
        return pandas.to_datetime(column, utc=True)
    kinds = {type(value) for value in column if value is not None}
    for dtype, fitting in (("boolean", {bool}), ("Int64", {int}), ("float64", {int, float}), ("string", {str})):
        if kinds and kinds <= fitting:
            return column.astype(dtype)
    return column
