"""`manage.py purge_cdn`: has the CDN in front forget everything, as after an upgrade."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from articles.cdn import purging


class Command(BaseCommand):
    help = (
        "Asks for a job that tells the CDN to forget everything; a worker does it. After each upgrade: pages of the "
        "release before link to style sheets that are no longer there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not purging.is_on():
            raise CommandError("There is no CDN to tell: CDN and CDN_PURGE_URLS are not both set.")
        with transaction.atomic():
            purging.ask_for_all()
        if options["verbosity"]:
            self.stdout.write("A worker will tell the CDN to forget everything.")
