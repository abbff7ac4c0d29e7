"""After any row of acts search finds exactly what the record holds, for readers and for the desk."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Appearance, Article, Claim, Redaction
from articles.refusals import Refused
from articles.search import index, search
from tests import factories as f

# No two share a stem, and none is a word of what the factories write.
WORDS = ["zorbing", "quimper", "veltro", "drax", "wombats", "Müesli"]
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(
    lambda some: f"{' '.join(some)} came."
)
number = st.integers(0, 7)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), sentences),
        st.tuples(st.just("quote"), sentences, number, st.booleans()),
        st.tuples(st.just("reword"), number, sentences),
        st.tuples(st.just("dismiss"), number),
        st.tuples(st.just("reopen"), number),
        st.tuples(st.just("merge"), number, number),
        st.tuples(st.just("unmerge"), number),
        st.tuples(st.just("open"), number),
        st.tuples(st.just("close"), number),
        st.tuples(st.just("publish"), number),
        st.tuples(st.just("withdraw"), number),
        st.tuples(st.just("redact"), st.sampled_from(WORDS)),
    ),
    min_size=1,
    max_size=12,
)


class Newsroom:
    """Does what it is told where the rules allow it, and remembers nothing: the record does."""

    def __init__(self):
        self.editor, self.administrator = f.some_editor(), f.some_administrator()

    def one(self, model, number):
        rows = list(model.objects.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def do(self, name, *words):
        if name == "redact":
            Redaction.everywhere(self.administrator, words[0], "A private matter.")
        elif name == "claim":
            f.ClaimFactory(statement=words[0])
        elif name == "quote":
            text, number, public = words
            version = f.ArticleVersionFactory(
                article=f.ArticleFactory(public=public), text=f"They said: {text}"
            )
            claim = self.one(Claim, number)
            f.AppearanceFactory(article_version=version, words=text, **({"claim": claim} if claim else {}))
        elif name in ("open", "close"):
            article = self.one(Article, words[0])
            if article:
                getattr(article, f"{name}_to_readers")(self.editor)
        else:
            claim = self.one(Claim, words[0])
            if claim:
                self.to_claim(name, claim, *words[1:])

    def to_claim(self, name, claim, *words):
        if name == "reword":
            claim.revise(self.editor, statement=words[0])
        elif name == "dismiss":
            claim.dismiss(self.editor, "No claim at all.")
        elif name == "reopen":
            claim.reopen(self.editor)
        elif name == "merge":
            claim.merge_into(self.one(Claim, words[0]), self.editor)
        elif name == "unmerge":
            claim.unmerge(self.editor)
        elif (
            name == "publish" and claim.status in ("open", "checking") and not claim.verdict_series().exists()
        ):
            f.VerdictFactory(claim=claim)
        elif name == "withdraw" and claim.current_verdict:
            claim.current_verdict.withdraw(self.editor, "It was wrong.")


def expected(word, user):
    """Return the claims that say a word, looked up the slow way in the record."""
    said = re.compile(rf"\b{word}\b")
    found = set()
    for claim in Claim.objects.visible_to(user).standing():
        texts = [claim.statement, *(merged.statement for merged in claim.merged.all())]
        quotes = Appearance.objects.filter(claim__in=[claim, *claim.merged.all()])
        # Words of an article at the desk lead nobody to a claim; the article itself is found at the desk.
        texts += [one.exact for one in quotes if one.article_version.article.is_public]
        if any(said.search(text) for text in texts):
            found.add(claim.pk)
    return found


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_search_finds_what_the_record_holds(several):
    from django.db import transaction

    with transaction.atomic():
        newsroom = Newsroom()
        for name, *words in several:
            try:
                newsroom.do(name, *words)
            except Refused:
                continue
        for user in (None, newsroom.editor):
            for word in WORDS:
                hits = search(word, kinds=["claim"], user=user, limit=100).hits
                assert {hit.id for hit in hits} == expected(word, user), (word, several)
        assert list(index.differences()) == []
        transaction.set_rollback(True)
