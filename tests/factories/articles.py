"""Articles with their versions, copies and structural lines."""

from __future__ import annotations

from typing import Any

import factory

from articles.importing.text import read_text
from articles.models import (
    Article,
    ArticleVersion,
    Block,
    Copy,
)
from tests.factories.people import TEXT, VerbFactory, moment_of, some_editor, some_reporter

# Articles


class ArticleFactory(VerbFactory):
    class Meta:
        model = Article

    by = factory.LazyFunction(some_reporter)
    title = factory.Sequence("A bridge and its bill, part {}".format)
    text = TEXT
    rights = "full"
    public = False

    @classmethod
    def enter(cls, by: Any, text: str, public: bool, at: Any = None, **facts: Any) -> Article:
        article = Article.add(by, read_text(text.encode()), at=moment_of(at), **facts)
        if public:
            article.open_to_readers(some_editor())
        return article


class ArticleVersionFactory(VerbFactory):
    """The first version of a new article, or the next one of `article`."""

    class Meta:
        model = ArticleVersion

    article = None
    by = factory.LazyFunction(some_reporter)
    text = TEXT

    @classmethod
    def enter(cls, article: Article | None, by: Any, text: str, **facts: Any) -> ArticleVersion:
        if article is None:
            return ArticleFactory(by=by, text=text, **facts).current_version
        return article.add_version(by, read_text(text.encode()), **facts)


class CopyFactory(VerbFactory):
    class Meta:
        model = Copy

    article = factory.SubFactory(ArticleFactory)
    by = factory.LazyFunction(some_reporter)
    kind = "copy"
    publisher = factory.Sequence("Paper {}".format)

    @classmethod
    def enter(cls, article: Article, by: Any, **facts: Any) -> Copy:
        return article.add_copy(by, **facts)


class BlockFactory(factory.django.DjangoModelFactory):
    """Rebuildable and outside the chain, so it is the one row no verb makes."""

    class Meta:
        model = Block

    article_version = factory.SubFactory(ArticleVersionFactory)
    role = "title"
    start = 0
    end = 21
    parser = "tests 1"
