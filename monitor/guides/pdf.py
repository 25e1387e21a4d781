"""A letter as PDF, by WeasyPrint: an extra, since it needs the system's Pango and a font for Chinese."""

from __future__ import annotations


class PdfError(Exception):
    """No PDF can be made here; says what to install. The HTML page prints as well."""


def as_pdf(page: str) -> bytes:
    """Return an HTML page as PDF.

    Raises:
        PdfError: WeasyPrint or the libraries that it needs are missing.
    """
    try:
        import weasyprint  # noqa: PLC0415 - an extra
    except ImportError:
        raise PdfError(
            "WeasyPrint is not installed; install billing-monitor[pdf], or print the page of --html to PDF"
        ) from None
    except OSError as error:
        raise PdfError(
            f"WeasyPrint misses a system library ({error}); on Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 "
            "fonts-noto-cjk; or print the page of --html to PDF"
        ) from None
    made: bytes = weasyprint.HTML(string=page, url_fetcher=_nothing).write_pdf()
    return made


def _nothing(url: str) -> dict[str, object]:
    """Load nothing from anywhere: a letter needs no picture, and must not tell anybody that it is printed."""
    raise ValueError(f"not loaded: {url}")
