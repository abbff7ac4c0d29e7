"""The whole API on one screen."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api import imports, views

router = SimpleRouter()
router.register("articles", views.ArticleViewSet, basename="api-article")
router.register("claims", views.ClaimViewSet, basename="api-claim")
router.register("sources", views.SourceViewSet, basename="api-source")
router.register("verdicts", views.VerdictViewSet, basename="api-verdict")
router.register("ratings", views.RatingViewSet, basename="api-rating")

urlpatterns = [
    path("", views.Root.as_view(), name="api-root"),
    path("imports/", imports.Imports.as_view(), name="api-imports"),
    path("schema/", views.SchemaView.as_view(), name="api-schema"),
    *router.urls,
]
