"""The whole API on one screen."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from api.exporting import exports
from api.views import docs
from api.views.appearances import AppearanceViewSet
from api.views.arrivals import ArrivalViewSet
from api.views.articles import ArticleViewSet
from api.views.assignments import AssignmentViewSet, PersonViewSet
from api.views.changes import Changes
from api.views.claimants import ClaimantViewSet
from api.views.claims import ClaimViewSet
from api.views.contacts import ContactViewSet
from api.views.corrections import CorrectionViewSet
from api.views.drafts import DraftViewSet
from api.views.evidence import EvidenceViewSet
from api.views.imports import Imports
from api.views.jobs import JobViewSet
from api.views.lookup import Lookup
from api.views.matching import Matching
from api.views.me import Me, Usage
from api.views.proposals import ProposalViewSet
from api.views.relations import RelationViewSet
from api.views.research import ResearchStepViewSet
from api.views.reviews import ReviewTaskViewSet
from api.views.root import Root, SchemaView
from api.views.sources import SourceViewSet
from api.views.suggestions import SuggestionViewSet
from api.views.topics import TopicViewSet
from api.views.verdicts import RatingViewSet, VerdictViewSet
from api.views.versions import ArticleVersionViewSet, SourceVersionViewSet

router = SimpleRouter()
router.register("articles", ArticleViewSet, basename="api-article")
router.register("claims", ClaimViewSet, basename="api-claim")
router.register("sources", SourceViewSet, basename="api-source")
router.register("verdicts", VerdictViewSet, basename="api-verdict")
router.register("assignments", AssignmentViewSet, basename="api-assignment")
router.register("people", PersonViewSet, basename="api-person")
router.register("ratings", RatingViewSet, basename="api-rating")
router.register("corrections", CorrectionViewSet, basename="api-correction")
router.register("appearances", AppearanceViewSet, basename="api-appearance")
router.register("relations", RelationViewSet, basename="api-relation")
router.register("claimants", ClaimantViewSet, basename="api-claimant")
router.register("topics", TopicViewSet, basename="api-topic")
router.register("evidence", EvidenceViewSet, basename="api-evidence")
router.register("research-steps", ResearchStepViewSet, basename="api-research")
router.register("contacts", ContactViewSet, basename="api-contact")
router.register("drafts", DraftViewSet, basename="api-draft")
router.register("review-tasks", ReviewTaskViewSet, basename="api-review")
router.register("suggestions", SuggestionViewSet, basename="api-suggestion")
router.register("anchor-proposals", ProposalViewSet, basename="api-proposal")
router.register("arrivals", ArrivalViewSet, basename="api-arrival")
router.register("jobs", JobViewSet, basename="api-job")

urlpatterns = [
    path("", Root.as_view(), name="api-root"),
    path("claims/match/", Matching.as_view(), name="api-claims-match"),
    path("changes/", Changes.as_view(), name="api-changes"),
    path("imports/", Imports.as_view(), name="api-imports"),
    path("lookup/", Lookup.as_view(), name="api-lookup"),
    path("me/", Me.as_view(), name="api-me"),
    path("usage/", Usage.as_view(), name="api-usage"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", docs.contents, name="api-docs"),
    path("docs/guide/", docs.guide, name="api-docs-guide"),
    path("docs/guide/<slug:name>/", docs.guide),
    path("docs/<slug:name>/", docs.noun, name="api-docs-noun"),
    re_path(
        r"^articles/(?P<article>[1-9][0-9]{0,17})/versions/$",
        ArticleVersionViewSet.as_view({"get": "list", "post": "create"}, basename="api-article-version"),
        name="api-article-version-list",
    ),
    re_path(
        r"^articles/(?P<article>[1-9][0-9]{0,17})/versions/(?P<number>[1-9][0-9]{0,17})/$",
        ArticleVersionViewSet.as_view({"get": "retrieve"}, basename="api-article-version"),
        name="api-article-version-detail",
    ),
    re_path(
        r"^sources/(?P<source>[1-9][0-9]{0,17})/versions/$",
        SourceVersionViewSet.as_view({"get": "list", "post": "create"}, basename="api-source-version"),
        name="api-source-version-list",
    ),
    re_path(
        r"^sources/(?P<source>[1-9][0-9]{0,17})/versions/(?P<number>[1-9][0-9]{0,17})/$",
        SourceVersionViewSet.as_view({"get": "retrieve"}, basename="api-source-version"),
        name="api-source-version-detail",
    ),
    re_path(
        r"^sources/(?P<source>[1-9][0-9]{0,17})/as-of/(?P<day>[^/]+)/$",
        SourceVersionViewSet.as_view({"get": "as_of"}, basename="api-source-version"),
        name="api-source-as-of",
    ),
    *exports(router.registry),
    *router.urls,
]
