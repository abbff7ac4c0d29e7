"""How tests ask that a verb says no: the right refusal, a sentence for people, and nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection

from articles.models import LedgerHead
from articles.refusals import Refused


def everything() -> dict[str, list[tuple]]:
    """Return every row of the record, as the database holds it."""
    found = {}
    # By SQL of our own: asked twice in every test of a refusal, and the ORM takes five times as long to say it.
    with connection.cursor() as cursor:
        for model in apps.get_app_config("articles").get_models(include_auto_created=True):
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(f"SELECT * FROM {table} ORDER BY {key}")
            found[table] = cursor.fetchall()
    return found


@contextmanager
def refuses(code: str, match: str = "", kind: type[Refused] = Refused) -> Iterator[None]:
    """Assert that the block is refused with this code and a sentence, and leaves every table as it was."""
    before = everything()
    with pytest.raises(kind, match=match or None) as refusal:
        yield
    assert refusal.value.code == code
    sentence = refusal.value.sentence
    assert sentence[0].isupper() or sentence[0] == "“" or sentence[0].isdigit(), sentence
    assert sentence.endswith((".", "…")), sentence
    assert everything() == before


@contextmanager
def invalid(field: str, match: str = "") -> Iterator[None]:
    """Assert that the block is refused with a sentence at this field, and leaves every table as it was."""
    before = everything()
    with pytest.raises(ValidationError) as refusal:
        yield
    assert field in refusal.value.message_dict, refusal.value.message_dict
    said = " ".join(refusal.value.message_dict[field])
    assert match in said, said
    assert everything() == before


def last_seq() -> int:
    return LedgerHead.objects.get().seq
