"""What OPTIONS answers."""

from __future__ import annotations

from typing import Any

from rest_framework.metadata import BaseMetadata


class Offer(BaseMetadata):
    """What OPTIONS answers: what a resource is, and which parameters it reads."""

    def determine_metadata(self, request: Any, view: Any) -> dict[str, Any]:
        return {
            "name": view.get_view_name(),
            "description": view.get_view_description(),
            "parameters": [
                {"name": one.name, "description": one.description, "schema": one.schema}
                for one in offered(view)
            ],
        }


def offered(view: Any) -> Any:
    """Return the parameters GET would read at this address; OPTIONS has an action of its own."""
    view.action = getattr(view, "action_map", {}).get("get")
    return view.parameters()
