"""After any verb of the record, and the purge that it asked for, a CDN holds nothing that is old."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from articles.refusals import Refused
from tests import factories as f
from tests.cdn.conftest import work
from tests.keeping import world
from tests.keeping.test_kept_answers import KINDS, all_answers
from tests.pages.everything import LISTS

BESIDE = (
    *(f"/api/v1/{noun}/?page_size=100" for noun in ("claims", "articles", "sources", "verdicts", "topics", "ratings")),
    "/feeds/verdicts.atom", "/feeds/corrections.atom", "/sitemap.xml",
)  # fmt: skip
# Asked each time, with or without a CDN.
NOT_HELD = {"fairness", "methodology", "submit", "check"}


@pytest.mark.slow
@pytest.mark.django_db
class TestEveryVerb:
    @pytest.fixture(autouse=True)
    def _record(self, cdn, settings):
        # What did not change costs next to nothing so; that it is right is said in tests/keeping.
        settings.ANSWERS_KEPT = 1000
        caches["answers"].clear()
        caches["rows"].clear()
        world.make()
        self.cdn, self.by = cdn, f.some_administrator()
        work()
        lists = [reverse(name) for name in LISTS if name not in NOT_HELD]
        for address in (*lists, *BESIDE, *(KINDS[kind](pk) for kind, pk in all_answers())):
            cdn.get(address)
        self.held = dict(cdn.held)
        assert len(self.held) > 40

    @pytest.mark.parametrize("verb", world.VERBS, ids=lambda verb: verb.name)
    def test_verb(self, verb):
        said = sum([self.say(verb, lambda subject=subject: subject) for subject in world.ways(verb)])
        assert said or self.say(verb, verb.prepare), "This verb was said of nothing."

    def say(self, verb, prepare) -> bool:
        """Say the verb, purge, look at what is still held, and take it back; return whether it could be said."""
        with transaction.atomic():
            self.cdn.held = dict(self.held)
            try:
                subject = prepare()
                if hasattr(subject, "refresh_from_db"):
                    subject.refresh_from_db()
                verb.say(subject, self.by if verb.allowed else getattr(subject, "assessor", self.by))
                work()
                for address, (content, _) in list(self.cdn.held.items()):
                    answer = Client().get(address)
                    assert answer.getvalue() == content, f"{verb.name} of {subject}: {address} is old"
                return True
            except (Refused, ValidationError):
                return False
            finally:
                transaction.set_rollback(True)


@pytest.mark.django_db
def test_what_is_held_would_be_old_without_the_purge(cdn, editor):
    """Or else what is said above says nothing."""
    claim = f.ClaimFactory(rating="supported")
    other = f.ClaimFactory(rating="supported")
    pages = [one.get_absolute_url() for one in (claim, other)]
    details = [f"/api/v1/claims/{one.pk}/" for one in (claim, other)]
    work()
    before = [cdn.get(address) for address in (*pages, *details, "/claims/")]
    claim.revise(editor, statement="The bridge cost five million dollars.")
    assert [cdn.get(address) for address in (*pages, *details, "/claims/")] == before
    assert work() == 1
    # What did not change is still held.
    assert pages[0] not in cdn.held and details[0] not in cdn.held and "/claims/" not in cdn.held
    assert pages[1] in cdn.held and details[1] in cdn.held
    claim.refresh_from_db()
    for address in (claim.get_absolute_url(), details[0], "/claims/"):
        assert b"five million" in cdn.get(address)
