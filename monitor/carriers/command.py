"""The connector ``command``: a program of yours that prints the contract's row as JSON.

``OPTIONS__COMMAND`` is split as a shell would split it, but no shell runs it. The program finds ``LINE``, ``NUMBER``,
``URL``, ``TOKEN``, ``USERNAME`` and ``PASSWORD`` in its environment, and nothing else of the daemon's but ``PATH``,
``HOME`` and ``LANG``.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from decimal import Decimal

from monitor.carriers import _access, _row, _values
from monitor.carriers._redact import Redactor
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind
from monitor.ports import Round, Watched

OUTPUT_BYTES = 64 * 1024


class Command:
    """Runs one program per line."""

    passive = False

    def __init__(self, name: str = "command") -> None:
        self.name = name

    def group(self, watched: Watched) -> str:
        """Each line is its own."""
        return watched.line.name

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        """Run the program of each line; the time of the round is shared."""
        left = _access.Left(round_.seconds)
        return {w.line.name: self._one(w, round_, left) for w in lines}

    def _one(self, watched: Watched, round_: Round, left: _access.Left) -> Reading | Failure:
        now = round_.now
        redact = Redactor(_access.secrets_of(watched.access), [watched.line.number])
        given = watched.access.options.get("command", "")
        try:
            argv = shlex.split(given)
        except ValueError as error:
            return Failure(
                now, FailureKind.UNSUPPORTED, f"OPTIONS__COMMAND cannot be split into words: {error}"
            )
        if not argv:
            return Failure(
                now, FailureKind.UNSUPPORTED, "OPTIONS__COMMAND is not set: name the program to run"
            )
        out = _run(argv, _environment(watched), left())
        if isinstance(out, _Problem):
            return Failure(now, out.kind, redact(out.sentence))
        try:
            data = json.loads(out, parse_float=Decimal)
            return _row.read(_row.choose(data, watched.line.name), watched.line, now, "command")
        except _values.Malformed as error:
            return Failure(now, FailureKind.MALFORMED, redact(str(error)))
        except (ValueError, RecursionError):
            return Failure(
                now, FailureKind.MALFORMED, "the command did not print JSON; run it by hand to see"
            )


class _Problem:
    def __init__(self, kind: FailureKind, sentence: str) -> None:
        self.kind, self.sentence = kind, sentence


def _run(argv: Sequence[str], environment: Mapping[str, str], seconds: float) -> bytes | _Problem:
    try:
        process = subprocess.Popen(  # noqa: S603 - the owner's own program, from the owner's own settings, without a shell
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or "it cannot be run"
        return _Problem(FailureKind.UNSUPPORTED, f"the command {argv[0]}: {what}")
    try:
        out, err = process.communicate(timeout=max(0.05, seconds))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its children too
        process.communicate()
        return _Problem(FailureKind.TIMEOUT, f"the command {argv[0]} did not end in time and was stopped")
    if process.returncode > 3:  # 0 to 3 are a plugin's own way to say ok, warning, critical, unknown
        last = err.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
        return _Problem(
            FailureKind.UNREACHABLE, f"the command ended with status {process.returncode}: {last[0][:200]}"
        )
    if len(out) > OUTPUT_BYTES:
        return _Problem(FailureKind.MALFORMED, f"the command printed more than {OUTPUT_BYTES} bytes")
    return out


def _environment(watched: Watched) -> dict[str, str]:
    access = watched.access
    kept = {k: v for k in ("PATH", "HOME", "LANG") if (v := os.environ.get(k))}
    own = {
        "LINE": watched.line.name,
        "NUMBER": watched.line.number,
        "URL": access.url,
        "TOKEN": access.token,
        "USERNAME": access.username,
        "PASSWORD": access.password,
    }
    return kept | {k: v for k, v in own.items() if v and "\0" not in v}


def make(name: str) -> Command:
    """Return the connector."""
    return Command(name)
