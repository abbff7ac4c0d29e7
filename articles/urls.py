"""The readers' addresses. A thing's number finds it; the words after the number may change and are for people."""

from django.urls import path

from articles.views import articles, claimants, claims, front, search, sources

# articles/
article_urls = [
    path("articles/", articles.listing, name="articles"),
    path("articles/<int:pk>/", articles.article, name="article"),
    path("articles/<int:pk>/<str:slug>/", articles.article, name="article"),
]

# claims/
claim_urls = [
    path("claims/", claims.listing, name="claims"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/<str:slug>/", claims.claim, name="claim"),
    path("claims/<int:pk>/v/<int:number>/", claims.verdict, name="verdict"),
]

# claimants/
claimant_urls = [
    path("claimants/<int:pk>/", claimants.claimant, name="claimant"),
    path("claimants/<int:pk>/<str:slug>/", claimants.claimant, name="claimant"),
]

# sources/
source_urls = [
    path("sources/", sources.listing, name="sources"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/<int:pk>/<str:slug>/", sources.source, name="source"),
]

urlpatterns = [
    path("", front.home, name="home"),
    path("corrections/", front.corrections, name="corrections"),
    path("search/", search.find, name="search"),
    path("about/", front.about, name="about"),
    path("healthz", front.healthz),
    path("healthz/", front.healthz, name="healthz"),
    *article_urls,
    *claim_urls,
    *claimant_urls,
    *source_urls,
]
