"""``billing-monitor mock``: the mock carrier server, for trying things out without a carrier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def mock(
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8900,
    scenario: Annotated[
        str, typer.Option(help="A shipped scenario (demo, prepaid, …) or a TOML file.")
    ] = "demo",
    speed: Annotated[
        float, typer.Option(help="Virtual seconds per real second; 86400: a day a second.")
    ] = 1.0,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve a mock carrier: TM Forum APIs whose line burns, falls due, is barred and restored."""
    from monitor.mock.scenario import BadScenario  # noqa: PLC0415 - the server is loaded only when asked for
    from monitor.mock.server import MockCarrier  # noqa: PLC0415

    try:
        carrier = MockCarrier(
            Path(scenario) if scenario.endswith(".toml") else scenario, port=port, host=host, speed=speed
        )
    except (BadScenario, OSError) as error:
        typer.echo(f"mock: {error}", err=True)
        raise typer.Exit(2) from None
    stages = " → ".join(stage.name for stage in carrier.world.scenario.stages) or "none"
    typer.echo(f"mock carrier at {carrier.url}\n  stages: {stages}\n  books:  {carrier.url}/_mock/state")
    try:
        carrier.serve_forever()
    except KeyboardInterrupt:
        carrier.stop()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mock")(mock)
