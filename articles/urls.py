"""The readers' addresses. A thing's number finds it; the words after the number may change and are for people."""

from django.urls import path
from django.views.generic import RedirectView

from articles.views import (
    article,
    article_changes,
    articles,
    checking,
    claim,
    claimants,
    claims,
    corrections,
    fairness,
    feeds,
    found_feeds,
    front,
    newsroom,
    record,
    search,
    sitemaps,
    source,
    source_file,
    sources,
    submissions,
    topics,
    verdicts,
)

# articles/
article_urls = [
    path("articles/", articles.listing, name="articles"),
    path("articles/<int:pk>/", article.article, name="article"),
    path("articles/<int:pk>/changes/", article_changes.changes, name="article_changes"),
    path("articles/<int:pk>/<str:slug>/", article.article, name="article"),
]

# claims/
claim_urls = [
    path("claims/", claims.listing, name="claims"),
    path("claims/<int:pk>/", claim.claim, name="claim"),
    path("claims/<int:pk>/<str:slug>/", claim.claim, name="claim"),
    path("claims/<int:pk>/v/<int:number>/", verdicts.verdict, name="verdict"),
]

# claimants/
claimant_urls = [
    path("claimants/", claimants.listing, name="claimants"),
    path("claimants/<int:pk>/", claimants.claimant, name="claimant"),
    path("claimants/<int:pk>/<str:slug>/", claimants.claimant, name="claimant"),
]

# topics/
topic_urls = [
    path("topics/", topics.listing, name="topics"),
    path("topics/<int:pk>/", topics.topic, name="topic"),
    path("topics/<int:pk>/<str:slug>/", topics.topic, name="topic"),
]

# sources/
source_urls = [
    path("sources/", sources.listing, name="sources"),
    path("sources/<int:pk>/", source.source, name="source"),
    path("sources/<int:pk>/versions/<int:number>/file", source_file.source_file, name="source_file"),
    path("sources/<int:pk>/<str:slug>/", source.source, name="source"),
]

# feeds/
feed_urls = [
    path("feeds/", feeds.listing, name="feeds"),
    path("feeds/verdicts.<str:form>", feeds.verdicts, name="feed_verdicts"),
    path("feeds/corrections.<str:form>", feeds.corrections, name="feed_corrections"),
    path("search/feed.<str:form>", found_feeds.of_search, name="feed_search"),
    path("claims/feed.<str:form>", found_feeds.of_claims, name="feed_claims"),
    path("claims/<int:pk>/feed.<str:form>", feeds.of_claim, name="feed_claim"),
    path("claimants/<int:pk>/feed.<str:form>", feeds.of_claimant, name="feed_claimant"),
    path("topics/<int:pk>/feed.<str:form>", feeds.of_topic, name="feed_topic"),
    path("articles/<int:pk>/feed.<str:form>", feeds.of_article, name="feed_article"),
]

# record/
record_urls = [
    path("record/", record.record, name="record"),
    path("record/head.txt", record.head, name="record_head"),
    path("record/entries.json", record.entries, name="record_entries"),
    path("record/<int:seq>/", record.entry, name="record_entry"),
]

# For search engines.
search_engine_urls = [
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
]

# submit/, report/, submissions/
submission_urls = [
    path("submit/", submissions.submit, name="submit"),
    path("submit/received/", submissions.known, name="submission_known"),
    path("report/", submissions.report, name="report"),
    path("submissions/<str:token>/", submissions.submission, name="submission"),
    path("submissions/<str:token>/received/", submissions.received, name="submission_received"),
    path("submissions/<str:token>/more/", submissions.more, name="submission_more"),
    path("submissions/<str:token>/withdraw/", submissions.withdraw, name="submission_withdraw"),
]

urlpatterns = [
    path("", front.home, name="home"),
    path("corrections/", corrections.listing, name="corrections"),
    path("search/", search.find, name="search"),
    path("check/", checking.check, name="check"),
    path("methodology/", newsroom.methodology, name="methodology"),
    path("privacy/", newsroom.privacy, name="privacy"),
    path("logo", newsroom.logo, name="logo"),
    # What it was called before.
    path("about/", RedirectView.as_view(pattern_name="methodology", permanent=True)),
    path("fairness/", fairness.fairness, name="fairness"),
    path("fairness.csv", fairness.fairness_csv, name="fairness_csv"),
    path("healthz", front.healthz),
    path("healthz/", front.healthz, name="healthz"),
    *article_urls,
    *claim_urls,
    *claimant_urls,
    *topic_urls,
    *source_urls,
    *submission_urls,
    *record_urls,
    *feed_urls,
    *search_engine_urls,
]
