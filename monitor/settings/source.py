"""From env files, the environment, ``…_FILE`` variants and systemd credentials to checked settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from monitor.settings.crossed import between_sections, between_variables
from monitor.settings.envfile import EnvFileError, parse
from monitor.settings.faults import Fault, SettingsError
from monitor.settings.model import Settings
from monitor.settings.names import PREFIX, known, nearest

CONFIG = Path("/etc/billing-monitor")
HANDOVER = "environment"
"""In the service's run-time folder: what ``systemctl reload`` read from files and credentials, ``NAME=value`` ended by NUL.

The daemon's own environment is that of its start, and the files belong to root; so the reload command, which systemd
starts with the files' new content, hands it over here.
"""
_FILE = "_FILE"
_OF_SYSTEMD = frozenset(
    f"{PREFIX}{name}" for name in ("SERVICE_RESULT", "EXIT_CODE", "EXIT_STATUS", "INVOCATION_ID", "UNIT")
)
"""What systemd (251 and newer) tells an ``OnFailure=`` unit of the failed one: not ours, though named like ours."""


class EnvSource:
    """Where the variables come from. Reading again sees changed files, also those that systemd read at the start.

    Args:
        files: env files in order, a later one wins; None means ``*.env`` and ``lines.d/*.env`` of the configuration folder.
        environ: the process's environment; it wins over files.
    """

    def __init__(self, files: Sequence[Path] | None = None, environ: Mapping[str, str] | None = None) -> None:
        found = dict(os.environ if environ is None else environ)
        self.failed_unit = {k.removeprefix(PREFIX): found.pop(k) for k in _OF_SYSTEMD & found.keys()}
        """Set in an ``OnFailure=`` unit: ``SERVICE_RESULT``, ``EXIT_STATUS``, … of the unit that failed."""
        self._environ = found
        self._explicit = files
        self._own: dict[str, str] | None = None

    def files(self) -> list[Path]:
        """Return the env files that are read."""
        if self._explicit is not None:
            return list(self._explicit)
        folder = self._folder()
        return sorted(folder.glob("*.env")) + sorted(folder.glob("lines.d/*.env"))

    def _folder(self) -> Path:
        return Path(self._environ.get("CONFIGURATION_DIRECTORY", "").split(":")[0] or CONFIG)

    def read(self) -> tuple[dict[str, str], list[Fault]]:
        """Return every ``MONITOR_*`` variable and the faults met in finding them."""
        faults: list[Fault] = []
        from_files: dict[str, str] = {}
        for path in self.files():
            try:
                from_files |= parse(path.read_text(encoding="utf-8"))
            except EnvFileError as error:
                faults.append(Fault(f"{path}:{error.line}", error.problem, "Mend this line"))
            except UnicodeDecodeError:
                faults.append(Fault(str(path), "is not UTF-8 text", "Save it as UTF-8"))
            except OSError as error:
                faults.append(
                    Fault(str(path), error.strerror or "cannot be read", "Check the path and its permissions")
                )
        if self._own is None:  # what systemd took from these files at the start may change with them
            self._own = {k: v for k, v in self._environ.items() if from_files.get(k) != v}
        handed = self._handed_over()
        own = self._own if handed is None else handed
        merged = {k: v for k, v in (from_files | own).items() if k.startswith(PREFIX)}
        if handed is None:  # what is handed over holds the secrets already
            faults += _indirect(merged, self._credentials())
        return merged, faults

    def afresh(self) -> EnvSource:
        """Return a source that sees the files and secrets as they are now, not as the service was started or reloaded with."""
        stale = ("CREDENTIALS_DIRECTORY", "RUNTIME_DIRECTORY")
        return EnvSource(self._explicit, {k: v for k, v in self._environ.items() if k not in stale})

    def _handed_over(self) -> dict[str, str] | None:
        folder = self._environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
        try:
            text = (Path(folder) / HANDOVER).read_text(encoding="utf-8") if folder else None
        except OSError:
            return None
        return None if text is None else dict(row.split("=", 1) for row in text.split("\0") if "=" in row)

    def _credentials(self) -> dict[str, Path]:
        """Return variable → file: systemd's own folder, or for root at the command line the one that it is filled from."""
        if folder := self._environ.get("CREDENTIALS_DIRECTORY"):
            return {
                name.upper(): Path(folder, name) for name in _listed(folder) if name.startswith("monitor_")
            }
        if self._explicit is None:
            own = self._folder() / "credentials"
            return {PREFIX + name.upper(): own / name for name in _listed(own)}
        return {}


def _listed(folder: str | Path) -> list[str]:
    try:
        return sorted(path.name for path in Path(folder).iterdir() if not path.name.startswith("."))
    except OSError:
        return []  # none, or not for this user; a secret that is then missing is a fault of its own


def _indirect(merged: dict[str, str], credentials: Mapping[str, Path]) -> list[Fault]:
    """Replace ``X_FILE`` by the file's content as ``X``, and add credentials, in place."""
    faults = []
    for name in [
        n for n in merged if n.endswith(_FILE) and known(n) is None and known(n.removesuffix(_FILE))
    ]:
        base, path = name.removesuffix(_FILE), Path(merged.pop(name))
        if base in merged:
            faults.append(Fault(name, f"{base} is set too", "Keep one of the two"))
            continue
        try:
            merged[base] = path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "is not UTF-8 text"
            faults.append(Fault(name, f"{path}: {reason}", "Check the path and its permissions"))
    for name, path in credentials.items():
        try:
            merged[name] = path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "is not UTF-8 text"
            faults.append(Fault(name, f"{path}: {reason}", "Check the credential"))
    return faults


class _Merged(EnvSettingsSource):
    """pydantic-settings' own nesting, over our mapping instead of ``os.environ``."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._merged = {k.lower(): v for k, v in variables.items()}
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._merged


def load(source: EnvSource, more: Callable[[Mapping[str, str]], Iterable[Fault]] = lambda _: ()) -> Settings:
    """Read and check everything.

    Args:
        source: where the variables come from.
        more: further checks of the known, non-empty variables, so that their faults are told together with these.

    Raises:
        SettingsError: with every fault found, none of them naming a secret's value.
    """
    variables, faults = source.read()
    for name in sorted(variables):
        if known(name) is None:
            near = nearest(name)
            faults.append(
                Fault(
                    name,
                    "no such setting",
                    f"Did you mean {near}?" if near else "See config/monitor.env.example",
                )
            )
    good = {k: v for k, v in variables.items() if known(k) is not None and v != ""}
    faults += between_variables(good)
    faults += more(good)
    try:
        settings = Settings(**_Merged(good)())
    except ValidationError as error:
        raise SettingsError([*faults, *_faults_of(error)]) from None
    faults += between_sections(settings)
    if faults:
        raise SettingsError(faults)
    return settings


def _faults_of(error: ValidationError) -> Iterator[Fault]:
    for item in error.errors(include_url=False, include_input=False):
        name = PREFIX + "__".join(str(part).upper() for part in item["loc"])
        problem = str(item["msg"]).removeprefix("Value error, ")
        if item["type"] == "missing":
            yield Fault(name, "is required", "Set it, or remove the other variables of this section")
        else:
            yield Fault(name, problem)
