"""`manage.py api_key issue|list|revoke`: keys for programs, from the machine itself."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from articles.models import ApiKey, Scope, User
from articles.refusals import Refused

UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1)}


class Command(BaseCommand):
    help = (
        "Issues, lists and revokes the keys by which programs use the API. `issue` writes the token, which is shown "
        "this once, alone to the standard output, so that it can be piped; all else goes to the standard error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        issue = verbs.add_parser("issue", help="make a key and write its token")
        issue.add_argument("--owner", required=True, help="the user name of whom the key acts for")
        issue.add_argument("--name", required=True, help="what the key is for, and where it lies")
        issue.add_argument(
            "--scope",
            action="append",
            default=[],
            choices=Scope.values,
            help="what it may; more than once for several. "
            + " ".join(f"{scope.value}: {scope.told}." for scope in Scope)
            + " Without any it reads what is public.",
        )
        issue.add_argument(
            "--expires", default="90d", metavar="TIME", help="such as 90d or 12h, or never (default: 90d)"
        )
        verbs.add_parser("list", help="list all keys, without their secrets")
        revoke = verbs.add_parser("revoke", help="end a key at once and for good")
        revoke.add_argument("id", help="its identifier: the eight characters after fct_")

    def handle(self, *args: Any, **options: Any) -> None:
        if ApiKey._meta.db_table not in connection.introspection.table_names():
            raise CommandError(
                f"The database {settings.DATABASES['default']['NAME']} has no tables yet: run `manage.py migrate`, or, "
                "for the keys of the demo, set DEMO=True."
            )
        try:
            getattr(self, options["verb"])(options, timezone.now())
        except ValidationError as trouble:
            raise CommandError(" ".join(trouble.messages)) from trouble
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal

    def issue(self, options: dict[str, Any], now: datetime) -> None:
        owner = User.objects.filter(username=options["owner"]).first()
        if owner is None:
            raise CommandError(f"There is no account “{options['owner']}”.")
        expires_at = _end(options["expires"], now)
        key, token = ApiKey.issue(None, owner, options["name"], options["scope"], expires_at, now)
        until = f"until {expires_at:%Y-%m-%d %H:%M} UTC" if expires_at else "until it is revoked"
        may = ", ".join(key.scopes) or "reading what is public"
        self.stderr.write(
            f"Key {key.identifier} acts for {owner.username} {until}; scopes: {may}.", lambda text: text
        )
        if Scope.PUBLISH in key.scopes and not owner.limited(key.scopes).may_publish:
            self.stderr.write(
                f"It publishes nothing while {owner.username} is a {owner.get_role_display()}: "
                "give the scope to an editor's key.",
                lambda text: text,
            )
        self.stdout.write(token)

    def list(self, options: dict[str, Any], now: datetime) -> None:
        for key in ApiKey.objects.for_listing():
            scopes = ",".join(key.scopes) or "-"
            until = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "never"
            used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never"
            self.stdout.write(
                f"{key.identifier}\t{key.state_at(now).value}\t{key.owner.username}\t{scopes}\texpires {until}\t"
                f"used {used}\t{key.name}"
            )

    def revoke(self, options: dict[str, Any], now: datetime) -> None:
        # Of a whole token only the part that is no secret counts.
        identifier = options["id"].removeprefix("fct_").partition("_")[0]
        known = re.fullmatch(r"[a-z2-9]{8}", identifier)
        key = ApiKey.objects.filter(identifier=identifier).first() if known else None
        if key is None:
            raise CommandError(f"There is no key {identifier[:20]}; `list` lists them.")
        key.revoke(None, now)
        self.stderr.write(f"Key {key.identifier} is revoked.", lambda text: text)


def _end(lasts: str, now: datetime) -> datetime | None:
    """Read how long a key holds, such as `90d`; `never` is None."""
    if lasts == "never":
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,4})([dh])", lasts, re.ASCII)
    if found is None:
        raise CommandError(f"“{lasts[:50]}” is no time a key can hold: use such as 90d, 12h or never.")
    return now + int(found[1]) * UNITS[found[2]]
