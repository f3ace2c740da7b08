"""Retries, the cache and broken transfers, against a server that does what the service does in trouble."""

import gzip
import os
import tempfile
import time
import unittest
from email.utils import formatdate
from pathlib import Path

from conflict_incidents import Client, Problem, TransferError

from .peer import Peer, Reply

JSON = {"Content_Type": "application/json; charset=utf-8"}
NDJSON = {"Content_Type": "application/x-ndjson"}
HEALTH = Reply(200, b'{"status":"ok"}', **JSON)
LINES = b'{"id":"a"}\n{"id":"b"}\n'


class RetryTest(unittest.TestCase):
    def test_repeats_a_request(self):
        for name, first, shortest in (
            ("after 429, at a date", Reply(429, Retry_After=formatdate(time.time() + 2, usegmt=True)), 0.9),
            ("after 503, when Retry-After says", Reply(503, Retry_After="1"), 0.99),
            ("after 502 of a proxy", Reply(502, b"<h1>Bad</h1>", Content_Type="text/html"), 0.24),
            ("after 504, with a Retry-After that is none", Reply(504, Retry_After="soon"), 0.24),
            ("after a connection that was reset", None, 0.24),
            ("after a transfer that broke off", Reply(200, b'{"st', True, Content_Length="15", **JSON), 0.24),
            ("after a transfer that was cut", Reply(200, b'{"st', Content_Length="15", **JSON), 0.24),
            ("after JSON that is cut", Reply(200, b'{"st', **JSON), 0.24),
            (
                "after compressed JSON that is cut",
                Reply(200, gzip.compress(b"{}  " * 100)[:-9], Content_Encoding="gzip", **JSON),
                0.24,
            ),
        ):
            with self.subTest(name), Peer(first, HEALTH) as peer:
                self.assertEqual(Client(peer.origin, user_agent="tests").get("/livez"), {"status": "ok"})
                self.assertEqual([headers["User-Agent"] for headers in peer.requests], ["tests", "tests"])
                self.assertGreater(peer.times[1] - peer.times[0], shortest)

    def test_repeats_the_request_of_a_stream_at_once_if_it_may(self):
        retry = Reply(503, Retry_After="0")
        with Peer(retry, retry, retry, retry, Reply(200, LINES, **NDJSON)) as peer:
            self.assertEqual([record["id"] for record in Client(peer.origin).incidents()], ["a", "b"])
        # Less than the waits without the header: at least 0.25, 0.5, 1 and 2 seconds.
        self.assertLess(peer.times[4] - peer.times[0], 3.7)

    def test_does_not_repeat_a_request(self):
        unavailable = Reply(503, Retry_After="0")
        for name, reply, options, attempts, error in (
            ("more often than it may be", unavailable, {"retries": 2}, 3, Problem),
            ("if it may not be", unavailable, {"retries": 0}, 1, Problem),
            ("after a longer wait than it may take", Reply(429, Retry_After="91"), {}, 1, Problem),
            ("after a longer wait than is set", Reply(429, Retry_After="1"), {"max_wait": 0.9}, 1, Problem),
            ("after an error of the request", Reply(400), {}, 1, Problem),
            ("after an error of the service", Reply(500), {}, 1, Problem),
            ("if something else responds", Reply(200, b"<h1/>", Content_Type="text/html"), {}, 1, TransferError),
        ):
            with self.subTest(name), Peer(reply) as peer:
                with self.assertRaises(error):
                    Client(peer.origin, **options).get("/livez")
                self.assertEqual(len(peer.times), attempts)

    def test_ends_at_its_timeout(self):
        with Peer(Reply(200, b"{}", delay=1, **JSON)) as peer, self.assertRaisesRegex(TransferError, "timed out"):
            Client(peer.origin, timeout=0.2).get("/livez")
        self.assertEqual(len(peer.times), 1)

    def test_says_what_happened(self):
        with Peer(None) as peer, self.assertRaisesRegex(TransferError, "^http://127.+/livez could not be read: .+"):
            Client(peer.origin, retries=0).get("/livez")
        with Peer(Reply(404, b"<h1>Not here</h1>", Content_Type="text/html")) as peer:
            with self.assertRaisesRegex(Problem, "^404 Not Found: ") as caught:
                Client(peer.origin).get("/livez")
        self.assertIsNone(caught.exception.code)

    def test_reads_compressed_problems(self):
        body = gzip.compress(b'{"code":"invalid_parameter","detail":"No."}')
        reply = Reply(400, body, Content_Type="application/problem+json", Content_Encoding="gzip")
        with Peer(reply) as peer, self.assertRaisesRegex(Problem, "^400 invalid_parameter: No.$"):
            Client(peer.origin).get("/livez")


class CacheTest(unittest.TestCase):
    OLD = Reply(200, b'{"data":[1]}', ETag='W/"1"', **JSON)
    NEW = Reply(200, b'{"data":[2]}', ETag='W/"2"', **JSON)
    SAME = Reply(304)

    def test_validates_what_it_has(self):
        with Peer(self.OLD, self.SAME, self.NEW, self.SAME) as peer:
            client = Client(peer.origin)
            # What a caller does with a response does not change those of others.
            self.assertEqual([client.get("/v1/sources")["data"].pop() for _ in range(4)], [1, 1, 2, 2])
            self.assertEqual(
                [headers.get("If-None-Match") for headers in peer.requests], [None, 'W/"1"', 'W/"1"', 'W/"2"']
            )

    def test_keeps_no_more_than_it_may(self):
        for options, kept in (
            ({}, True),
            ({"cache_entries": 1}, False),
            ({"cache_bytes": 20}, False),
            ({"cache_entries": 0}, False),
        ):
            with self.subTest(options), Peer(self.OLD, self.OLD, self.SAME if kept else self.OLD) as peer:
                client = Client(peer.origin, **options)
                for q in ("a", "b", "a"):
                    self.assertEqual(client.get("/v1/sources", q=q), {"data": [1]})
                self.assertEqual("If-None-Match" in peer.requests[2], kept)


class BrokenStreamTest(unittest.TestCase):
    def chunked(self, *chunks):
        return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)

    def replies(self):
        chunked = {"Transfer_Encoding": "chunked", **NDJSON}
        compressed = {"Content_Encoding": "gzip", **NDJSON}
        return (
            ("reset between records", Reply(200, self.chunked(LINES), True, **chunked)),
            ("cut between records", Reply(200, self.chunked(LINES), **chunked)),
            ("cut within a chunk", Reply(200, self.chunked(LINES) + b'ff\r\n{"id":', **chunked)),
            ("cut within a record", Reply(200, LINES + b'{"id":"c"}', **NDJSON)),
            ("shorter than stated", Reply(200, LINES, Content_Length="99", **NDJSON)),
            ("compressed and cut", Reply(200, gzip.compress(LINES)[:-8], **compressed)),
            ("compressed and damaged", Reply(200, gzip.compress(LINES)[:-8] + bytes(8), **compressed)),
            ("with a line that is no record", Reply(200, LINES + b"<h1>Error</h1>\n", **NDJSON)),
            ("with bytes that are no text", Reply(200, LINES + b'"\xff"\n', **NDJSON)),
        )

    def test_raises_after_the_records_that_are_complete(self):
        for name, reply in self.replies():
            with self.subTest(name), Peer(reply) as peer:
                records = []
                with self.assertRaises(TransferError):
                    for record in Client(peer.origin).incidents():
                        records.append(record["id"])
                # Data may be discarded with a reset connection, or with a chunk or checksum that is wrong.
                self.assertEqual(records, ["a", "b"][: len(records)])

    def test_leaves_the_target_of_a_download_unchanged(self):
        for name, reply in self.replies()[:7]:
            reply = Reply(reply.status, reply.body, reply.breaks, **{**reply.headers, "Content-Type": "text/csv"})
            if "record" in name:
                continue
            with self.subTest(name), Peer(reply) as peer, tempfile.TemporaryDirectory() as folder:
                target = Path(folder, "a.csv")
                target.write_text("older")
                with self.assertRaises(TransferError):
                    Client(peer.origin).download("/v1/incidents", target, "csv")
                self.assertEqual((target.read_text(), os.listdir(folder)), ("older", ["a.csv"]))

    def test_joins_records_that_arrive_in_parts(self):
        text = '{"id":"سامراء"}\n{"id":"b"}\n'.encode()
        body = self.chunked(*(bytes([byte]) for byte in text)) + b"0\r\n\r\n"
        with Peer(Reply(200, body, Transfer_Encoding="chunked", **NDJSON)) as peer:
            self.assertEqual([record["id"] for record in Client(peer.origin).incidents()], ["سامراء", "b"])
