"""Watched pages: a change is told with its day, a move or a counter is none, a gone page is "source lost", copies are kept."""

import gzip
import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from tale import BOOK, Tale
from typer.testing import CliRunner

from monitor.carriers._http import Trouble
from monitor.cli import build as command_line
from monitor.core import terms
from monitor.core.words import FailureKind
from monitor.inventory import faults
from monitor.pages import EVERY, LOST_AFTER, Finding, Page, Pages, concerns, events, extract
from monitor.pages import _fetch as fetch
from monitor.ports import Watched

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
URL = "https://www.10086.cn/notice"


def _html(*rows: str, menu: str = "Home", visits: int = 1) -> bytes:
    body = "".join(f"<p>{row}</p>" for row in rows)
    return (
        f"<html><head><script>var t={visits}</script></head><body><nav>{menu}</nav>"
        f"<main>{body}<span>访问量：{visits}</span></main><footer>x</footer></body></html>"
    ).encode()


class Site:
    """What the network says, by turns."""

    def __init__(self, *answers: bytes | Trouble) -> None:
        self.answers = list(answers)

    def __call__(self, url: str) -> bytes:
        assert url == URL
        answer = self.answers.pop(0)
        if isinstance(answer, Trouble):
            raise answer
        return answer


def _watch(tmp_path: Path, *answers: bytes | Trouble, province: str = "") -> Pages:
    return Pages([Page("notice", URL, "cn.mobile", province)], tmp_path / "pages", BOOK, Site(*answers))


def _looks(pages: Pages, count: int, step: timedelta = EVERY) -> list[Finding]:
    return [f for n in range(count) for f in pages.look(NOW + n * step)]


def test_a_change_is_told_with_its_diff_its_day_and_a_copy_whose_name_proves_it(tmp_path: Path) -> None:
    new = _html("套餐 A 每月 38 元", "自2027年1月1日起，套餐 B 停止销售")
    pages = _watch(tmp_path, _html("套餐 A 每月 38 元", "套餐 B 每月 58 元"), new)
    first, changed = _looks(pages, 2)
    assert (first.what, changed.what) == ("first", "changed")
    assert changed.diff == ("- 套餐 B 每月 58 元", "+ 自2027年1月1日起，套餐 B 停止销售")
    assert changed.effective_on == date(2027, 1, 1)
    copy = tmp_path / "pages" / changed.copy
    assert gzip.decompress(copy.read_bytes()) == new
    assert hashlib.sha256(new).hexdigest() in copy.name


def test_another_order_menu_counter_or_script_is_no_change(tmp_path: Path) -> None:
    pages = _watch(
        tmp_path,
        _html("a", "b", "c"),
        _html("c", "a", "b", menu="Other", visits=99),
        _html("  a ", "ｂ", "c", visits=3),
    )
    assert [f.what for f in _looks(pages, 3)] == ["first", "same", "same"]


def test_404_is_source_lost_once_and_never_changed(tmp_path: Path) -> None:
    gone = Trouble(FailureKind.NOT_FOUND, "404")
    pages = _watch(tmp_path, _html("a"), gone, gone, _html("a"), _html("b"))
    assert [f.what for f in _looks(pages, 5)] == ["first", "lost", "trouble", "back", "changed"]


def test_a_page_that_only_fails_is_lost_after_three_days_and_an_empty_page_is_no_change(
    tmp_path: Path,
) -> None:
    slow = Trouble(FailureKind.TIMEOUT, "slow")
    pages = _watch(tmp_path, _html("a"), slow, slow, slow)
    whats = [f.what for f in _looks(pages, 4, LOST_AFTER / 2)]
    assert whats == ["first", "trouble", "trouble", "lost"]
    assert [f.what for f in _looks(_watch(tmp_path / "b", _html("a"), b"<html><body></body></html>"), 2)] == [
        "first",
        "trouble",
    ]


def test_a_page_is_looked_at_twice_a_day_and_state_outlives_the_process(tmp_path: Path) -> None:
    pages = _watch(tmp_path, _html("a"))
    assert len(pages.look(NOW)) == 1
    again = _watch(tmp_path, _html("b"))
    assert again.look(NOW + EVERY / 2) == []
    assert [f.what for f in again.look(NOW + EVERY)] == ["changed"]


def test_a_host_that_is_on_no_list_is_not_asked(tmp_path: Path) -> None:
    pages = Pages([Page("x", "https://10086.cn.example.top/")], tmp_path, BOOK, Site())
    assert [f.what for f in pages.look(NOW)] == ["trouble"]


def test_a_feed_is_read_by_its_titles_and_gb_pages_by_their_own_letters() -> None:
    feed = b"<?xml version='1.0'?><rss><channel><title>N</title><item><title>Plan B ends</title></item></channel></rss>"
    assert extract(feed).splitlines() == ["N", "Plan B ends"]
    page = '<html><head><meta charset="gb2312"></head><body><p>套餐调整公告</p></body></html>'
    assert extract(page.encode("gb18030")) == "套餐调整公告"


def test_only_the_lines_of_that_carrier_and_province_hear_of_it() -> None:
    page = Page("notice", URL, "cn.mobile", "henan")
    finding = Finding(page, "changed", ("+ 套餐 B 停售",), date(2027, 1, 1), "copy")
    tales = {
        "henan": Tale("cn.mobile", province="河南"),
        "elsewhere": Tale("cn.mobile", province="chongqing"),
        "other": Tale("cn.unicom", province="henan"),
    }
    watched = {name: Watched(t.line, rules=t.rules) for name, t in tales.items()}
    assert [n for n, w in watched.items() if concerns(page, w)] == ["henan", "elsewhere"]
    for name, event in events([finding], watched, NOW):
        tales[name].read()
        tales[name].hear(event.what, event.detail)
    assert [name for name, t in tales.items() if t.notices] == ["henan"]
    why = tales["henan"].notices[0].why
    assert why.code == "policy_announced"
    assert why.get("effective_on") == "2027-01-01"
    assert json.loads(events([finding], watched, NOW)[0][1].detail)["copy"] == "copy"


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ('{"a": 1, "b": [1, 2]}', '{"b":[2,1],"a":1}', True),
        ('{"a": 1}', '{"a": 2}', False),
        ("Plan  A", "Plan A", True),
        ("套餐Ａ", "套餐A", True),
        ("Plan A", "Plan B", False),
    ],
)
def test_terms_are_compared_in_one_way_of_writing(before: str, after: str, same: bool) -> None:  # noqa: FBT001
    assert (terms.canonical(before) == terms.canonical(after)) is same


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("自2027年1月1日起调整", date(2027, 1, 1)),
        ("effective 2026-12-05", date(2026, 12, 5)),
        ("2025年1月1日发布，2027.02.28生效", date(2027, 2, 28)),
        ("2026年13月40日", None),
        ("no day", None),
    ],
)
def test_the_first_future_day_of_a_notice_is_taken_for_its_effective_day(text: str, day: date | None) -> None:
    assert terms.effective_day(text, date(2026, 11, 23)) == day


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("<html><body><p>您访问的页面不存在</p></body></html>", "lost"),
        ("<html><script>var acw_sc__v2='x'</script><body>请稍候</body></html>", "trouble"),
        ("<html><body>系统维护中</body></html>", "trouble"),
        ("<html><body>Just a moment...</body></html>", "trouble"),
    ],
)
def test_a_page_that_stands_in_for_another_is_no_change(tmp_path: Path, page: str, what: str) -> None:
    assert [f.what for f in _looks(_watch(tmp_path, _html("a"), page.encode()), 2)] == ["first", what]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/notice"
        body = _html("套餐调整公告：自2027年1月1日起") if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_pages_come_through_the_one_door_to_the_network() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        assert extract(fetch(f"{url}/notice")) == "套餐调整公告：自2027年1月1日起"
        with pytest.raises(Trouble) as caught:
            fetch(f"{url}/gone")
        assert caught.value.kind is FailureKind.NOT_FOUND
        server.shutdown()


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://www.10086.cn/notice", True),
        ("https://10086.cn.example.top/", False),
        ("http://www.10086.cn/", False),
    ],
)
def test_a_page_on_no_official_host_is_a_wrong_setting(url: str, fine: bool) -> None:  # noqa: FBT001
    found = list(faults({"MONITOR_PAGES__NOTICE__URL": url, "MONITOR_PAGES__NOTICE__RULES": "cn.mobile"}))
    assert (found == []) is fine
    assert all("official host" in f.problem for f in found)


def test_without_a_page_in_the_settings_the_command_says_which_one_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFIGURATION_DIRECTORY", str(tmp_path))
    result = CliRunner().invoke(command_line(["pages"]), ["pages"])
    assert result.exit_code == 2
    assert "MONITOR_PAGES__NOTICES__URL" in result.output
