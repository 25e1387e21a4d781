"""Every story in ``stories/``: what goes out is what the story says, in this order, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playing import STORIES, Player, in_order, read

from monitor.core.words import Kind

pytestmark = pytest.mark.heavy  # half a minute in all


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where the machine has such a place: a story commits hundreds of times."""
    memory = Path("/dev/shm")  # noqa: S108  # a fresh folder below it
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


@pytest.mark.parametrize("path", sorted(STORIES.glob("*.story")), ids=lambda p: p.stem)
def test_story(path: Path, folder: Path) -> None:
    story = read(path)
    assert story.rule, "a story begins with its rule"
    got = Player(story, folder).play()
    if story.order_only:
        assert in_order(got) == in_order(story.expected)
    else:
        assert got == story.expected


def test_the_stories_tell_of_every_kind() -> None:
    told = " ".join(line for path in STORIES.glob("*.story") for line in read(path).expected)
    said = {kind for kind in Kind if f" {kind}/" in told}
    said |= {Kind.DIGEST} if "digest of" in told else set()
    said |= {Kind.FAULT_SUSPECTED} if "channel_failing" in told else set()
    assert said == set(Kind)
