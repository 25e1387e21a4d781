"""``rules``: which value holds, from where, how sure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from monitor.cli import _context
from monitor.core.rules import Rules, RuleValue
from monitor.rulebook import Rulebook, RulebookError, load
from monitor.rulebook.words import amount, key_name, note, plain, trust_name, zh

Language = Annotated[str, typer.Option("--language", help="en or zh-CN; default: the system's")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]
Folder = Annotated[
    Path | None, typer.Option("--rulebook", help="folder whose files replace the shipped ones")
]


def register(app: typer.Typer) -> None:
    """Add ``rules list``, ``rules show`` and ``rules explain``."""
    group = typer.Typer(help="Rule values with source, date and trust.", no_args_is_help=True)
    group.command("list")(list_entries)
    group.command("show")(show)
    group.command("explain")(explain)
    app.add_typer(group, name="rules")


def list_entries(language: Language = "", rulebook: Folder = None) -> None:
    """List the entries of the rulebook."""
    for name, entry in sorted(_book(rulebook).entries.items()):
        count = len(entry.values)
        typer.echo(f"{name:20} {entry.kind:9} {count:3}  {entry.title(_language(language))}")


def show(
    entry: Annotated[str, typer.Argument(help="cn.mobile, cn.legal, generic.prepaid, …")],
    province: Annotated[str, typer.Option(help="henan, chongqing, …")] = "",
    language: Language = "",
    as_json: AsJson = False,
    rulebook: Folder = None,
) -> None:
    """Show every value that holds for an entry: source, date checked, trust."""
    book = _book(rulebook)
    try:
        rules = book.resolve(entry, province)
    except RulebookError as error:
        _fail(error)
    if province and book.province(entry.partition(".")[0], province) is None:
        _fail(RulebookError([f"nothing is known of the province {province!r}; try henan or chongqing"]))
    _print(rules, _language(language), as_json=as_json)


def explain(
    ctx: typer.Context,
    line: Annotated[str, typer.Argument(help="name of a line in the settings")],
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Say which values hold for a line, which level answered, and how sure it is."""
    from monitor.cli._story import line_rules  # noqa: PLC0415 - settings are not needed by `rules show`

    _, rules = line_rules(ctx, line)
    _print(rules, language or _context.of(ctx).settings.language, as_json=as_json)


def _print(rules: Rules, language: str, *, as_json: bool) -> None:
    values = sorted(rules.values.values(), key=lambda v: (v.role == "product", v.key))
    if as_json:
        found = {"entry": rules.entry, "chain": rules.chain, "values": [_row(v) for v in values]}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    chinese = zh(language)
    typer.echo(("查询顺序：" if chinese else "asked in this order: ") + " → ".join(rules.chain))
    if not values:
        typer.echo("一无所知。" if chinese else "Nothing is known.")
    for value in values:
        typer.echo(f"\n{value.key}: {amount(value, language)}{_marks(value, chinese=chinese)}")
        typer.echo(f"    {key_name(value.key, language)}" + _note(value, language))
        checked = value.checked_on.isoformat() if value.checked_on else "–"
        typer.echo(
            f"    {'出处：' if chinese else 'source: '}{value.cited(language)} · {value.scope} · "
            f"{'核对于' if chinese else 'checked'} {checked} · {trust_name(value.trust, language)}"
        )
    typer.echo(
        "\n以上仅供参考，不构成法律意见；“可以”表示运营商有权但未必会这样做；未列出的即为未知。"
        if chinese
        else "\nReference, not legal advice. “may”: the carrier has the right, and need not use it. "
        "What is not listed is not known."
    )


def _marks(value: RuleValue, *, chinese: bool) -> str:
    marks = []
    if value.may:
        marks.append("可以" if chinese else "may")
    if value.role:
        words = {
            "ceiling": ("at most", "上限"),
            "floor": ("at least", "下限"),
            "product": ("one product only", "仅限个别产品"),
        }
        marks.append(words[value.role][chinese])
    if not value.binding:
        marks.append(
            "对移动运营商不具约束力，仅作参考" if chinese else "does not bind mobile carriers: fills a gap"
        )
    if not marks:
        return ""
    return f"（{'、'.join(marks)}）" if chinese else f" ({', '.join(marks)})"


def _note(value: RuleValue, language: str) -> str:
    text = note(value, language)
    return f" · {text}" if text else ""


def _row(value: RuleValue) -> dict[str, object]:
    number = plain(value.value) if not isinstance(value.value, str) else value.value
    return {
        "key": value.key,
        "value": number,
        "unit": value.unit,
        "scope": value.scope,
        "source": value.source,
        "checked_on": value.checked_on.isoformat() if value.checked_on else None,
        "trust": value.trust,
        "may": value.may,
        "role": value.role or None,
        "binding": value.binding,
        "note": {"en": value.note, "zh-CN": value.note_zh},
    }


def _book(folder: Path | None) -> Rulebook:
    try:
        return load(folder)
    except RulebookError as error:
        _fail(error)


def _fail(error: RulebookError) -> NoReturn:
    for fault in error.faults:
        typer.echo(fault, err=True)
    raise typer.Exit(2)


def _language(asked: str) -> str:
    from monitor.settings.fields import system_language  # noqa: PLC0415 - only when nothing was asked for

    return asked or system_language()
