r"""Env files in systemd's syntax: the one parser, so that a file means the same under systemd and outside.

The rules of ``EnvironmentFile=``, systemd.exec(5), which differ from a shell's and from dotenv's: ``#`` and ``;`` start a
comment only at the start of a line; a backslash outside quotes takes the next character as it is, before a line end it joins
lines; within double quotes it escapes only ``"``, ``\``, `````, ``$`` and a line end; within single quotes nothing is special;
quotes may span lines; white space around an unquoted value is dropped; a line without ``=`` is ignored by systemd,
and an error here.
"""

from __future__ import annotations

from dataclasses import dataclass

_WHITE = " \t\r\n"
_NEWLINE = "\r\n"
_ESCAPABLE = '"\\`$'


class EnvFileError(ValueError):
    """A place in an env file that systemd would skip, or that its versions read differently."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line, self.problem = line, problem


@dataclass
class _Cursor:
    text: str
    at: int = 0

    @property
    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def more(self) -> bool:
        return self.at < len(self.text)

    def peek(self) -> str:
        return self.text[self.at]

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1]


def parse(text: str) -> dict[str, str]:
    """Return the variables of one env file; a later assignment of the same name wins.

    Raises:
        EnvFileError: with the line number, for a line without ``=``, a bad name, an open quote, or a comment that ends in a
            backslash (systemd 253 and older swallow the next line, newer ones do not).
    """
    cursor, found = _Cursor(text.removeprefix("\ufeff")), {}
    while cursor.more():
        char = cursor.peek()
        if char in _WHITE:
            cursor.take()
        elif char in "#;":
            _comment(cursor)
        else:
            start = cursor.line
            name = _name(cursor, start)
            found[name] = _value(cursor, start)
    return found


def _comment(cursor: _Cursor) -> None:
    start, last = cursor.line, ""
    while cursor.more() and cursor.peek() not in _NEWLINE:
        last = cursor.take()
    if last == "\\":
        raise EnvFileError(
            start, "a comment must not end in a backslash: systemd versions differ on the next line"
        )


def _name(cursor: _Cursor, start: int) -> str:
    name = ""
    while cursor.more() and cursor.peek() not in _NEWLINE:
        char = cursor.take()
        if char == "=":
            name = name.rstrip(_WHITE)
            if not name.isidentifier() or not name.isascii():
                raise EnvFileError(start, f"{name[:40]!r} is not a variable name")
            return name
        name += char
    raise EnvFileError(start, f"no '=' after {name.strip()[:40]!r}")


def _value(cursor: _Cursor, start: int) -> str:
    value, trailing, quoted = "", 0, True
    while cursor.more():
        char = cursor.take()
        if char in _NEWLINE:
            break
        if quoted and char in "'\"":
            value += _single(cursor, start) if char == "'" else _double(cursor, start)
            trailing = 0
        elif char == "\\":
            taken = cursor.take() if cursor.more() else ""
            value += "" if taken in _NEWLINE else taken
            trailing, quoted = 0, False
        elif char in _WHITE:
            if not quoted:
                value, trailing = value + char, trailing + 1
        else:
            value, trailing, quoted = value + char, 0, False
    return value[: len(value) - trailing]


def _single(cursor: _Cursor, start: int) -> str:
    value = ""
    while cursor.more():
        char = cursor.take()
        if char == "'":
            return value
        value += char
    raise EnvFileError(start, "a single quote is never closed")


def _double(cursor: _Cursor, start: int) -> str:
    value = ""
    while cursor.more():
        char = cursor.take()
        if char == '"':
            return value
        if char == "\\" and cursor.more():
            after = cursor.take()
            value += after if after in _ESCAPABLE else "" if after == "\n" else "\\" + after
        else:
            value += char
    raise EnvFileError(start, "a double quote is never closed")
