"""The filter of lists that open with what waits for a decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class WaitingFilter(admin.SimpleListFilter):
    """What waits, unless the person asks for what was decided or for all. Each noun says what waits by `open`."""

    title = _("decision")
    parameter_name = "decision"
    waiting: Any = _("waits for one")
    decided: Any = _("was made")

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("made", self.decided), ("all", _("all"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Offer what waits in the place of Django's "all"."""
        chosen = self.value() if self.value() in ("made", "all") else None
        for value, label in [(None, self.waiting), *self.lookup_choices]:
            yield {
                "selected": value == chosen,
                "query_string": changelist.get_query_string(
                    {self.parameter_name: value} if value else {}, [] if value else [self.parameter_name]
                ),
                "display": label,
            }

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "all":
            return queryset
        return queryset.decided() if self.value() == "made" else queryset.open()
