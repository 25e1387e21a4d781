"""A time stamp of an authority's clock, checked by OpenSSL itself."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import build
from monitor.evidence.files import EvidenceError
from monitor.evidence.stamp import query, stamp

NONCE = b"\x01abcdefg"
_CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {0}/serial
signer_cert = {0}/tsa.pem
signer_key = {0}/tsa.key
certs = {0}/tsa.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
crypto_device = builtin
"""


def openssl(*arguments: object, stdin: bytes = b"") -> bytes:
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=True).stdout


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    """A time stamp authority: OpenSSL behind HTTP."""
    folder = tmp_path / "tsa"
    folder.mkdir()
    (folder / "config").write_text(_CONFIG.format(folder))
    (folder / "serial").write_text("01\n")
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=authority", "-days", "2"),
        *("-addext", "extendedKeyUsage=critical,timeStamping"),
        *("-keyout", folder / "tsa.key", "-out", folder / "tsa.pem"),
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            (folder / "query").write_bytes(body)
            reply = openssl("ts", "-reply", "-config", folder / "config", "-queryfile", folder / "query")
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.heavy
def test_openssl_accepts_the_stamp_of_an_exported_archive(
    authority: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    (tmp_path / "one.env").write_text(
        f"MONITOR_DATABASE_URL=sqlite:///{tmp_path}/m.db\nMONITOR_LINES__HOME__CARRIER=tmf\n"
        "MONITOR_LINES__HOME__NUMBER=+8613812348000\nMONITOR_LINES__HOME__URL=http://127.0.0.1:9\n"
        "MONITOR_CHANNELS__PUSH__URL=json://127.0.0.1:9/\n",
        encoding="utf-8",
    )
    out = tmp_path / "home.zip"
    for words in (
        ["record", "home", "called"],
        ["evidence", "export", "home", "--out", str(out), "--stamp", authority],
    ):
        said = CliRunner().invoke(build(["evidence"]), ["--env-file", str(tmp_path / "one.env"), *words])
        assert said.exit_code == 0, said.output
    told = openssl(
        "ts", "-verify", "-data", out, "-in", f"{out}.tsr", "-CAfile", tmp_path / "tsa" / "tsa.pem"
    )
    assert b"OK" in told
    with out.open("ab") as file:
        file.write(b"x")
    with pytest.raises(subprocess.CalledProcessError):
        openssl("ts", "-verify", "-data", out, "-in", f"{out}.tsr", "-CAfile", tmp_path / "tsa" / "tsa.pem")


def test_the_query_is_what_openssl_reads() -> None:
    told = openssl(
        "ts", "-query", "-in", "/dev/stdin", "-text", stdin=query(bytes(range(32)), NONCE)
    ).decode()
    assert "Hash Algorithm: sha256" in told
    assert "Nonce: 0x0161626364656667" in told
    assert "Certificate required: yes" in told


@pytest.mark.parametrize(
    "reply", [b"", b"<html>", b"\x30", bytes.fromhex("30053003020102"), bytes.fromhex("30053003020100")]
)
def test_what_is_no_stamp_of_this_archive_is_refused(reply: bytes, tmp_path: Path) -> None:
    archive = tmp_path / "home.zip"
    archive.write_bytes(b"whole")
    with pytest.raises(EvidenceError, match="no stamp for this archive"):
        stamp(archive, NONCE, lambda _: reply)
    assert not (tmp_path / "home.zip.tsr").exists()
