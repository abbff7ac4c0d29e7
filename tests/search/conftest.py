import pytest

from articles.search import postgres, sqlite


@pytest.fixture(autouse=True)
def nothing_counted():
    """What another test counted weighs nothing here."""
    for engine in (postgres, sqlite):
        engine.counted.forget()
