"""The whole API on one screen."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api import views

router = SimpleRouter()
router.register("articles", views.ArticleViewSet, basename="api-article")
router.register("claims", views.ClaimViewSet, basename="api-claim")
router.register("sources", views.SourceViewSet, basename="api-source")
router.register("verdicts", views.VerdictViewSet, basename="api-verdict")
router.register("ratings", views.RatingViewSet, basename="api-rating")

urlpatterns = [
    path("", views.Root.as_view(), name="api-root"),
    path("schema/", views.SchemaView.as_view(), name="api-schema"),
    *router.urls,
]
