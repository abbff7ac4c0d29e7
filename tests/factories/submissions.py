"""What readers sent.

SubmissionFactory()                                   a claim to check, new
SubmissionFactory(kind="error", about="/claims/1/")   … an error on a page
SubmissionFactory(state="declined")                   … as the verbs leave it
"""

from __future__ import annotations

from typing import Any

import factory

from articles.models import Submission
from tests.factories.articles import ArticleFactory
from tests.factories.claims import ClaimFactory
from tests.factories.people import VerbFactory, some_editor


class SubmissionFactory(VerbFactory):
    """A submission; its token is its `token`. What an editor decides, `some_editor` has decided."""

    class Meta:
        model = Submission

    token = factory.Sequence("token-{:037}".format)
    kind = "claim"
    about = factory.LazyAttribute(lambda one: "/" if one.kind == "error" else "")
    text = factory.Sequence("The pool in the park holds {} litres.".format)
    state = "new"

    @classmethod
    def enter(cls, token: str, state: str, **given: Any) -> Submission:
        sent = Submission.submit(token, **given)
        assert sent is not None, "These words came from somebody else already."
        by = some_editor() if state != "new" else None
        if state == "taken":
            sent.take(by)
        elif state == "accepted":
            article = ArticleFactory() if sent.kind == "article" else None
            sent.accept(by, statement=sent.text, article=article)
        elif state == "declined":
            sent.decline(by, "No record can settle this.")
        elif state == "duplicate":
            sent.mark_duplicate(by, ClaimFactory())
        elif state == "withdrawn":
            sent.withdraw()
        sent.token = token  # type: ignore[attr-defined]
        return sent
