"""The whole API on one screen."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.views.articles import ArticleViewSet
from api.views.claims import ClaimViewSet
from api.views.imports import Imports
from api.views.root import Root, SchemaView
from api.views.sources import SourceViewSet
from api.views.verdicts import RatingViewSet, VerdictViewSet

router = SimpleRouter()
router.register("articles", ArticleViewSet, basename="api-article")
router.register("claims", ClaimViewSet, basename="api-claim")
router.register("sources", SourceViewSet, basename="api-source")
router.register("verdicts", VerdictViewSet, basename="api-verdict")
router.register("ratings", RatingViewSet, basename="api-rating")

urlpatterns = [
    path("", Root.as_view(), name="api-root"),
    path("imports/", Imports.as_view(), name="api-imports"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    *router.urls,
]
