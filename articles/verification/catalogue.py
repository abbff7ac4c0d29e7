"""What the database itself keeps is in force and agrees: guards, constraints, keys, counts and the index."""

from __future__ import annotations

import re
from typing import Any

from django.db import connections, models
from django.db.models import CheckConstraint

from articles.guards import missing
from articles.models import counted
from articles.models.addressed import Addressed
from articles.models.ledger import recorded_models
from articles.search import index
from articles.verification.reading import Reading, Wrong
from articles.web_addresses import address_key


def guards(reading: Reading) -> Wrong:
    for sentence in missing(connections[reading.using]):
        yield (
            sentence.split()[0],
            f"{sentence}; `manage.py migrate` puts guards back, but not what went by",
        )


def constraints(reading: Reading) -> Wrong:
    """Every named constraint is in the catalogue, and no row breaks a rule that a CHECK states."""
    present = constraint_names(connections[reading.using])
    for model in recorded_models():
        for constraint in model._meta.constraints:
            if constraint.name not in present:
                yield constraint.name, f"the constraint is missing from {model._meta.db_table}"
        rules = {
            f"it breaks the rule {constraint.name}": ~models.Q(constraint.condition)
            for constraint in model._meta.constraints
            if isinstance(constraint, CheckConstraint)
        }
        yield from _breaking(reading, model, rules)
        yield from _breaking(reading, model, _dangling(reading, model))
        reading.progress("constraints", 1)


def addresses(reading: Reading) -> Wrong:
    """Every row is looked up by the key of its own address; the ledger does not commit to the key."""
    for model in recorded_models():
        if not issubclass(model, Addressed):
            continue
        rows: Any = model._base_manager.using(reading.using)
        stored = rows.exclude(url="", url_key="").order_by("pk").only("url", "url_key")
        for one in reading.all(stored, "addresses"):
            if one.url_key != address_key(one.url):
                yield f"{model._meta.verbose_name} {one.pk}", "its url_key is not the key of its url"


def counts(reading: Reading) -> Wrong:
    """What is written down of how many claims a row has is what there are; the ledger does not commit to it."""
    for name, pk, column, says, there in counted.differences(reading.using):
        yield f"{name} {pk}", f"its {column} says {says}, and there are {there}"


def search(reading: Reading) -> Wrong:
    """What can be found is what the record holds: no document is missing, stale or too many."""
    yield from index.differences(reading.using)


def _breaking(reading: Reading, model: type[models.Model], rules: dict[str, models.Q]) -> Wrong:
    """Yield rows to which one of the rules' negations applies: all asked at once, since mostly none does."""
    if not rules:
        return
    rows = model._base_manager.using(reading.using)
    broken = models.Q()
    for negation in rules.values():
        broken |= negation
    found = list(rows.filter(broken).order_by("pk").values_list("pk", flat=True)[:10])
    for sentence, negation in rules.items() if found else ():
        for pk in rows.filter(negation, pk__in=found).order_by("pk").values_list("pk", flat=True):
            yield f"{model._meta.verbose_name} {pk}", sentence


def _dangling(reading: Reading, model: type[models.Model]) -> dict[str, models.Q]:
    """Return, for each reference of a model, what is true of the rows that refer to a row that is not there."""
    lost = {}
    for field in model._meta.concrete_fields:
        if not field.is_relation or field.related_model is None:
            continue
        there = field.related_model._base_manager.using(reading.using).filter(
            pk=models.OuterRef(field.attname)
        )
        lost[f"its {field.name} is not there"] = ~models.Exists(there) & models.Q(
            **{f"{field.attname}__isnull": False}
        )
    return lost


def constraint_names(connection: Any) -> set[str]:
    """Return the names of all constraints and unique indexes that the database's catalogue has in force.

    Django's own introspection parses the SQL of each table, which takes longer than all other checks together.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT conname FROM pg_constraint "
                "WHERE convalidated AND connamespace = current_schema()::regnamespace "
                "UNION SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
            )
            return {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
        names = set()
        for kind, name, sql in cursor.fetchall():
            names |= {name} if kind == "index" else set(re.findall(r'CONSTRAINT "(\w+)"', sql or ""))
        return names
