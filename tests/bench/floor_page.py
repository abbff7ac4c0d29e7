"""The page of a claim as the floor writes it: the product's own bytes but for white space, by f-strings alone."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

import orjson

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
STANCES = (("supports", "For the claim"), ("refutes", "Against the claim"))
KINDS = {
    "news_report": "news report", "court_filing": "court filing or order", "social_post": "social post",
    "government_statement": "government statement", "dataset": "dataset",
}  # fmt: skip
SHAPES = {
    "true": '<circle cx="8" cy="8" r="7.5" class="fill"/><path d="M4.4 8.3l2.5 2.5 4.7-5.2" class="cut"/>',
    "mostly_true": '<circle cx="8" cy="8" r="6.75" class="line"/><path d="M4.6 8.3l2.4 2.4 4.5-5" class="line"/>',
    "mixed": '<circle cx="8" cy="8" r="6.75" class="line"/><path d="M8 1.25a6.75 6.75 0 0 0 0 13.5z" class="fill"/>',
    "mostly_false": '<path d="M1.5 1.5h13v13h-13z" class="line"/><path d="M5 5l6 6M11 5l-6 6" class="line"/>',
    "false": '<path d="M.75.75h14.5v14.5H.75z" class="fill"/>'
    '<path d="M4.8 4.8l6.4 6.4M11.2 4.8l-6.4 6.4" class="cut"/>',
    "unverifiable": '<path d="M8 .9l7.1 7.1L8 15.1.9 8z" class="line"/><path d="M5.2 8h5.6" class="line"/>',
}
COPIES = {"primary": "The document itself", "original_publisher": "From its original publisher",
          "mirror": "A copy from somewhere else", "reworded": "As somebody else worded it"}  # fmt: skip
PEOPLE = {"person": "Person", "organisation": "Organization"}
ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
FOOT = "".join(
    f'<div> <p id="foot-{number}">{title}</p> <ul class="plain" aria-labelledby="foot-{number}">'
    + "".join(f'<li><a href="/{where}/">{words}</a></li>' for where, words in links)
    + "</ul> </div>"
    for number, (title, links) in enumerate(
        (
            (
                "To look around",
                (
                    ("check", "Check a text"), ("topics", "Topics"), ("claimants", "Who says it"),
                    ("fairness", "Whose claims we check"),
                ),
            ),
            ("To check and to follow", (("record", "The record, and how to check it"), ("feeds", "Feeds"))),
            (
                "This newsroom",
                (
                    ("methodology", "Who we are and how we work"), ("submit", "Send us a claim or an article"),
                    ("report", "Report an error on any page"), ("privacy", "Privacy"),
                ),
            ),
        ),
        start=1,
    )
)  # fmt: skip
DONE = {"import": "Imported", "publish": "Published"}
NOUNS = {
    "claim": ("claim", "claims"), "verdict": ("verdict", "verdicts"), "appearance": ("quotation", "quotations"),
    "evidence": ("piece of evidence", "pieces of evidence"),
}  # fmt: skip


def day(text: str) -> str:
    """Return 2024-01-31… as a day in words, in the element the page has for it."""
    year, month, number = text[:4], int(text[5:7]), int(text[8:10])
    return f'<time datetime="{text[:10]}">{number} {MONTHS[month - 1]} {year}</time>'


def moment(text: str) -> str:
    return day(text).replace(f'"{text[:10]}"', f'"{text}"').replace("</time>", f", {text[11:16]} UTC</time>")


def slug(words: str) -> str:
    return words.lower().replace(".", "").replace(" ", "-")[:80].rstrip("-")


def rating(one: dict[str, Any]) -> str:
    return (
        f"""<span class="rating is-{one["rating"]}"><svg class="shape" viewBox="0 0 16 16" width="16" height="16" """
        f"""aria-hidden="true" focusable="false">{SHAPES[one["rating"]]}</svg> """
        f"""<span>{escape(one["labels"]["en"])}</span></span>"""
    )


def reasoning(text: str, cited: int) -> str:
    """Right for the reasoning of the bench, which is plain paragraphs with citations."""
    made = "".join(f"<p>{escape(part, quote=False)}</p>\n" for part in text.split("\n\n"))
    for number in range(1, cited + 1):
        link = f'<a href="#evidence-{number}" rel="noopener noreferrer">[{number}]</a>'
        made = made.replace(f"[{number}]", link)
    return made


def exhibit(one: dict[str, Any]) -> str:
    number = f' id="evidence-{one["number"]}"' if one["number"] else ""
    cite = f'<span class="cite">[{one["number"]}]</span>' if one["number"] else ""
    url = one["url"]
    link = (
        f' · <a href="{escape(url)}" rel="nofollow noopener external">{escape(url.split("/")[2])}</a>'
        if url
        else ""
    )
    return f"""<article class="exhibit"{number}>
  <p class="exhibit-head">{cite} <span>{KINDS[one["kind"]]}</span></p>
  <h4 dir="auto"><a href="/sources/{one["source"]}/">{escape(one["title"])}</a></h4>
  <p class="small"><span dir="auto">{escape(one["publisher"] or one["court"])}</span>;
    <span class="date">{day(one["published"])}</span></p>
  <blockquote class="passage" dir="auto">{escape(one["passage"])}</blockquote>
  <p class="small">Found word for word in the text we hold · <span dir="auto">{escape(one["locator"])}</span></p>
  <p class="note" lang="en" dir="auto">{escape(one["note"])}</p>
  <p class="small">{COPIES[one["copy"]]}{link}</p>
</article>"""


def exhibits(evidence: list[dict[str, Any]], snapshot: dict[str, Any]) -> str:
    by_stance: dict[str, list[str]] = {"supports": [], "refutes": [], "context": []}
    for one in sorted(evidence, key=lambda one: (one["number"] or 1000, one["id"])):
        by_stance[one["stance"]].append(exhibit(one))
    none = '<p class="none">Nothing on record.</p>'
    sources, origins = snapshot["sources"], snapshot["independent_origins"]
    meaning = (
        ": what draws on another report counts as one with it, however often it is repeated."
        if origins < sources
        else ": none of them draws on another, as far as the record shows."
        if origins > 1
        else "."
    )
    made = [
        f"""<p class="count">{sources} source{"s" * (sources != 1)}, {origins} independent """
        f"""origin{"s" * (origins != 1)}{meaning}</p><div class="facing">"""
    ]
    for (stance, title), anchor in zip(STANCES, ("evidence-for", "evidence-against"), strict=True):
        made.append(
            f'''<section aria-labelledby="{anchor}"><h3 id="{anchor}">{title}</h3>'''
            f"{''.join(by_stance[stance]) or none}</section>"
        )
    made.append("</div>")
    if by_stance["context"]:
        made.append(
            '<section aria-labelledby="evidence-context"><h3 id="evidence-context">Context</h3><div class="context">'
            f"{''.join(by_stance['context'])}</div></section>"
        )
    return "".join(made)


def acts(rows: list[dict[str, Any]]) -> str:
    entries: dict[int, tuple[dict[str, Any], dict[str, int]]] = {}
    for row in rows:
        _, counted = entries.setdefault(row["seq"], (row, {}))
        counted[row["noun"]] = counted.get(row["noun"], 0) + 1
    made = []
    for row, counted in entries.values():
        to = ", ".join(
            NOUNS[noun][0] if count == 1 else f"{count} {NOUNS[noun][1]}" for noun, count in counted.items()
        )
        made.append(
            f"""<tr><td><a href="/record/{row["seq"]}/">{row["seq"]}</a></td>"""
            f"""<td>{day(row["at"])}</td><td>{DONE[row["verb"]]}: {to}</td>"""
            f"""<td><code>{row["hash"][:12]}</code></td></tr>"""
        )
    return "".join(made)


def review(one: dict[str, Any], base: str, address: str) -> str:
    """Return the ClaimReview of a claim with one verdict and one place where it is made."""
    verdict, said = one["verdicts"][-1], one["appearances"][0]
    number = {"ratingValue": verdict["rank"], "worstRating": verdict["worst"], "bestRating": verdict["best"]}
    by = said["said"][-1]
    facts = {
        "@context": "https://schema.org", "@type": "ClaimReview",
        "@id": f"{base}/claims/{one['id']}/v/{verdict['number']}/", "url": base + address,
        "claimReviewed": one["statement"], "datePublished": verdict["at"], "inLanguage": "en",
        "author": {"@type": "Organization", "name": one["house"]},
        "reviewRating": {
            "@type": "Rating", **(number if verdict["rank"] is not None else {}),
            "alternateName": verdict["labels"]["en"], "ratingExplanation": verdict["summary"],
        },
        "itemReviewed": {
            "@type": "Claim", "text": one["statement"], "inLanguage": "en",
            "author": {"@type": PEOPLE[by["kind"]], "name": by["name"]},
            **({"datePublished": one["day"]} if one["day"] else {}),
            "firstAppearance": {
                "@type": "CreativeWork", "name": said["title"],
                "url": f"{base}/articles/{said['article']}/{slug(said['title'])}/", "inLanguage": said["language"],
            },
        },
    }  # fmt: skip
    return orjson.dumps(facts).decode().translate(ESCAPED)


def take_away(one: dict[str, Any], base: str, address: str) -> str:
    verdict = one["verdicts"][-1]
    permanent = f"{base}/claims/{one['id']}/v/{verdict['number']}/"
    entry = next(act["hash"] for act in one["acts"] if act["noun"] == "verdict")
    year, month, number = verdict["at"][:4], int(verdict["at"][5:7]), int(verdict["at"][8:10])
    line = escape(
        f"{one['house']}, “{one['statement']}”: {verdict['labels']['en']}. Verdict no. {verdict['number']}, "
        f"{number} {MONTHS[month - 1]} {year}. {permanent} (ledger entry {entry[:16]})"
    )
    mail = f"mailto:?subject={quote(one['statement'][:200])}&amp;body={quote(base + address)}"
    return f"""<div class="take-away">
    <details>
      <summary>Cite this</summary>
      <p class="citation" dir="auto">{line}</p>
    </details>
  <details>
    <summary>Share</summary>
    <p>The address of this page, for good: <span class="citation">{base}{address}</span></p>
    <p>The verdict as it is today, for good: <span class="citation">{permanent}</span></p>
      <p><a href="{mail}">Send by e-mail</a></p>
  </details>
  <ul class="plain ways">
    <li><a href="/api/v1/claims/{one["id"]}/">This claim in JSON</a></li>
    <li><a href="/claims/{one["id"]}/feed.atom">Follow this claim by feed</a></li>
    <li><a href="/report/?about={quote(address)}" rel="nofollow">Report an error</a></li>
    <li><a href="/methodology/">How we rate</a></li>
  </ul>
</div>"""


def about(one: dict[str, Any], base: str, address: str, title: str) -> str:
    """Return what the page says of itself to whoever links to it."""
    summary = one["verdicts"][-1]["summary"]
    short = escape(summary if len(summary) <= 200 else f"{summary[:199].rstrip()}…")
    feeds = "".join(
        f"""<link rel="alternate" type="application/{kind}+{form}" href="/claims/{one["id"]}/feed.{name}" """
        f"""title="What changes on this claim">"""
        for kind, form, name in (("atom", "xml", "atom"), ("feed", "json", "json"))
    )
    return f"""<meta name="description" content="{short}">
    <link rel="canonical" href="{base}{address}">
    <meta property="og:title" content="{title}">
    <meta property="og:description" content="{short}">
    <meta property="og:url" content="{base}{address}">
    <meta property="og:type" content="article">
    <meta property="og:site_name" content="{escape(one["house"])}">
    <link rel="alternate" type="application/json" href="/api/v1/claims/{one["id"]}/">{feeds}"""


def html(one: dict[str, Any], base: str) -> str:
    """Return the page of a claim with one verdict and one place where it is made, as the bench's are."""
    said, verdict = one["appearances"][0], one["verdicts"][-1]
    statement, house = escape(one["statement"]), escape(one["house"])
    address = f"/claims/{one['id']}/{slug(one['statement'])}/"
    title = statement if len(one["statement"]) <= 90 else escape(one["statement"][:89].rstrip()) + "…"
    size = "short" if len(said["exact"]) <= 120 else "middling"
    who = ", citing ".join(
        f"""<a href="/claimants/{by["id"]}/{slug(by["name"])}/">{escape(by["name"])}</a>"""
        for by in said["said"]
    )
    place = f"""<a href="/articles/{said["article"]}/{slug(said["title"])}/#claim-{one["id"]}" """
    place += f"""lang="{said["language"]}" dir="auto">"""
    where = f"{who}, in {place}{escape(said['title'])}</a>"
    shown = rating(verdict)
    topics = ", ".join(
        f"""<a href="/topics/{topic["id"]}/{slug(topic["name"])}/" dir="auto">{escape(topic["name"])}</a>"""
        for topic in one["topics"]
    )
    return f"""<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{title} – {house}</title>
    {about(one, base, address, title)}
    <link rel="stylesheet" href="/static/articles/pages.css">
    <link rel="icon" href="/static/articles/icon.svg" type="image/svg+xml">
    <script type="application/ld+json">{review(one, base, address)}</script>
  </head>
  <body>
    <a class="skip" href="#content">Skip to the content</a>
    <header class="masthead">
      <a class="name" href="/"><span dir="auto">{house}</span></a>
      <nav aria-label="Sections">
        <ul>
            <li><a href="/claims/" aria-current="true">Claims</a></li>
            <li><a href="/articles/">Articles</a></li>
            <li><a href="/sources/">Sources</a></li>
            <li><a href="/corrections/">Corrections</a></li>
            <li><a href="/methodology/">Methodology</a></li>
        </ul>
      </nav>
        <form class="search" role="search" method="get" action="/search/">
          <label class="offscreen" for="search-box">Search the record</label>
          <input id="search-box" type="search" name="q" placeholder="Search" maxlength="10000">
        </form>
    </header>
    <main id="content" tabindex="-1">
  <header class="claim-head">
    <div>
        <h1 class="{size}" lang="{said["language"]}" dir="auto">“{escape(said["exact"])}”</h1>
        <p class="who">{where}, <span class="date">{day(one["asserted"])}</span></p>
        <p class="wording"><span class="label">The claim, in our words</span>
          <span lang="en" dir="auto">{statement}</span></p>
    </div>
    <div class="decision">
          <p class="big">{shown}</p>
          <p class="small" dir="auto">{escape(verdict["definitions"]["en"])}</p>
        <p class="small"><a href="/methodology/#scale-{verdict["scale"]}">Scale, version {verdict["scale"]}</a></p>
        <p class="small">Written by {escape(verdict["author"])}, published by {escape(verdict["approver"])},
          {moment(verdict["at"])}</p>
    </div>
  </header>
    <section class="prose lead" aria-labelledby="summary-title">
      <h2 id="summary-title" class="offscreen">In short</h2>
      <p class="summary" lang="en" dir="auto">{escape(verdict["summary"])}</p>
    </section>
    <section aria-labelledby="evidence-title">
      <h2 id="evidence-title">Evidence</h2>
      {exhibits(one["evidence"], orjson.loads(verdict["snapshot"]))}
    </section>
      <section class="prose" aria-labelledby="reasoning-title" id="reasoning">
        <h2 id="reasoning-title">How we get there</h2>
        <div lang="en" dir="auto">{reasoning(verdict["reasoning"], len(one["evidence"]))}</div>
      </section>
    <section id="where" aria-labelledby="where-title">
      <h2 id="where-title">Where it appears</h2>
      <ul class="plain">
          <li class="in-place">
            <blockquote lang="{said["language"]}" dir="auto">
              <p class="in-context">{escape(said["exact"])}</p></blockquote>
            <p class="small">{where}, characters {said["start"]} to {said["end"]} of version {said["version"]}</p>
          </li>
      </ul>
    </section>
  <section id="history" aria-labelledby="history-title">
    <h2 id="history-title">History</h2>
      <ol class="series" reversed>
          <li class="current" value="{verdict["number"]}">
            <p>{shown}
              <a href="/claims/{one["id"]}/v/{verdict["number"]}/">Verdict no. {verdict["number"]}</a>,
              {moment(verdict["at"])} <span class="tag">current</span></p>
          </li>
      </ol>
    <div class="asking">
      <form class="filters" method="get" action="{address}">
        <label>What readers saw on this day <input type="date" name="as_of"></label>
        <button type="submit">Show</button>
      </form>
      <form class="filters" method="get" action="{address}">
        <label>What we now say of this day <input type="date" name="held_on"></label>
        <button type="submit">Show</button>
      </form>
    </div>
    <h3>In the ledger</h3>
<div class="scroller" role="region" aria-label="Ledger entries" tabindex="0">
  <table class="ledger">
    <thead>
      <tr><th scope="col">Entry</th><th scope="col">Date</th><th scope="col">What was done</th>
      <th scope="col">Hash</th></tr>
    </thead>
    <tbody>{acts(one["acts"])}</tbody>
  </table>
</div>
  </section>
  <section aria-labelledby="about-claim-title">
    <h2 id="about-claim-title">About this claim</h2>
    <dl class="facts">
      <div><dt>Kind</dt><dd><a href="/claims/?kind={one["kind"]}">{one["kind"]}</a></dd></div>
      <div><dt>Topics</dt><dd>{topics}</dd></div>
      <div><dt>Said</dt><dd><span class="date">{day(one["asserted"])}</span>
      <span class="basis">({one["basis"]})</span></dd></div>
      <div><dt>On record since</dt><dd>{day(one["created"])}</dd></div>
    </dl>
    {take_away(one, base, address)}
  </section>
    </main>
    <footer class="colophon">
      <nav aria-label="About this record">
        {FOOT}
      </nav>
      <p>
        {house}. Verdicts: {escape(one["licence"])}.
      </p>
    <p>
      What this page says was last changed by entry <a href="/record/{one["seq"]}/">no. {one["seq"]}</a> of the ledger.
      Nothing published is ever edited.
    </p>
    </footer>
  </body>
</html>
"""
