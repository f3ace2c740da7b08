"""A client of conflict-incidents, a REST API over conflict-incident records."""

from .client import Advice, Client, HintWarning, RecordStream
from .errors import Problem, TransferError
from .frames import to_dataframe
from .version import __version__

__all__ = [
    "Advice",
    "Client",
    "HintWarning",
    "Problem",
    "RecordStream",
    "TransferError",
    "__version__",
    "to_dataframe",
]
