"""What systemd calls: ``reload`` hands changed settings to the daemon, ``last-words`` tells people that nobody watches."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import _context
from monitor.core.words import Severity
from monitor.inventory import read_settings
from monitor.ports import Message, SendResult
from monitor.settings import EnvSource, SettingsError
from monitor.settings.names import PREFIX
from monitor.settings.source import HANDOVER

_SECONDS = 45.0
"""Time for one channel; the unit allows three minutes for all."""


def register(app: typer.Typer) -> None:
    """Add the commands; people have no use for them, so the help does not list them."""
    app.command("reload", hidden=True)(reload)
    app.command("last-words", hidden=True)(last_words)


def reload(ctx: typer.Context, pid: Annotated[int, typer.Argument(help="The daemon's process id.")]) -> None:
    """Check the changed settings, hand them to the daemon, and tell it. Exit status: 0, or 2 with every fault named."""
    context = _context.Context(_context.of(ctx).source.afresh())
    context.runnable()
    variables, _ = context.source.read()
    if folder := os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]:
        _hand_over(Path(folder), variables)
    os.kill(pid, signal.SIGHUP)


def _hand_over(folder: Path, variables: dict[str, str]) -> None:
    part = folder / f"{HANDOVER}.part"
    part.unlink(missing_ok=True)
    part.touch(0o600, exist_ok=False)
    part.write_text("".join(f"{k}={v}\0" for k, v in variables.items()), encoding="utf-8")
    if os.geteuid() == 0:  # as under systemd: what root read is for the service's own user
        owner = folder.stat()
        os.chown(part, owner.st_uid, owner.st_gid)
    part.replace(folder / HANDOVER)


def last_words(
    ctx: typer.Context, unit: Annotated[str, typer.Argument(help="The failed unit.")] = "billing-monitor"
) -> None:
    """Say over every channel that the service has failed. Exit status: 0 somebody was told, 1 nobody could be."""
    source = _context.of(ctx).source
    note = _note()
    if note.exists():
        _context.errors().print("a last alert was sent before, and the service has not been ready since")
        return
    variables, _ = source.read()
    message = _message(unit, source, variables)
    told = [name for name, url in _channels(variables) if _told(name, url, message)]
    if not told:
        _context.fail("no channel could be told that the service has failed")
    note.parent.mkdir(parents=True, exist_ok=True)
    note.touch(0o600)


def _note() -> Path:
    from monitor.app import state_folder  # noqa: PLC0415  # it pulls in the whole application

    return state_folder() / "last-words"


def _channels(variables: dict[str, str]) -> list[tuple[str, str]]:
    # Read by hand: the settings as a whole may be the very thing that is broken.
    start, end = f"{PREFIX}CHANNELS__", "__URL"
    found = ((n.removeprefix(start).removesuffix(end), v) for n, v in sorted(variables.items()) if v)
    return [(n.lower(), v) for n, v in found if f"{start}{n}{end}" in variables]


def _told(name: str, url: str, message: Message) -> bool:
    from monitor.notify import open_channel  # noqa: PLC0415  # a broken installation still reaches what is above

    sent = open_channel(name, url).send(message, _SECONDS)
    _context.errors().print(f"last alert over {name}: {sent.result} {sent.detail}", highlight=False)
    return sent.result is SendResult.DELIVERED


def _message(unit: str, source: EnvSource, variables: dict[str, str]) -> Message:
    chinese = variables.get(f"{PREFIX}LANGUAGE", "").startswith("zh")
    start = f"{PREFIX}LINES__"
    lines = sorted({n.removeprefix(start).split("__")[0].lower() for n in variables if n.startswith(start)})
    why, faults = _why(source, chinese=chinese), _faults(source)
    if chinese:
        subject = "监控已停止：现在没有人看着你的号码"
        parts = [
            f"{unit} 反复启动失败，已经停止。{why}",
            f"没有人看着的号码：{'、'.join(lines)}。" if lines else "",
            *(f"设置错误：{fault}" for fault in faults),
            f"怎么办：先运行 journalctl -u {unit} -n 50 查看原因，再运行 billing-monitor doctor，按它逐条给出的办法修复。",
            f"修好后运行：systemctl restart {unit}",
            "十分钟后会自动再试一次。恢复之前，请自己留意余额和账单到期日。",
        ]
    else:
        subject = "The monitor has stopped: nobody is watching your lines"
        parts = [
            f"{unit} has failed again and again and has stopped. {why}",
            f"Lines that nobody watches now: {', '.join(lines)}." if lines else "",
            *(f"Wrong setting: {fault}" for fault in faults),
            f"What to do: journalctl -u {unit} -n 50 shows the cause; billing-monitor doctor says how to mend it.",
            f"Then: systemctl restart {unit}",
            "It will try again by itself in ten minutes. Until it is back, keep an eye on balances and due dates yourself.",
        ]
    text = "\n\n".join(part for part in parts if part)
    return Message(
        "last-words", subject, f"{subject}. {why}", text, severity=Severity.CRITICAL, thread="last-words"
    )


def _faults(source: EnvSource) -> list[str]:
    try:
        read_settings(source, to_run=True)
    except SettingsError as error:
        return [str(fault) for fault in error.faults[:5]]
    return []


_WHY = {
    "settings": ("The settings are wrong.", "原因：设置有误。"),
    "watchdog": ("It hung: no sign of life for a minute.", "原因：程序卡住，一分钟没有反应。"),
    "oom-kill": ("The machine ran out of memory.", "原因：内存不足。"),
    "timeout": ("It did not become ready in time.", "原因：未能及时就绪。"),
    "exit-code": ("It ends with an error at each start.", "原因：每次启动都出错退出。"),
    "other": ("It was killed.", "原因：进程被终止。"),
}


def _why(source: EnvSource, *, chinese: bool) -> str:
    result, status = (
        source.failed_unit.get("SERVICE_RESULT", "exit-code"),
        source.failed_unit.get("EXIT_STATUS"),
    )
    key = "settings" if (result, status) == ("exit-code", str(_context.WRONG_SETTING)) else result
    return _WHY.get(key, _WHY["other"])[chinese]
