"""Three doors: the desk for editors, the API for programs, the pages for readers."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("desk/", admin.site.urls),
    path("api/v1/", include("api.urls")),
    path("", include("articles.urls")),
]
