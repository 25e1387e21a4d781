"""Serving: uvicorn in a thread of the daemon, on loopback or a Unix socket."""

from __future__ import annotations

import contextlib
import logging
import socket
import stat
import threading
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

log = logging.getLogger(__name__)

_CONNECTIONS = 64
_BACKLOG = 64
_SOCKET_MODE = 0o660
_START_SECONDS = 10.0


class Server:
    """Serves an application until it is closed.

    Args:
        app: what is served.
        listen: ``HOST:PORT``, ``[HOST]:PORT`` or ``unix:/path``; port 0 takes a free one, see ``address``.

    Raises:
        OSError: the address is taken or not ours.
    """

    def __init__(self, app: ASGIApp, listen: str) -> None:
        self._path = Path(listen.removeprefix("unix:")) if listen.startswith("unix:") else None
        self._socket = _unix(self._path) if self._path else _tcp(listen)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # an access log would hold the links
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_CONNECTIONS,
            backlog=_BACKLOG,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=16_384,
            http="h11",
            ws="none",
            loop="asyncio",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    @property
    def address(self) -> str:
        """Where it listens: a URL, or the path of the socket."""
        if self._path:
            return f"unix:{self._path}"
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Begin; returns when requests are answered."""
        self._thread.start()
        pause = threading.Event()
        for _ in range(int(_START_SECONDS / 0.01)):
            if self._server.started or not self._thread.is_alive():
                break
            pause.wait(0.01)
        log.info("web: listening on %s", self.address)

    def close(self, seconds: float = 3.0) -> None:
        """Stop; requests under way may end within ``seconds``."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(seconds)
        self._socket.close()
        if self._path:
            self._path.unlink(missing_ok=True)

    def _run(self) -> None:
        # uvicorn's own signal handling belongs to a main thread; here the daemon's is in force
        with contextlib.suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._socket])


def _tcp(listen: str) -> socket.socket:
    host, _, port = listen.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host.strip("[]"), int(port)))
    except OSError:
        found.close()
        raise
    return found


def _unix(path: Path) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.lstat().st_mode):  # left by a process that died; never anything else
            path.unlink()
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.bind(str(path))
        path.chmod(_SOCKET_MODE)
    except OSError:
        found.close()
        raise
    return found
