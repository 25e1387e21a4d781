"""The reference of all variables as Markdown, generated from the declarations."""

from __future__ import annotations

from monitor.settings.example import default_text
from monitor.settings.names import NAME, Variable, variables

_HEAD = """\
# Settings

Generated from the declarations in `monitor/settings/`; a test keeps it equal. `<NAME>` is a name of your choice,
`<KEY>` a key of the preset or connector. Any variable may be given as `…_FILE` with a path, or as a systemd credential
called like it in lower case. Durations carry their unit: `90s`, `15m`, `6h`, `1d12h`.
"""


def settings_markdown() -> str:
    """Return ``docs/settings.md``."""
    sections: dict[str, list[Variable]] = {}
    for variable in variables():
        head, _, _ = variable.pattern.partition(f"__{NAME}")
        sections.setdefault(head if NAME in variable.pattern else "The daemon", []).append(variable)
    parts = [_HEAD]
    for title, declared in sections.items():
        name = title if title == "The daemon" else f"`{title}__<NAME>__…`"
        parts.append(f"\n## {name}\n\n| variable | default | meaning |\n|---|---|---|\n")
        parts += [_row(variable) for variable in declared]
    return "".join(parts)


def _row(variable: Variable) -> str:
    default = "required" if variable.field.is_required() else default_text(variable)
    shown = f"`{default}`" if default and default != "required" else default or "–"
    meaning = (variable.field.description or "").replace("|", "\\|")
    return f"| `{variable.pattern}` | {shown} | {meaning} |\n"
