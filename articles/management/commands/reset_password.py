"""`manage.py reset_password NAME`: a link to set a new password, from the machine itself and without e-mail."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from articles.mailing import site
from articles.models import AuditEntry, AuditVerb, User
from articles.refusals import Refused


class Command(BaseCommand):
    help = (
        "Writes a link by which somebody sets a new password. It works once, and for an hour; until then the old "
        "password holds. A second factor stays, unless it is taken off with --off-second-factor."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the user name of the account")
        parser.add_argument(
            "--off-second-factor",
            action="store_true",
            help="take the second factor off as well, for who has lost the device and the recovery codes",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["name"]).first()
        if person is None:
            raise CommandError(f"There is no account “{options['name'][:150]}”.")
        if not person.is_active:
            raise CommandError(f"The account of {person} is closed. An administrator reactivates it first.")
        if options["off_second_factor"]:
            try:
                person.take_off_second_factor(None)
            except Refused as refusal:
                raise CommandError(f"{refusal.sentence} Leave --off-second-factor out.") from refusal
            self.stderr.write(
                "The second factor is taken off, and the sessions have ended.", lambda text: text
            )
        key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        AuditEntry.note(AuditVerb.LINK_MADE, person, None)
        self.stderr.write(
            f"For {person.username}, for an hour, and once. Hand it to nobody else:", lambda text: text
        )
        if not settings.SITE_URL:
            self.stderr.write(
                "SITE_URL is not set: if your desk answers elsewhere, change the beginning.",
                lambda text: text,
            )
        self.stdout.write(site() + path.replace("UID-KEY", key))
