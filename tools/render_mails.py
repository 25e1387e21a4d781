"""Render every mail to PNG with a headless Chromium: light, dark and narrow, in every language, into ``docs/img/``.

Usage: ``python tools/render_mails.py [--only NAME] [--out FOLDER]``. Needs Chromium (Debian: ``apt install chromium
fonts-noto-cjk``) and the extra ``charts``.
"""

from __future__ import annotations

import argparse
import base64
import html
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from mail_stories import Story, stories
from PIL import Image, ImageChops

from monitor import rulebook
from monitor.charts import picture
from monitor.core.words import Severity
from monitor.messages import LANGUAGES, Official, TemplateComposer, guided
from monitor.ports import Message, Watched

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars"),
)
LOOKS = {"light": (640, "1"), "dark": (640, "0"), "narrow": (390, "1")}
"""Look → (width in CSS pixels, Blink's preferred colour scheme: 0 dark, 1 light)."""
EVERY_LOOK = ("low-balance", "digest")
HEIGHT = 2600
LARGEST = 120_000


def official(watched: Watched, language: str) -> Official:
    """The carrier's own ways, from the rulebook."""
    book = rulebook.load()
    known = book.contacts(watched.rules.entry if watched.rules.entry != "generic" else "cn.mobile")
    title = book.entry("cn.mobile").title(language)
    return Official(title, known.get("hotline"), known.get("app"), known.get("web"))


def compose(story: Story, language: str) -> Message:
    """Write the mail of a story."""
    composer = TemplateComposer(
        lambda _: language,
        lambda _: "Asia/Shanghai",
        official=official,
        guide=partial(guided, rulebook.load()),
        picture=picture(lambda *_: story.seen),
        mail=lambda _: True,
        links=lambda notice, channel, now: [  # noqa: ARG005
            (action, f"https://watch.example/a/{action}")
            for action in ("paid", "working", "snooze", "not_mine")
            if notice.severity is not Severity.INFO
        ],
    )
    if story.bulletin is not None:
        return composer.bulletin(story.bulletin, story.others, "mail", story.now)
    if story.others:
        return composer.overview(story.others, story.more, "mail", story.now)
    part = story.part
    return composer.compose(part.notices, part.watched, part.state, "mail", story.now)


def shoot(message: Message, look: str, target: Path) -> None:
    """Show a mail in a browser and keep the picture."""
    width, scheme = LOOKS[look]
    page = message.html
    for file in message.attachments:
        data = base64.b64encode(file.content).decode()
        page = page.replace(f"cid:{file.name}", f"data:{file.mime};base64,{data}")
    frame = (
        f'<!DOCTYPE html><meta name="color-scheme" content="light dark"><body style="margin:0">'
        f'<iframe style="border:0;width:{width}px;height:{HEIGHT}px" srcdoc="{html.escape(page)}"></iframe>'
    )
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("no Chromium: apt install chromium")
    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder, "mail.html"), Path(folder, "shot.png")
        source.write_text(frame, encoding="utf-8")
        subprocess.run(  # noqa: S603 - the browser found above, on our own page
            [
                *(browser, *FLAGS, f"--user-data-dir={folder}/profile", "--force-device-scale-factor=1.5"),
                *(
                    f"--window-size={max(width, 500)},{HEIGHT}",
                    f"--blink-settings=preferredColorScheme={scheme}",
                ),
                *(f"--screenshot={shot}", source.as_uri()),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        keep(Image.open(shot).convert("RGB"), round(width * 1.5), target)


def keep(image: Image.Image, width: int, target: Path) -> None:
    """Cut off the empty end and store with as few colours as keep it beautiful."""
    image = image.crop((0, 0, width, image.height))
    ground = Image.new("RGB", image.size, image.getpixel((3, image.height - 3)))
    box = ImageChops.difference(image, ground).getbbox()
    bottom = min(image.height, (box[3] if box else image.height) + 24)
    image = image.crop((0, 0, width, bottom))
    image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(target, optimize=True)
    size = target.stat().st_size
    print(f"{target}: {image.width}×{image.height}, {size / 1000:.0f} kB")
    if size > LARGEST:
        raise SystemExit(f"{target} is larger than {LARGEST / 1000:.0f} kB")


def main() -> None:
    """Render what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="one story")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "docs" / "img")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for story in stories():
        if options.only not in ("", story.name):
            continue
        for language in LANGUAGES:
            message = compose(story, language)
            for look in LOOKS if story.name in EVERY_LOOK else ("light",):
                suffix = "" if look == "light" else f"-{look}"
                shoot(message, look, options.out / f"mail-{story.name}-{language}{suffix}.png")


if __name__ == "__main__":
    main()
