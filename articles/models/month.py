"""The month in which a day lies, as a number that an index can hold."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models


def month_number(day: date) -> int:
    """Return the number of a day's month, in months since the year 0."""
    return 12 * day.year + day.month


class MonthOf(models.Func):
    """The `month_number` of a date, null where there is none.

    Written out without parameters and without functions of Django's own, so that both engines take it for an index
    and find that index again.
    """

    output_field: ClassVar = models.IntegerField()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        # PostgreSQL.
        spelt = "(12 * EXTRACT(YEAR FROM %(expressions)s)::integer + EXTRACT(MONTH FROM %(expressions)s)::integer)"
        return super().as_sql(compiler, connection, **(extra | {"template": spelt}))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # A date is a text there, such as 2024-11-05.
        spelt = (
            "(12 * CAST(substr(%(expressions)s, 1, 4) AS integer)"
            " + CAST(substr(%(expressions)s, 6, 2) AS integer))"
        )
        return super().as_sql(compiler, connection, **(extra | {"template": spelt}))
