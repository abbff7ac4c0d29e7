"""The migrated database that processes copy: never another one than the files of today would make."""

import sqlite3
from types import SimpleNamespace

import pytest

from tests import template

NAME = "file:at_hand?mode=memory&cache=shared"
CONNECTION = SimpleNamespace(vendor="sqlite", creation=SimpleNamespace(_get_test_db_name=lambda: NAME))


@pytest.fixture
def project(monkeypatch, tmp_path):
    """A project of one model that keeps its template in a folder of its own."""
    models = tmp_path / "articles" / "models"
    models.mkdir(parents=True)
    (models / "claim.py").write_text("one")
    monkeypatch.setattr(template, "ROOT", tmp_path)
    monkeypatch.setattr(template, "FOLDER", tmp_path / "kept")
    return tmp_path


def content(table: str) -> bytes:
    made = sqlite3.connect(":memory:")
    made.execute(f"CREATE TABLE {table} (id)")
    return made.serialize()


def tables() -> list[str]:
    found = sqlite3.connect(NAME, uri=True)
    try:
        return [name for (name,) in found.execute("SELECT name FROM sqlite_master")]
    finally:
        found.close()


@pytest.mark.parametrize(
    "name", ["articles/guards.py", "articles/models/claim.py", "articles/search/index.py"]
)
def test_another_word_in_what_it_is_made_of_is_another_file(project, name):
    before = template.file()
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("two")
    assert template.file() != before


def test_so_is_another_migration(project, monkeypatch):
    from django.apps import apps

    (project / "migrations").mkdir()
    monkeypatch.setattr(apps, "get_app_configs", lambda: [SimpleNamespace(path=str(project))])
    before = template.file()
    (project / "migrations" / "0001.py").write_text("one")
    assert template.file() != before


def test_a_page_of_readers_is_none_of_it(project):
    before = template.file()
    (project / "articles" / "views").mkdir()
    (project / "articles" / "views" / "claim.py").write_text("one")
    assert template.file() == before


def test_nothing_is_at_hand_before_anything_is_kept(project):
    with template.at_hand(CONNECTION):
        assert tables() == []


def test_what_is_kept_is_at_hand_until_its_files_change(project):
    template.keep(content("first"))
    template.keep(content("second"))
    with template.at_hand(CONNECTION):
        assert tables() == ["first"]
    assert tables() == []
    (project / "articles" / "models" / "claim.py").write_text("two")
    with template.at_hand(CONNECTION):
        assert tables() == []
    template.keep(content("third"))
    with template.at_hand(CONNECTION):
        assert tables() == ["third"]
    assert len(list(template.FOLDER.iterdir())) == 1
