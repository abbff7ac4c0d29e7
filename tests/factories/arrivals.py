"""What came in and what was found in it: files, suggestions, quotations that moved, verdicts to be read again.

SuggestionFactory(words="It opened on Friday.")       … in a new article
SuggestionFactory(state="accepted")                   … as the verbs leave it
AnchorProposalFactory(new_text="…")                   a quotation that the new text does not have as it was
ArrivalFactory()                                      held, for it resembles an article
"""

from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from articles.models import (
    AnchorProposal,
    Appearance,
    Arrival,
    ArticleVersion,
    Claim,
    Original,
    PassageMark,
    ReviewTask,
    Suggestion,
)
from articles.vocabulary import Media, ReviewReason
from tests.factories.articles import ArticleFactory, ArticleVersionFactory
from tests.factories.claims import AppearanceFactory, ClaimFactory
from tests.factories.people import TEXT, VerbFactory, some_editor

#: The words of `TEXT` that suggestions are made of by default, and who says them.
WORDS = "Officials opened the bridge on Friday."
SPEAKERS = "Officials"


class SuggestionFactory(VerbFactory):
    """A suggestion at the first place of `words` in the version; `speakers` are the words that name who says it."""

    class Meta:
        model = Suggestion

    article_version = factory.SubFactory(ArticleVersionFactory)
    words = WORDS
    speakers = (SPEAKERS,)
    clauses = ()
    state = "open"
    kind = "fact"
    score = 0.7
    reader = "tests 1"

    @classmethod
    def enter(
        cls,
        article_version: ArticleVersion,
        words: str,
        speakers: Any,
        clauses: Any,
        state: str,
        **facts: Any,
    ) -> Suggestion:
        text = article_version.text
        start = text.index(words)
        found = Suggestion(
            article_version=article_version,
            start=start,
            end=start + len(words),
            chain=[_link(text, one) for one in speakers],
            clauses=[[text.index(one), text.index(one) + len(one)] for one in clauses],
            **{"reasons": [{"code": "quantity", "words": words[:9], "weight": 0.4}], **facts},
        )
        found.save()
        if state == "accepted":
            found.accept(some_editor())
        elif state == "dismissed":
            found.dismiss(some_editor())
        return found


def _link(text: str, words: str) -> dict[str, Any]:
    start = text.index(words)
    return {"start": start, "end": start + len(words), "unnamed": True, "kind": "group", "verbatim": False}


class AnchorProposalFactory(VerbFactory):
    """What an editor is asked once `new_text` follows the text in which `appearance` stands."""

    class Meta:
        model = AnchorProposal

    appearance = None
    new_text = factory.Sequence(
        lambda number: TEXT.replace("four million dollars", f"{number + 5} million euros in the end")
    )
    state = "open"
    rating = None

    @classmethod
    def enter(
        cls, appearance: Appearance | None, new_text: str, state: str, rating: str | None
    ) -> AnchorProposal:
        appearance = appearance or AppearanceFactory(claim=ClaimFactory(rating=rating))
        article = appearance.article_version.article
        version = ArticleVersionFactory(article=article, text=new_text)
        proposal = AnchorProposal.objects.get(appearance=appearance, article_version=version)
        if state == "accepted":
            proposal.accept(some_editor())
        elif state == "dismissed":
            proposal.dismiss(some_editor())
        return proposal


class ReviewTaskFactory(VerbFactory):
    class Meta:
        model = ReviewTask

    claim = None
    article_version = None
    note = "Version 2 of the text says it in other words."
    closed = False

    @classmethod
    def enter(cls, claim: Claim | None, article_version: Any, note: str, closed: bool) -> ReviewTask:
        task = ReviewTask.ask(
            claim or ClaimFactory(), article_version, ReviewReason.TEXT_CHANGED, note, timezone.now()
        )
        if closed:
            task.close(some_editor(), "Still so.")
        return task


class OriginalFactory(VerbFactory):
    class Meta:
        model = Original

    data = factory.Sequence("A file, number {}.\n".format)
    media = Media.TEXT

    @classmethod
    def enter(cls, data: str | bytes, media: Media) -> Original:
        return Original.keep(data.encode() if isinstance(data, str) else data, media)


class ArrivalFactory(factory.django.DjangoModelFactory):
    """A file that waits for a decision, because its text resembles one on record."""

    class Meta:
        model = Arrival

    name = factory.Sequence("bridge-{}.txt".format)
    text = factory.Sequence(lambda number: f"{TEXT}\nA line more, number {number}.\n")
    original = factory.LazyAttribute(lambda one: OriginalFactory(data=one.text))
    state = "held"
    resembles = factory.SubFactory(ArticleFactory)
    resemblance = "They share 97 of 100 words."
    facts = factory.LazyFunction(lambda: {"article": {}, "encoding": "utf-8", "offset_map": [], "known": []})


class PassageMarkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PassageMark

    article_version = factory.SubFactory(ArticleVersionFactory)
    mark = factory.Sequence(int)
