"""A feed in its two forms: Atom (RFC 4287, pages by RFC 5005) and JSON Feed 1.1."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed

from articles.feeds.following import Feed

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json; charset=utf-8"


class _Atom(Atom1Feed):
    """Django's, with what it leaves out: where the next page is, the JSON twin, the logo, the whole content."""

    def latest_post_date(self) -> datetime:
        # Django's would be the moment of asking where a feed is empty, so that it never stayed the same.
        return self.feed["updated"]

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for rel, kind, address in self.feed["links"]:
            if address:
                handler.addQuickElement("link", "", {"rel": rel, "href": address, **kind})
        if self.feed["logo"]:
            handler.addQuickElement("logo", self.feed["logo"])
        handler.addQuickElement("generator", "factcheck")

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["contributors"]:
            handler.startElement("contributor", {})
            handler.addQuickElement("name", name)
            handler.endElement("contributor")
        handler.addQuickElement("content", item["content"], {"type": "html"})


def to_atom(feed: Feed) -> bytes:
    """Return the feed as an Atom document, UTF-8."""
    made = _Atom(
        title=feed.title,
        link=feed.page,
        description=None,
        subtitle=feed.about,
        language=feed.language,
        author_name=feed.newsroom,
        feed_url=feed.address,
        feed_copyright=feed.licence or None,
        feed_guid=feed.id,
        updated=feed.updated,
        logo=feed.logo,
        links=[
            ("first", {}, feed.first),
            ("next", {}, feed.next),
            ("alternate", {"type": "application/feed+json"}, feed.twin),
            ("license", {}, feed.licence_url),
        ],
    )
    for entry in feed.entries:
        made.add_item(
            title=entry.title,
            link=entry.address,
            # No summary: the content says it.
            description=None,  # type: ignore[arg-type]
            unique_id=entry.id,
            pubdate=entry.published,
            updateddate=entry.updated,
            author_name=(entry.authors or (feed.newsroom,))[0],
            categories=[entry.category] if entry.category else [],
            contributors=entry.authors[1:],
            content=entry.html,
        )
    return made.writeString("utf-8").encode()


def to_json(feed: Feed) -> bytes:
    """Return the feed as a JSON Feed, UTF-8."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.about,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "next_url": feed.next,
        "icon": feed.logo,
        "language": feed.language,
        "authors": [{"name": feed.newsroom}],
        # What JSON Feed has no word for.
        "_licence": {"name": feed.licence, "url": feed.licence_url},
        "items": [
            {
                "id": entry.id,
                "url": entry.address,
                "title": entry.title,
                "summary": entry.summary,
                "content_html": entry.html,
                "date_published": _moment(entry.published),
                "date_modified": _moment(entry.updated),
                "authors": [{"name": name} for name in entry.authors or (feed.newsroom,)],
                "tags": [entry.category] if entry.category else [],
            }
            for entry in feed.entries
        ],
    }
    if not feed.licence:
        del document["_licence"]
    said = {name: value for name, value in document.items() if value != ""}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


FORMS = {"atom": (ATOM, to_atom), "json": (JSON, to_json)}
