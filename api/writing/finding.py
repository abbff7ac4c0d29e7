"""POST to a list of rows that are on record once: what is there already is answered as it is."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from api.writing.once import once
from api.writing.verbs import Adds


class FindsOrAdds(Adds):
    """201 where the row is new, 200 where it was there already."""

    def find_or_add(self, by: Any, given: dict[str, Any]) -> tuple[Any, bool]:
        """Return (row, whether it is new)."""
        raise NotImplementedError

    def add(self, by: Any, given: dict[str, Any]) -> Any:
        return self.find_or_add(by, given)[0]

    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        def do() -> Response:
            row, is_new = self.find_or_add(request.user, self.read_body(self.adding))
            return self.told(row, 201 if is_new else 200)

        return once(request, do)
