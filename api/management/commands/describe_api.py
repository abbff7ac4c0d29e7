"""Writes what the API says of itself into `docs/`, where a change of it shows up in review."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from api.describing import as_committed, place_of_the_document, place_of_the_reference
from api.manual import as_markdown, read
from api.schema import whole_schema


class Command(BaseCommand):
    help = "Write docs/openapi.json and docs/api-reference.md from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        document = whole_schema()
        place_of_the_document().write_text(as_committed(document), encoding="utf-8")
        place_of_the_reference().write_text(as_markdown(read(document)), encoding="utf-8")
