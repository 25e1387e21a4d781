"""Every ``MONITOR_*`` variable: its unit, default and meaning, in one declaration each."""

from monitor.settings.faults import Fault, SettingsError
from monitor.settings.model import ChannelSettings, LineSettings, Settings
from monitor.settings.source import EnvSource, load

__all__ = ["ChannelSettings", "EnvSource", "Fault", "LineSettings", "Settings", "SettingsError", "load"]
