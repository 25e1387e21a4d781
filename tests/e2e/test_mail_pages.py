"""Every mail as a page: valid HTML, whole on a narrow screen, dark when asked, its chart visible, nothing loaded from outside."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from servers.channels import need

from monitor.messages import LANGUAGES
from monitor.ports import Message

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[2]
NAMES = (
    *("low-balance", "payment-due", "autopay-failed", "suspended", "restored", "blind", "overview", "digest"),
)
PROBE = """
<script>addEventListener("load", () => {
  const page = document.querySelector("iframe").contentDocument, view = page.scrollingElement;
  document.title = JSON.stringify({
    wide: view.scrollWidth, shown: view.clientWidth,
    pictures: [...page.images].map(i => [i.complete && i.naturalWidth > 0, i.getBoundingClientRect().width]),
    ground: getComputedStyle(page.querySelector(".card")).backgroundColor,
    ink: getComputedStyle(page.querySelector("h1")).color,
    heading: page.querySelector("h1").textContent,
  });
})</script>
"""


@pytest.fixture(scope="module")
def render() -> Any:
    """The script that makes the pictures of the documentation."""
    sys.path.insert(0, str(ROOT / "tools"))
    import render_mails  # noqa: PLC0415 - a script, not a package

    return render_mails


@pytest.fixture(scope="module")
def mails(render: Any) -> dict[tuple[str, str], Message]:
    return {(s.name, lang): render.compose(s, lang) for s in render.stories() for lang in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_valid_html(mails: dict[tuple[str, str], Message], name: str, language: str) -> None:
    tidy = need("tidy", program="tidy")
    done = subprocess.run(
        [tidy, "-errors", "-quiet", "-utf8"],
        input=mails[name, language].html.encode(),
        capture_output=True,
        check=False,
    )
    said = [x for x in done.stderr.decode().splitlines() if x and "proprietary" not in x.lower()]
    assert done.returncode < 2
    assert said == []


def look(message: Message, folder: Path, *, width: int, dark: bool) -> dict[str, Any]:
    """Open a mail in a browser without a network and ask what its reader sees."""
    page = message.html
    for file in message.attachments:
        path = folder / file.name
        path.write_bytes(file.content)
        page = page.replace(f"cid:{file.name}", path.as_uri())
    source = folder / "page.html"
    source.write_text(
        '<!DOCTYPE html><meta name="color-scheme" content="light dark">'
        f'<iframe style="border:0;width:{width}px;height:1800px" srcdoc="{html.escape(page)}"></iframe>{PROBE}'
    )
    browser = need("chromium", program="chromium")
    done = subprocess.run(
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
            *(
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--allow-file-access-from-files",
            ),
            *(
                f"--user-data-dir={folder}/profile",
                "--proxy-server=127.0.0.1:9",
                f"--window-size={max(width, 700)},2000",
            ),
            *(f"--blink-settings=preferredColorScheme={0 if dark else 1}", "--dump-dom", source.as_uri()),
        ],
        capture_output=True,
        check=True,
        timeout=120,
        env=os.environ | {"HOME": str(folder)},
    )
    title = re.search(r"<title>(\{.*?\})</title>", done.stdout.decode())
    assert title is not None
    seen: dict[str, Any] = json.loads(html.unescape(title[1]))
    return seen


def brightness(colour: str) -> float:
    red, green, blue = (int(x) for x in re.findall(r"\d+", colour)[:3])
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


@pytest.mark.parametrize(
    ("width", "dark"), [(640, False), (640, True), (360, False)], ids=["light", "dark", "narrow"]
)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["low-balance", "digest", "overview"])
def test_a_mail_opens_well(
    mails: dict[tuple[str, str], Message], tmp_path: Path, name: str, language: str, width: int, *, dark: bool
) -> None:
    message = mails[name, language]
    seen = look(message, tmp_path, width=width, dark=dark)
    assert seen["wide"] <= seen["shown"], "no scrolling to the side"
    assert all(loaded and wide > 200 for loaded, wide in seen["pictures"])
    assert len(seen["pictures"]) == len(message.attachments) == (0 if name == "overview" else 1)
    ground, ink = brightness(seen["ground"]), brightness(seen["ink"])
    assert (ground < 0.3) == dark
    assert abs(ground - ink) > 0.6, "readable"
    assert seen["heading"].casefold() in message.subject.casefold()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_picture_of_every_mail_is_in_the_documentation(name: str, language: str) -> None:
    path = ROOT / "docs" / "img" / f"mail-{name}-{language}.png"
    assert 10_000 < path.stat().st_size < 120_000
