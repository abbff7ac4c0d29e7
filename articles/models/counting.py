"""How many rows hang on a row, counted by the database while it lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import connections, models
from django.db.models.expressions import RawSQL
from django.db.models.lookups import IsNull

# Pages tell nothing above this apart: "1,000+".
TOLD = 1_000


def numbers(rows: Mapping[int, models.QuerySet]) -> dict[int, int]:
    """Return how many rows each of these sets has, by one statement; above 1,000 none is counted further."""
    if not rows:
        return {}
    using = next(iter(rows.values())).db
    parts, given = [], []
    for key, some in rows.items():
        counted = some.order_by().values("pk")[: TOLD + 1].query
        sql, values = counted.get_compiler(using=using, elide_empty=False).as_sql()
        parts.append(f"SELECT {int(key)}, COUNT(*) FROM ({sql}) AS t")  # noqa: S608 - Django's own SQL
        given += values
    with connections[using].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        return dict(cursor.fetchall())


class HowMany(models.Subquery):
    """How many rows a query has, or for how many of them `only` is true; `most` of them are looked at, if given.

    `only` is asked of those rows and no others: as a condition of the query it would be asked of whole tables first.
    """

    template = "(SELECT COUNT(counted) FROM (%(subquery)s) AS counted_rows)"
    output_field: ClassVar = models.IntegerField()

    def __init__(self, rows: Any, only: Any = None, most: int | None = None) -> None:
        one = models.Value(1)
        counted = one if only is None else models.Case(models.When(only, then=one))
        super().__init__(rows.order_by().values("pk", counted=counted).distinct()[:most])


class OneOf(models.Subquery):
    """The number 1 where `only` is true for one of the rows of a query, which are asked one after the other."""

    # The limit keeps PostgreSQL from asking it of whole tables beforehand.
    template = "(SELECT 1 FROM (%(subquery)s LIMIT 9223372036854775807) AS asked WHERE counted = 1 LIMIT 1)"
    output_field: ClassVar = models.IntegerField()

    def __init__(self, rows: Any, only: Any) -> None:
        counted = models.Case(models.When(only, then=models.Value(1)))
        super().__init__(rows.order_by().values("pk", counted=counted))


class AmongFew(models.Func):
    """Is a value among those of a query that has few?

    The same as `__in`, which PostgreSQL may plan as a set to be made anew for each row that is looked up, and so begin
    with whole tables; of an array it knows that it is made once. `rows` may be SQL too.
    """

    output_field: ClassVar = models.BooleanField()

    def __init__(self, value: Any, rows: Any) -> None:
        super().__init__(value, rows if isinstance(rows, RawSQL) else models.Subquery(rows))

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:  # type: ignore[override]
        return self._compared(compiler, "{} IN {}")

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        return self._compared(compiler, "{} = ANY(ARRAY{})")

    def _compared(self, compiler: Any, words: str) -> tuple[str, Any]:
        (value, given), (rows, more) = (compiler.compile(one) for one in self.get_source_expressions())
        return words.format(value, rows), (*given, *more)


def some(rows: Any) -> models.Q:
    """Return the condition that there is such a row, to be asked of each row of the outer query by itself.

    The same as `Exists`, for which PostgreSQL may first make a set of all the rows there are. Right where most rows
    have one, or few are asked.
    """
    return models.Q(IsNull(models.Subquery(rows.order_by().values("pk")[:1]), False))


def likely(condition: models.Q) -> models.Q:
    """Return the same condition, of which PostgreSQL expects that every other row meets it: of `some` it expects all
    or none, and plans for that."""
    met = models.When(condition, then=models.Value(True))
    return models.Q(models.Case(met, default=models.Value(False), output_field=models.BooleanField()))
