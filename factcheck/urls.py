"""Three doors: the desk for editors, the API for programs, the pages for readers."""

from django.urls import include, path

from articles.admin import desk

urlpatterns = [
    path("desk/", desk.urls),
    path("api/v1/", include("api.urls")),
    path("v1alpha1/", include("api.google.urls")),
    path("", include("articles.urls")),
]
