"""Triggers that hold what is insert-only, in the database itself.

They refuse UPDATE and DELETE on the insert-only tables, on SQLite also an INSERT that would overwrite a row
(`INSERT OR REPLACE` slips past an UPDATE trigger), on PostgreSQL also TRUNCATE. The one transition they allow is
redaction: a column may become exactly the masked text that the newest `RedactedText` row names for it, and an older
such row may give up its text. From the audit list a network address may go, and nothing else.

Django rebuilds SQLite tables in migrations and drops their triggers, so `install` runs after every migration,
and `missing` compares what should be there with the catalogue: a system check and `manage.py verify` ask it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

REDACTIONS = "articles_redactedtext"


@dataclass(frozen=True)
class Guard:
    """What one table refuses. `only_when` is a condition on OLD, in SQL, for rows that become insert-only."""

    table: str
    noun: str
    key: str
    columns: tuple[str, ...]
    maskable: tuple[str, ...] = ()
    erasable: tuple[str, ...] = ()
    # What may become NULL at any time: network addresses, which are kept for so long and no longer.
    forgettable: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = field(default=())
    only_when: str = ""
    updates: bool = True

    @property
    def sentence(self) -> str:
        return f"insert-only: a {self.noun} is never changed or deleted"


def guards() -> list[Guard]:
    """Return the guards of all insert-only tables, made from the models."""
    from articles.models.recorded import InsertOnly
    from articles.models.redaction import MASKABLE

    found = []
    for model in apps.get_app_config("articles").get_models():
        name = model._meta.model_name or ""
        if issubclass(model, InsertOnly) or name in ("change", "changerow"):
            erasable = ("payload", "salt") if name == "changerow" else ()
            found.append(_guard(model, maskable=MASKABLE.get(name, ()), erasable=erasable))
        elif name == "evidence":
            cited = "EXISTS (SELECT 1 FROM articles_citation WHERE evidence_id = {row}.id)"
            found.append(_guard(model, maskable=MASKABLE[name], only_when=cited))
        elif name == "user":
            found.append(_guard(model, updates=False))
        elif name == "auditentry":
            found.append(_guard(model, forgettable=("address",)))
    return sorted(found, key=lambda guard: guard.table)


def _guard(model: type[models.Model], **more: Any) -> Guard:
    meta: Any = model._meta
    unique: list[tuple[str, ...]] = [
        (one.column,) for one in meta.concrete_fields if one.unique and not one.primary_key
    ]
    for constraint in meta.total_unique_constraints:
        unique.append(tuple(meta.get_field(name).column for name in constraint.fields))
    return Guard(
        table=meta.db_table,
        noun=str(meta.verbose_name),
        key=meta.pk.column,
        columns=tuple(one.column for one in meta.concrete_fields),
        unique=tuple(unique),
        **more,
    )


def _allowed(guard: Guard, same: str) -> str:
    """Return the SQL condition under which an UPDATE is a redaction; `same` compares two values, NULLs too."""
    # Only the newest note counts: an older one would let what was masked since come back.
    noted = (
        f"EXISTS (SELECT 1 FROM {REDACTIONS} r WHERE r.id = (SELECT MAX(n.id) FROM {REDACTIONS} n "
        f"WHERE n.table_name = '{guard.table}' AND n.row_id = OLD.{guard.key} AND n.\"column\" = '{{column}}'){{more}})"
    )
    parts = []
    for column in guard.columns:
        kept = f'NEW."{column}" {same} OLD."{column}"'
        if column in guard.maskable:
            kept = f'({kept} OR {noted.format(column=column, more=f""" AND r.masked = NEW."{column}" """.rstrip())})'
        elif column in guard.erasable:
            kept = (
                f'({kept} OR (NEW."{column}" IS NULL AND {noted.format(column=guard.erasable[0], more="")}))'
            )
        elif column in guard.forgettable:
            kept = f'({kept} OR NEW."{column}" IS NULL)'
        elif (guard.table, column) == (REDACTIONS, "masked"):
            newer = (
                f"SELECT 1 FROM {REDACTIONS} n WHERE n.table_name = OLD.table_name AND n.row_id = OLD.row_id "
                'AND n."column" = OLD."column" AND n.id > OLD.id'
            )
            kept = f"({kept} OR (NEW.masked = '' AND EXISTS ({newer})))"
        parts.append(kept)
    return " AND ".join(parts)


class Sqlite:
    """Triggers for SQLite, one statement each."""

    def triggers(self) -> dict[str, str]:
        """Return trigger name → the statement that makes it."""
        made = {}
        for guard in guards():
            refuse = f"SELECT RAISE(ABORT, '{guard.sentence}');"
            when_old = guard.only_when.format(row="OLD")
            # UPDATE OR REPLACE deletes the row in its way without a DELETE trigger, so it is looked for here.
            condition = f"{self._in_the_way(guard)} AND there.rowid <> OLD.rowid)"
            if guard.updates:
                changed = f"NOT ({_allowed(guard, 'IS')})"
                condition = f"({f'{when_old} AND ' if when_old else ''}{changed}) OR {condition}"
            made[f"guard_{guard.table}_update"] = (
                f"BEFORE UPDATE ON {guard.table} WHEN {condition} BEGIN {refuse} END"
            )
            when = f" WHEN {when_old}" if when_old else ""
            made[f"guard_{guard.table}_delete"] = f"BEFORE DELETE ON {guard.table}{when} BEGIN {refuse} END"
            made[f"guard_{guard.table}_replace"] = (
                f"BEFORE INSERT ON {guard.table} WHEN {self._in_the_way(guard)}) BEGIN {refuse} END"
            )
        return {name: f"CREATE TRIGGER {name} {body}" for name, body in made.items()}

    def _in_the_way(self, guard: Guard) -> str:
        """Return the condition, but for its closing bracket, that NEW collides with a guarded row `there`.

        The hidden row number is a key of its own where the primary key is not SQLite's INTEGER PRIMARY KEY.
        """
        keys = [
            ("rowid",),
            (f'"{guard.key}"',),
            *(tuple(f'"{name}"' for name in key) for key in guard.unique),
        ]
        collides = " OR ".join(
            "(" + " AND ".join(f"there.{column} = NEW.{column}" for column in key) + ")" for key in keys
        )
        guarded = f" AND {guard.only_when.format(row='there')}" if guard.only_when else ""
        return f"EXISTS (SELECT 1 FROM {guard.table} there WHERE ({collides}){guarded}"

    def install(self, connection: Any) -> None:
        wanted, present = self.triggers(), self._present(connection)
        with connection.cursor() as cursor:
            for name in present:
                if present[name] != wanted.get(name):
                    cursor.execute(f"DROP TRIGGER {name}")
            for name, statement in wanted.items():
                if present.get(name) != statement:
                    cursor.execute(statement)

    def missing(self, connection: Any) -> Iterator[str]:
        wanted, present = self.triggers(), self._present(connection)
        for name, statement in wanted.items():
            if name not in present:
                yield f"{name} is missing"
            elif present[name] != statement:
                yield f"{name} is not the trigger that belongs there"

    def _present(self, connection: Any) -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\\_%' ESCAPE '\\'"
            )
            return dict(cursor.fetchall())


class Postgres:
    """Triggers for PostgreSQL: a function for each table, since a trigger's WHEN cannot look into other tables."""

    def functions(self) -> dict[str, str]:
        """Return function name → its body."""
        made = {}
        for guard in guards():
            refuse = f"RAISE EXCEPTION '{guard.sentence}' USING ERRCODE = 'restrict_violation';"
            lines = ["BEGIN"]
            passed_row = "IF TG_OP = 'UPDATE' THEN RETURN NEW; ELSE RETURN OLD; END IF;"
            if guard.only_when:
                lines.append(f"IF TG_OP = 'TRUNCATE' THEN {refuse} END IF;")
                lines.append(f"IF NOT ({guard.only_when.format(row='OLD')}) THEN {passed_row} END IF;")
            if guard.updates:
                allowed = _allowed(guard, "IS NOT DISTINCT FROM")
                lines.append(f"IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF;")
            lines += [refuse, "END"]
            made[f"guard_{guard.table}"] = "\n".join(lines)
        return made

    def triggers(self) -> dict[str, str]:
        """Return trigger name → the statement that makes it."""
        made = {}
        for guard in guards():
            events = "UPDATE OR DELETE" if guard.updates else "DELETE"
            function = f"guard_{guard.table}()"
            made[f"guard_{guard.table}_row"] = (
                f"CREATE TRIGGER guard_{guard.table}_row BEFORE {events} ON {guard.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}"
            )
            made[f"guard_{guard.table}_truncate"] = (
                f"CREATE TRIGGER guard_{guard.table}_truncate BEFORE TRUNCATE ON {guard.table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}"
            )
        return made

    def install(self, connection: Any) -> None:
        if not list(self.missing(connection)):
            return
        with connection.cursor() as cursor:
            for name, body in self.functions().items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$"
                )
            for name, statement in self.triggers().items():
                table = name.removeprefix("guard_").removesuffix("_row").removesuffix("_truncate")
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(statement)

    def missing(self, connection: Any) -> Iterator[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.tgname, t.tgenabled, p.proname, p.prosrc, pg_get_triggerdef(t.oid) FROM pg_trigger t "
                "JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
                "JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE NOT t.tgisinternal AND n.nspname = current_schema() AND t.tgname LIKE 'guard\\_%%'"
            )
            present = {row[0]: row[1:] for row in cursor.fetchall()}
        bodies = self.functions()
        for name, statement in self.triggers().items():
            if name not in present:
                yield f"{name} is missing"
                continue
            enabled, function, body, definition = present[name]
            if enabled != "O":
                yield f"{name} is switched off"
            elif bodies.get(function) != body or not _same_trigger(statement, definition):
                yield f"{name} is not the trigger that belongs there"


def _same_trigger(statement: str, definition: str) -> bool:
    """Compare what we would create with what the catalogue prints, which names the schema and orders events."""

    def words(sql: str) -> list[str]:
        return sorted(
            word.split(".")[-1] for word in sql.replace("DELETE OR UPDATE", "UPDATE OR DELETE").split()
        )

    return words(statement) == words(definition)


def _engine(connection: Any) -> Sqlite | Postgres:
    return Postgres() if connection.vendor == "postgresql" else Sqlite()


def install(connection: Any) -> None:
    """Put every guard in its place; does nothing where all are."""
    _engine(connection).install(connection)


def missing(connection: Any) -> list[str]:
    """Return a sentence for each guard that is missing, switched off or another than ours."""
    return list(_engine(connection).missing(connection))
