"""Which page of the desk a link to a row opens."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from articles.admin.site import desk


def page_of(row: Any) -> str:
    """Return the address of a row's page at the desk: its workbench, where its noun has one, or its form."""
    landing = getattr(desk._registry.get(type(row)), "landing", "change")
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{landing}", args=[row.pk])
