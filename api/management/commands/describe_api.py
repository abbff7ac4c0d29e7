"""Writes what the API says of itself into `docs/`, where a change of it shows up in review."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from api import rows
from api.describing import as_committed, place_of_the_document, place_of_the_reference, place_of_the_rows
from api.manual import as_markdown, read
from api.schema import whole_schema


class Command(BaseCommand):
    help = "Write docs/openapi.json, docs/api-reference.md and docs/changes.md from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        document = whole_schema()
        place_of_the_document().write_text(as_committed(document), encoding="utf-8")
        place_of_the_reference().write_text(as_markdown(read(document)), encoding="utf-8")
        place_of_the_rows().write_text(rows.as_markdown(), encoding="utf-8")
