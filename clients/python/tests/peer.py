import io
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Reply:
    """A response of a peer, after ``delay`` seconds; if it ``breaks``, the connection is reset after the body."""

    def __init__(self, status=200, body=b"", breaks=False, delay=0, **headers):
        self.delay = delay
        self.status = status
        self.body = body
        self.breaks = breaks
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Peer(ThreadingHTTPServer):
    """A server that responds to its requests in order, to the later ones as to the last; None resets the connection."""

    daemon_threads = True

    def __init__(self, *replies):
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = list(replies)
        self.times = []
        self.requests = []
        self.origin = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """A client that has gone is none."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        peer = self.server
        peer.times.append(time.monotonic())
        peer.requests.append(self.headers)
        reply = peer.replies[min(len(peer.times), len(peer.replies)) - 1]
        self.close_connection = True
        if reply is None:
            return self.reset()
        time.sleep(reply.delay)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        if reply.breaks:
            self.wfile.flush()
            time.sleep(0.05)
            self.reset()

    def reset(self):
        # Closing with a linger time of zero resets the connection.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.wfile = self.rfile = io.BytesIO()

    def log_message(self, *_):
        pass
