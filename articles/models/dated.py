"""When something of the world came out, as far as anybody knows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.dates import DateRange
from articles.models.choices import in_order


class Published(models.Model):
    """A publication date that may be a day, a range or unknown, and how we know it."""

    published_earliest = models.DateField(null=True, blank=True)
    published_latest = models.DateField(null=True, blank=True)
    published_basis = models.CharField(
        max_length=300, blank=True, help_text=_("How we know. Leave dates empty where nobody knows.")
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            in_order(
                "published_earliest",
                "published_latest",
                "%(class)s_published_in_order",
                "The latest possible date lies before the earliest.",
            )
        ]

    @property
    def published(self) -> DateRange:
        return DateRange(self.published_earliest, self.published_latest, self.published_basis)


def date_fields(name: str, when: DateRange) -> dict[str, Any]:
    """Return the three columns of a date as keyword arguments for a model or for `revise`."""
    return {
        f"{name}_earliest": when.earliest,
        f"{name}_latest": when.latest,
        f"{name}_basis": when.basis,
    }
