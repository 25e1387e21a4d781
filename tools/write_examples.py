"""Write the example env files and the settings reference from the declarations: ``python tools/write_examples.py``."""

from pathlib import Path

from monitor.settings.example import line_env, monitor_env
from monitor.settings.reference import settings_markdown

config = Path(__file__).parents[1] / "config"
(config / "monitor.env.example").write_text(monitor_env(), encoding="utf-8")
(config / "lines.d" / "example.env").write_text(line_env(), encoding="utf-8")
(config.parent / "docs" / "settings.md").write_text(settings_markdown(), encoding="utf-8")
