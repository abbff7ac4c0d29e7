"""What somebody had begun to write."""

from __future__ import annotations

from typing import Any

import factory

from articles.models import KeptForm
from tests.factories.people import some_reporter


class KeptFormFactory(factory.django.DjangoModelFactory):
    """`words` stand in one field; or give all `fields`."""

    class Meta:
        model = KeptForm

    class Params:
        words = "The bridge cost"

    user = factory.LazyFunction(some_reporter)
    form = factory.Sequence(lambda number: f"/desk/articles/claim/{number + 1}/change/")
    page = factory.SelfAttribute("form")
    seen = 1

    @factory.lazy_attribute
    def fields(self) -> list[list[str]]:
        return [["statement", self.words, self.words]]

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        return model_class.objects.create(*args, **kwargs)
