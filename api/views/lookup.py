"""What was checked on this page? Articles and sources by the address of a web page, in whatever spelling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from api.errors import InvalidParameters, error
from api.parameters import Parameter, Unreadable
from api.parsers import StrictJSON
from api.serializers.article import RatedClaim
from api.serializers.record import Fields
from api.serializers.summaries import ArticleSummary, SourceSummary
from api.shaping import shaper
from api.views.reading import Reading
from api.writing.bodies import Body, Text
from articles.addresses import same_prefix
from articles.graph import Graph
from articles.models import Appearance, Article, Claim, Copy, Evidence, Source, SourceVersion
from articles.models.addressed import at_address
from articles.models.recorded import deeper
from articles.web_addresses import address_key, same_address

LONGEST, MOST = 2000, 20
NO_ADDRESS = "it must be the address of a web page, such as https://paper.example/story."


def _claims(user: Any, ids: Any) -> Any:
    """Return the claims of these ids, a set made in the database; a merged claim's place its survivor takes."""
    return Claim.objects.visible_to(user).filter(pk__in=ids).with_current_verdict().order_by("pk")


def _of_article(user: Any, article: Any) -> dict[str, Any]:
    said = Appearance.objects.visible_to(user).filter(article_version__article=deeper(article))
    ids = said.of_current_texts().order_by().values_list(Coalesce("claim__merged_into", "claim"))
    return {"claims": _claims(user, ids)}


def _of_source(user: Any, source: Any) -> dict[str, Any]:
    versions = SourceVersion.objects.of_all_of(deeper(source)).values("pk")
    evidence = Evidence.objects.visible_to(user).standing().filter(source_version__in=versions)
    return {"claims": _claims(user, evidence.order_by().values_list(Coalesce("claim__merged_into", "claim")))}


ARTICLES = Graph(lambda user: Article.objects.visible_to(user), _of_article)
SOURCES = Graph(lambda user: Source.objects.visible_to(user), _of_source)


class ArticleLookedUp(ArticleSummary):
    """An article that was published, or copied, at the address; and what was found about the claims it makes."""

    claims = RatedClaim(
        many=True,
        read_only=True,
        source="shown.claims",
        help_text="The claims that its newest text makes, each once.",
    )

    class Meta(ArticleSummary.Meta):
        fields: Fields = (*ArticleSummary.Meta.fields, "claims")


class SourceLookedUp(SourceSummary):
    """A source that stands at the address, and the claims that evidence from it bears on."""

    claims = RatedClaim(
        many=True,
        read_only=True,
        source="shown.claims",
        help_text="The claims that evidence from it bears on.",
    )

    class Meta(SourceSummary.Meta):
        fields: Fields = (*SourceSummary.Meta.fields, "claims")


class LookedUp(serializers.Serializer):
    """What is on record of the page at one address."""

    url = serializers.CharField(help_text="As it was asked for.")
    normalised = serializers.CharField(
        help_text="What all spellings of it have in common: no scheme, `www.`, port, fragment, slash at the end or "
        "parameter that only tracks; of an archived copy, the page it was made of."
    )
    articles = ArticleLookedUp(many=True)
    sources = SourceLookedUp(many=True)


class LookedUpMany(serializers.Serializer):
    """What is on record of several pages, in the order they were asked for."""

    results = LookedUp(many=True)


class Addresses(Body):
    """Addresses of web pages."""

    urls = serializers.ListField(child=Text(max_length=LONGEST), min_length=1, max_length=MOST)

    def validate_urls(self, urls: list[str]) -> list[str]:
        wrong: Any = {
            at: [f"“{url[:40]}”: {NO_ADDRESS}"] for at, url in enumerate(urls) if not same_address(url)
        }
        if wrong:
            raise serializers.ValidationError(wrong, code="no_address")
        return urls


def read_address(value: str) -> str:
    if len(value) > LONGEST or not same_address(value):
        raise Unreadable(NO_ADDRESS)
    return value


class Lookup(Reading, APIView):
    """What was checked on this page: articles and sources by the address of a web page, with claims and ratings."""

    http_method_names = ("get", "head", "options", "post")
    # A POST here only reads: several addresses have no room in one.
    permission_classes = (AllowAny,)
    parser_classes = (StrictJSON,)
    only_reads = True

    def parameters(self) -> Sequence[Parameter]:
        if self.request is not None and self.request.method == "POST":
            return ()
        return (
            Parameter(
                "url",
                "The address of a web page, escaped; in whatever spelling, with or without what tracks.",
                read_address,
                {"type": "string", "format": "uri", "maxLength": LONGEST},
                required=True,
            ),
        )

    @extend_schema(operation_id="lookup", responses=LookedUp)
    def get(self, request: Any) -> Response:
        if "url" not in self.asked:
            raise InvalidParameters(
                [error("missing_parameter", "url is missing: name the page to look up.", parameter="url")]
            )
        (found,) = self.looked_up([self.asked["url"]])
        return Response(found)

    @extend_schema(
        operation_id="lookup_many",
        request=Addresses,
        responses=LookedUpMany,
        auth=[{}, {"key": []}, {"session": []}],  # type: ignore[list-item]
    )
    def post(self, request: Any) -> Response:
        """Look several pages up at once. It only reads, so it needs no key."""
        body = Addresses(data=request.data)
        body.is_valid(raise_exception=True)
        return Response({"results": self.looked_up(body.validated_data["urls"])})

    def looked_up(self, urls: Sequence[str]) -> list[dict[str, Any]]:
        """Return what is on record of the pages at these addresses, in three statements."""
        user = self.request.user
        ids = _on_record(urls, user)
        base = self.request.build_absolute_uri("/")[:-1]
        shown: dict[str, dict[int, Any]] = {}
        with same_prefix():
            for name, graph, shape in (
                ("articles", ARTICLES, ArticleLookedUp),
                ("sources", SOURCES, SourceLookedUp),
            ):
                wanted = sorted({pk for of_page in ids.values() for pk in of_page[name]})
                write = shaper(shape)
                shown[name] = {row.pk: write(row, base) for row in graph.find_many(wanted, user)}
        found = []
        for url in urls:
            key = address_key(url)
            rows = {
                name: [shown[name][pk] for pk in sorted(ids[key][name]) if pk in shown[name]]
                for name in shown
            }
            found.append({"url": url, "normalised": same_address(url), **rows})
        return found


def _on_record(urls: Sequence[str], user: Any) -> dict[str, dict[str, set[int]]]:
    """Return key of an address → noun → ids of what stands there and this user may see."""
    there = at_address(*urls)
    articles = Article.objects.visible_to(user).filter(there)
    copies = Copy.objects.visible_to(user).filter(there)
    sources = Source.objects.visible_to(user).filter(there)
    found = articles.order_by().values_list(Value("articles"), "pk", "url_key")
    found = found.union(
        copies.order_by().values_list(Value("articles"), "article", "url_key"),
        # What was merged into another is found as that.
        sources.order_by().values_list(Value("sources"), Coalesce("merged_into", "pk"), "url_key"),
        all=True,
    )
    ids: dict[str, dict[str, set[int]]] = defaultdict(lambda: {"articles": set(), "sources": set()})
    for noun, pk, key in found:
        ids[key][noun].add(pk)
    return ids
