"""Env files read as systemd reads them."""

import pytest

from monitor.settings.envfile import EnvFileError, parse

ROWS = {
    "a plain value": ("A=b", {"A": "b"}),
    "white space around an unquoted value is dropped": ("A=  b c \t\n", {"A": "b c"}),
    "# inside a value is part of it": ("A=b # c", {"A": "b # c"}),
    "# and ; begin a comment at the start of a line": ("# x\n ; y\nA=b", {"A": "b"}),
    "double quotes keep white space": ('A=" b "', {"A": " b "}),
    "double quotes escape only four characters": (r'A="\"\\\$\`\n"', {"A": r'"\$`\n'}),
    "single quotes keep everything": (r"A='\n\"$'", {"A": r"\n\"$"}),
    "a backslash outside quotes takes the next character": (r"A=b\ c\\", {"A": "b c\\"}),
    "a backslash joins lines": ("A=b\\\nc", {"A": "bc"}),
    "quotes may span lines": ("A='b\nc'\nD=e", {"A": "b\nc", "D": "e"}),
    "a quote in the middle of a word is a character": ("A=it's", {"A": "it's"}),
    "after a closing quote another may open": ("A='b' \"c\"", {"A": "bc"}),
    "the last one wins": ("A=1\nA=2", {"A": "2"}),
    "an empty value": ("A=\nB=''", {"A": "", "B": ""}),
    "windows line ends": ("A=b\r\nC=d\r\n", {"A": "b", "C": "d"}),
    "Chinese text": ("A=家里的号码", {"A": "家里的号码"}),
}


@pytest.mark.parametrize(("text", "want"), ROWS.values(), ids=ROWS.keys())
def test_systemd_reads_it_so(text: str, want: dict[str, str]) -> None:
    assert parse(text) == want


@pytest.mark.parametrize("text", ["A", "1A=b", "export A=b", "A='b", 'A="b', "# c \\\nA=b"])
def test_what_systemd_skips_or_reads_in_two_ways_is_an_error_with_its_line(text: str) -> None:
    with pytest.raises(EnvFileError) as caught:
        parse("OK=1\n" + text)
    assert caught.value.line == 2
