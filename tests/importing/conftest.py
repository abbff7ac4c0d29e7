from __future__ import annotations

import pytest
import yaml

from articles.importing import plain_yaml


@pytest.fixture(params=["python", "compiled"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Either of PyYAML's parsers: which one is there depends on how it was installed."""
    if request.param == "compiled" and not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML was built without its compiled parser")
    loader = yaml.SafeLoader if request.param == "python" else yaml.CSafeLoader
    monkeypatch.setattr(plain_yaml, "_LOADER", loader)
    return str(request.param)
