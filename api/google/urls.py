"""The addresses of Google's discovery document."""

from django.urls import path, re_path

from api.google.views import NotHere, Nothing, Search

IMAGES = "This server does not search by image. Search by words: GET /v1alpha1/claims:search."
PAGES = "This server keeps no ClaimReview markup of other pages. Its own claims are at /api/v1/claims/."

urlpatterns = [
    path("claims:search", Search.as_view(), name="google-search"),
    path("claims:imageSearch", NotHere.as_view(sentence=IMAGES)),
    path("pages", NotHere.as_view(sentence=PAGES)),
    path("pages/<path:name>", NotHere.as_view(sentence=PAGES)),
    re_path("", Nothing.as_view()),
]
