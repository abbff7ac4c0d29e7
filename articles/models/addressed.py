"""What stands at a web address, and is found by any spelling of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models

from articles.models.recorded import Recorded, Revised
from articles.web_addresses import address_key


def at_address(*urls: str) -> models.Q:
    """Return the condition that an addressed row stands at one of these web addresses, in whatever spelling."""
    keys = {address_key(url) for url in urls} - {""}
    # SQLite takes the index only where the question repeats its condition.
    return models.Q(url_key__in=keys) & ~models.Q(url_key="")


class AddressKey(models.CharField):
    """The key of the row's `url`, made anew whenever the row is inserted or saved."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        key = address_key(model_instance.url)
        setattr(model_instance, self.attname, key)
        return key


class Addressed(Revised, Recorded):
    """A row with a `url`, which may be empty."""

    # It says nothing that the address does not.
    off_the_record: ClassVar = Recorded.off_the_record | {"url_key"}

    url: models.URLField
    url_key = AddressKey(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True
        indexes: ClassVar = [
            # Somebody asks of a page: what was checked on it?
            models.Index(fields=["url_key"], condition=~models.Q(url_key=""), name="%(class)s_by_url_key"),
        ]

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        written = None if update_fields is None else _with_key(update_fields)
        super().save(*args, update_fields=written, **kwargs)

    def write(self, fields: Iterable[str], expected: int | None = None) -> None:
        written = _with_key(fields)
        if "url_key" in written:
            self.url_key = address_key(self.url)
        super().write(written, expected)


def _with_key(fields: Iterable[str]) -> set[str]:
    """Return the columns that are written where these are: with the address its key."""
    written = set(fields)
    return written | {"url_key"} if "url" in written else written
