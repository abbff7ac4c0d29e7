"""Many rows at once: ids allotted ahead, and rows written by COPY; on SQLite by one statement that is prepared once.

For acts of thousands of rows. What is written is what is given: no model looks at it, only the database does, with
its constraints, its guards and the triggers of search.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models, router, transaction


def allot(model: type[models.Model], count: int) -> list[int]:
    """Return so many ids that no other row of the model will have, ascending.

    As with any sequence, those that are then not used are never given out again.
    """
    using = router.db_for_write(model)
    table, column = model._meta.db_table, model._meta.pk.column
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, column, count],
            )
            return [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        if found is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, 0)", [table])
        last = found[0] if found else 0
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
        return list(range(last + 1, last + count + 1))


def write(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write new rows of a model in the transaction that is going on; `columns` are those each row has values for.

    Raises what the database says against it, IntegrityError for a constraint; then no row is there.
    """
    connection: Any = connections[router.db_for_write(model)]
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cursor.copy(f'COPY "{model._meta.db_table}" ({named}) FROM STDIN') as copy,
            ):
                for row in rows:
                    copy.write_row(row)
            return
        fields = [_field(model, column) for column in columns]
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            # Names of our own models; every value is a parameter.
            f'INSERT INTO "{model._meta.db_table}" ({named}) VALUES ({places})',  # noqa: S608
            [
                [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
                for row in rows
            ],
        )


def _field(model: type[models.Model], column: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.column == column)
