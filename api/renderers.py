"""How answers are written."""

from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer


class JSON(JSONRenderer):
    """JSON as UTF-8, and saying so: some clients take an unnamed charset for Latin-1."""

    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        if data is not None and not self.get_indent(accepted_media_type or "", renderer_context or {}):
            try:
                return orjson.dumps(data)
            except TypeError:
                pass  # a number beyond 64 bits, half a surrogate pair, a lazy text: the slower writer knows them
        return super().render(data, accepted_media_type, renderer_context)


def takes_plain_json(accept: str) -> bool:
    """Does this Accept header plainly take JSON as it is? What needs thought is answered the long way."""
    return not accept or accept in ("*/*", "application/json", "application/json, */*")
