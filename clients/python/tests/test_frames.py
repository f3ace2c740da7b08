"""Data frames, against a running service with the seed (ORIGIN)."""

import csv
import importlib.util
import io
import json
import os
import subprocess
import sys
import unittest

from conflict_incidents import Client, HintWarning, to_dataframe

from .peer import Peer, Reply

needs_pandas = unittest.skipUnless(importlib.util.find_spec("pandas"), "pandas is not installed")


class NoPandasTest(unittest.TestCase):
    def test_says_how_to_get_pandas(self):
        script = "import sys; sys.modules['pandas'] = None; import conflict_incidents; conflict_incidents.to_dataframe([])"
        outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        self.assertRegex(outcome.stderr, r"ImportError: data frames need pandas: .*conflict-incidents-client\[pandas\]")


def describe_type(column):
    """Names a dtype, as in pandas before 3, whose times are in nanoseconds."""
    return str(column.dtype).replace("[us", "[ns")


@needs_pandas
class FrameTest(unittest.TestCase):
    def setUp(self):
        self.client = Client(os.environ["ORIGIN"])

    def read(self, text):
        """Reads a data frame from CSV."""
        with Peer(Reply(200, text.encode(), Content_Type="text/csv")) as peer:
            return Client(peer.origin).to_dataframe()

    def test_columns_have_the_types_that_are_documented(self):
        frame = self.client.to_dataframe()
        types = {name: describe_type(column) for name, column in frame.items()}
        self.assertEqual(types, json.loads(os.environ["COLUMN_TYPES"]))

    def test_has_the_values_of_the_records(self):
        frame = self.client.to_dataframe(city=["Samarra"]).set_index("id")
        row = frame.loc["seed:samarra-2017-01-02"]
        self.assertEqual(row["fatalities_low"], 13)
        self.assertTrue(frame["fatalities_high"].isna().all())
        self.assertEqual(str(row["date_start"]), "2017-01-02 00:00:00")
        self.assertAlmostEqual(row["latitude"], 34.1959)
        self.assertEqual(row["weapons"], ["firearms", "suicide vests"])
        self.assertEqual(row["flags"], [])

    def test_only_empty_cells_are_missing(self):
        frame = self.read("country_code,admin1,title,fatalities_best\r\nNA,NULL,nan,\r\n,,007,0\r\n")
        self.assertEqual(frame["country_code"].tolist()[0], "NA")
        self.assertEqual(frame.isna().sum().tolist(), [1, 1, 0, 1])
        self.assertEqual(frame["title"].tolist(), ["nan", "007"])
        self.assertEqual(frame["fatalities_best"].tolist()[1], 0)

    def test_reads_cells_back_to_what_they_were(self):
        rows = (
            ("title", "attributions", "weapons"),
            ("'=1+1", "; claimed", "bomb; knife"),
            ("''-x", "claimed; ", '"a; b"; c; """q"""'),
            ("'Abd al-Karim", "", "'+x; a;b"),
        )
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        frame = self.read(text.getvalue())
        self.assertEqual(frame["title"].tolist(), ["=1+1", "'-x", "'Abd al-Karim"])
        self.assertEqual(frame["attributions"].tolist(), [[None, "claimed"], ["claimed", None], []])
        self.assertEqual(frame["weapons"].tolist(), [["bomb", "knife"], ["a; b", "c", '"q"'], ["+x", "a;b"]])

    def test_reads_what_has_no_rows(self):
        with self.assertWarnsRegex(HintWarning, "Bagdad"):
            frame = self.client.to_dataframe(city="Bagdad")
        self.assertEqual(len(frame), 0)
        self.assertEqual(str(frame["fatalities_best"].dtype), "Int64")
        self.assertEqual(frame.attrs["hints"][0]["suggestions"], ["Baghdad"])

    def test_reads_sums(self):
        frame = self.client.to_dataframe("/v1/stats", group_by=["date", "cell"], interval="day")
        types = {name: describe_type(column) for name, column in frame.items()}
        self.assertEqual(types.pop("date_from"), "datetime64[ns]")
        self.assertEqual(types.pop("date_to"), "datetime64[ns]")
        degrees = {name for name, dtype in types.items() if dtype == "float64"}
        self.assertEqual(degrees, {"west", "south", "east", "north", "latitude", "longitude"})
        self.assertEqual({dtype for name, dtype in types.items() if name not in degrees}, {"Int64"})
        self.assertEqual(frame["fatalities_low"].sum(), sum(self.client.to_dataframe()["fatalities_low"]))

    def test_builds_frames_of_records(self):
        frame = to_dataframe(self.client.iterate("/v1/incidents", limit=2)).set_index("id")
        row = frame.loc["seed:samarra-2017-01-02"]
        self.assertEqual((row["place.name"], row["fatalities.low"]), ("Samarra", 13))
        self.assertTrue(frame["fatalities.high"].isna().any())
        self.assertEqual(str(frame["fatalities.high"].dtype), "Int64")
        self.assertEqual(describe_type(frame["updated_at"]), "datetime64[ns, UTC]")
        self.assertEqual(str(frame["latitude"].dtype), "float64")
        self.assertEqual(str(frame["title"].dtype), "string")

    def test_builds_frames_of_records_that_lack_properties(self):
        frame = to_dataframe([{"a": None, "n": 1}, {"a": {"b": [1], "c": True}}, {"n": 2.5, "a": {"c": None}}])
        self.assertEqual(frame.columns.tolist(), ["n", "a.b", "a.c"])
        self.assertEqual(frame["n"].isna().tolist(), [False, True, False])
        self.assertEqual([str(dtype) for dtype in frame.dtypes], ["float64", "object", "boolean"])
        self.assertEqual(len(to_dataframe([])), 0)
