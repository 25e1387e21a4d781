"""How a list goes on from page to page."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urljoin, urlsplit

from monitor.carriers._http import Trouble
from monitor.carriers.http_json.spec import Page
from monitor.core.words import FailureKind


class Walk:
    """The way through the pages of one list."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._at = page.first if page.kind == "page" else 0
        self._read = 0
        self._been = {url}
        self.url = url
        self.query = {page.size_param: str(page.size)} if page.size_param else {}
        if page.kind in {"offset", "page"}:
            self.query[page.param] = str(self._at)

    def on(self, items: int, total: Decimal | None, onward: str | None) -> bool:
        """Go to the next page. False: there is none.

        Args:
            items: how many the page just read held.
            total: items (``offset``) or pages (``page``) in all, where the carrier says so.
            onward: the next cursor or link.

        Raises:
            Trouble: the next page is on another host, has no address, or was read already.
        """
        if not items:
            return False
        self._read += 1
        if self._page.kind in {"offset", "page"}:
            self._at += items if self._page.kind == "offset" else 1
            self.query[self._page.param] = str(self._at)
            done = self._at if self._page.kind == "offset" else self._read
            return items >= self._page.size if total is None else done < total
        if not onward:
            return False
        if self._page.kind == "cursor":
            self._new(onward)
            self.query[self._page.param] = onward
            return True
        try:
            there = urljoin(self.url, onward)
            here, next_ = urlsplit(self.url), urlsplit(there)
        except ValueError:
            raise Trouble(FailureKind.MALFORMED, "the next page has no address that can be asked") from None
        self._new(there)
        if (here.scheme, here.netloc) != (next_.scheme, next_.netloc):
            raise Trouble(
                FailureKind.MALFORMED, "the next page is on another host; credentials do not go there"
            )
        self.url, self.query = there, {}
        return True

    def _new(self, onward: str) -> None:
        if onward in self._been:
            raise Trouble(FailureKind.MALFORMED, "the list goes on in a circle; nothing of it is used")
        self._been.add(onward)
