"""The store's benchmark on a tenth of its size: ``pytest -s -m heavy tests/benchmarks/test_store_speed.py``."""

from __future__ import annotations

import bench_store
import pytest


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_print_how_fast_the_store_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["bench_store.py", "--rows", "1000000"])
    bench_store.main()
    told = capsys.readouterr().out
    with capsys.disabled():
        print("\n" + told)
    assert "faults: 0" in told
