"""Against a running service with the seed (ORIGIN), one with a large data set (LARGE_ORIGIN), and one with a rate limit of 2."""

import os
import tempfile
import unittest
from datetime import date, datetime, timezone
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from conflict_incidents import Client, Problem

SAMARRA = "seed:samarra-2017-01-02"


class ServiceTest(unittest.TestCase):
    def setUp(self):
        self.client = Client(os.environ["ORIGIN"] + "/")

    def ids(self, **filters):
        return sorted(record["id"] for record in self.client.get("/v1/incidents", **filters)["data"])

    def test_gets_a_record(self):
        incident = self.client.get("/v1/incidents/{id}", id=SAMARRA, expand=["provenance"])
        self.assertEqual([claim["low"] for claim in incident["claims"]], [7, 6, None, None, None])
        self.assertEqual(self.client.get(f"/v1/incidents/{SAMARRA}")["id"], SAMARRA)

    def test_sends_values_as_they_are(self):
        for q in ('100% & more = "a, b" + #1?', "سامراء"):
            link = self.client.get("/v1/incidents", q=q)["links"]["self"]
            self.assertEqual(parse_qs(urlsplit(link).query)["q"], [q])

    def test_sends_items_of_lists_whole(self):
        for country, count in (
            (["IQ"], 3),
            (("SY", "IQ"), 3),
            ({"IQ"}, 3),
            ("IQ,SY", 3),
            ([" IQ "], 3),
            (["Congo, Democratic Republic of the", "Korea, Republic of"], 0),
        ):
            page = self.client.get("/v1/incidents", country=country)
            self.assertEqual((len(page["data"]), page["hints"]), (count, []), country)

    def test_writes_dates_and_leaves_none_out(self):
        day = date(2017, 1, 2)
        self.assertIn(SAMARRA, self.ids(date_from=day, date_to=day, city=None))
        self.assertEqual(self.ids(updated_since=datetime(2999, 1, 1, tzinfo=timezone.utc)), [])
        self.assertEqual(self.ids(bbox=[43, 34, 44.5, 34.5], deaths_min=10), [SAMARRA])

    def test_rejects_what_it_cannot_send(self):
        for error, parameters in (
            (ValueError, {"updated_since": datetime(2017, 1, 1)}),
            (TypeError, {"city": {"name": "Samarra"}}),
            (TypeError, {"city": ["Samarra", None]}),
            (TypeError, {"city": b"Samarra"}),
            (TypeError, {"format": "csv"}),
        ):
            with self.subTest(parameters), self.assertRaises(error):
                self.client.get("/v1/incidents", **parameters)
        for path in ("v1/incidents", "/v1/incidents?city=Samarra", "/v1/incidents/a b", "/v1/incidents/{id}"):
            with self.subTest(path), self.assertRaises(ValueError):
                self.client.get(path)
        for url in ("ftp://example.org", "https://user:secret@example.org", "https://example.org/?key=1", "example.org"):
            with self.subTest(url), self.assertRaises(ValueError):
                Client(url)
        with self.assertRaises(ValueError):
            self.client.read("/v1/incidents", "xls")

    def test_raises_problems(self):
        for code, status, path, parameters in (
            ("invalid_parameter", 400, "/v1/incidents", {"country": []}),
            ("record_not_found", 404, "/v1/tolls/{id}", {"id": "100%/../?#"}),
            ("invalid_cursor", 400, "/v1/places", {"cursor": "x"}),
            ("invalid_parameter", 400, "/v1/incidents", {"city": "x" * 5000}),
        ):
            with self.subTest(code), self.assertRaises(Problem) as caught:
                self.client.get(path, **parameters)
            self.assertEqual((caught.exception.code, caught.exception.status), (code, status))

    def test_problems_say_what_was_wrong(self):
        with self.assertRaises(Problem) as caught:
            self.client.incidents(citty="Samarra")
        problem = caught.exception
        self.assertEqual(str(problem), "400 unknown_parameter: citty is not known here; did you mean city?")
        self.assertEqual(problem.title, "A parameter is not known")
        self.assertEqual(problem.detail, "citty is not known here; did you mean city?")
        self.assertEqual(
            problem.errors, [{"parameter": "citty", "reason": "is not known here", "suggestion": "city"}]
        )
        self.assertRegex(problem.request_id, r"^[\da-f-]{36}$")

    def test_gives_hints_and_notes(self):
        hints = self.client.get("/v1/incidents", city="Bagdad")["hints"]
        self.assertEqual(hints[0]["suggestions"], ["Baghdad"])
        stream = self.client.incidents(city="Bagdad")
        self.assertEqual((stream.hints, list(stream)), (hints, []))
        period = {"date_from": "2017-01-01", "date_to": "2017-01-01"}
        notes = self.client.get("/v1/stats", **period)["notes"]
        self.assertEqual(self.client.stream("/v1/stats", **period).notes, notes)

    def test_reads_and_downloads_files(self):
        citation = self.client.read("/v1/datasets/{id}/citation", "bibtex", id="seed")
        self.assertTrue(citation.startswith(b"@misc{"))
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "incidents.parquet")
            target.write_bytes(b"older")
            advice = self.client.download("/v1/incidents", target, "parquet", city="Bagdad")
            self.assertEqual(advice.hints[0]["parameter"], "city")
            content = target.read_bytes()
            self.assertEqual((content[:4], content[-4:]), (b"PAR1", b"PAR1"))
            self.assertEqual(os.listdir(folder), ["incidents.parquet"])
            with self.assertRaises(FileNotFoundError):
                self.client.download("/v1/incidents", Path(folder, "missing", "a.csv"), "csv")

    def test_does_not_repeat_requests_longer_than_it_may_wait(self):
        client = Client(os.environ["LIMITED_ORIGIN"], max_wait=0)
        client.get("/v1/incidents")
        client.get("/v1/places")
        with self.assertRaises(Problem) as caught:
            client.get("/v1/sources")
        self.assertEqual((caught.exception.status, caught.exception.code), (429, "rate_limited"))
        self.assertGreater(caught.exception.retry_after, 0)
        self.assertLessEqual(caught.exception.retry_after, 60)


class LargeTest(unittest.TestCase):
    def setUp(self):
        self.client = Client(os.environ["LARGE_ORIGIN"])

    def test_pages_records_and_streams_are_the_same(self):
        streamed = list(self.client.incidents(sort="date"))
        records = list(self.client.iterate("/v1/incidents", sort="date", limit=777))
        pages = list(self.client.pages("/v1/incidents", sort="date", limit=1000))
        self.assertGreater(len(pages), 2)
        self.assertEqual(len({record["id"] for record in records}), len(records))
        self.assertEqual(records, streamed)
        self.assertEqual(records, [record for page in pages for record in page["data"]])
        self.assertEqual(len(records), self.client.get("/v1/incidents", limit=1, total="exact")["page"]["total"])

    def test_continues_at_a_cursor(self):
        first = self.client.get("/v1/incidents", limit=10)
        records = self.client.iterate("/v1/incidents", limit=10, cursor=first["page"]["next"])
        second = self.client.get("/v1/incidents", limit=11)["data"][10]
        self.assertEqual(next(records), second)

    def test_ends_a_stream_that_is_not_read_to_its_end(self):
        # Of one client two exports may run at a time.
        client = Client(os.environ["LARGE_ORIGIN"], retries=0)
        for _ in range(4):
            with client.incidents() as records:
                self.assertRegex(next(records)["id"], "^ucdp-ged:")
