"""Write the example env files from the declarations: ``python tools/write_examples.py``."""

from pathlib import Path

from monitor.settings.example import line_env, monitor_env

config = Path(__file__).parents[1] / "config"
(config / "monitor.env.example").write_text(monitor_env(), encoding="utf-8")
(config / "lines.d" / "example.env").write_text(line_env(), encoding="utf-8")
