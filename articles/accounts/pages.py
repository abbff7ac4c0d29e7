"""What the pages about accounts have in common with the desk's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from articles.admin.site import desk


def frame(request: HttpRequest, title: Any) -> dict[str, Any]:
    """Return what the desk's frame around a page needs."""
    found = desk.each_context(request)
    # Who still sets up a second factor has no desk to walk about in yet.
    found["is_nav_sidebar_enabled"] = found["is_nav_sidebar_enabled"] and not hasattr(request, "kept_out")
    return {**found, "title": title, "sends_email": settings.SENDS_EMAIL}


class DeskPage:
    """A page in the desk's frame, with its title."""

    title: Any = ""
    request: Any

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**context, **frame(self.request, self.title)}
