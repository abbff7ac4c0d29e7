"""`manage.py sign_head`: says where the record stands, signed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.signed_heads import BadKey, Head, signer


class Command(BaseCommand):
    help = (
        "Prints the head of the ledger as a signed note. Keep it where nobody of the newsroom can change it: "
        "`manage.py verify --against` proves by it that nothing up to there was rewritten."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = signer()
        except BadKey as trouble:
            raise CommandError(f"HEAD_KEY: {trouble}") from trouble
        if key is None:
            raise CommandError("HEAD_KEY is not set: `manage.py head_key` makes one.")
        self.stdout.write(key.sign(Head.now()), ending="")
