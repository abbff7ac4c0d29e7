"""Which room of the API a row lives in, so that any door can answer with any row."""

from __future__ import annotations

from typing import Any

from django.urls import reverse


def shown(row: Any, request: Any) -> tuple[dict[str, Any], str]:
    """Return (what the row's own address answers to whoever asks, that address).

    Raises Http404 where they may not see it, and LookupError for a noun that has no room.
    """
    basename, viewset = room_of(type(row))
    view = viewset(action_map={"get": "retrieve"}, basename=basename, detail=True)
    view.request, view.args, view.kwargs, view.format_kwarg = request, (), {"pk": row.pk}, None
    view.action, view.asked = "retrieve", {}
    address = request.build_absolute_uri(reverse(f"{basename}-detail", args=[row.pk]))
    return view.data_of(row.pk), address


def room_of(model: type[Any]) -> tuple[str, Any]:
    """Return (basename, viewset) of a noun. Raises LookupError."""
    from api.urls import router  # which imports the rooms

    viewset: Any
    for _prefix, viewset, basename in router.registry:
        if viewset.queryset is not None and viewset.queryset.model is model and hasattr(viewset, "data_of"):
            return basename, viewset
    raise LookupError(f"There is no room for {model._meta.verbose_name_plural}.")
