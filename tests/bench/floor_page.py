"""The page of a claim as the floor writes it: the product's own bytes but for white space, by f-strings alone."""

from __future__ import annotations

from html import escape
from typing import Any

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
  <h4><a href="/sources/{one["source"]}/">{escape(one["title"])}</a></h4>
  <p class="small">{escape(one["publisher"] or one["court"])}; <span class="date">{day(one["published"])}</span></p>
  <blockquote class="passage">{escape(one["passage"])}</blockquote>
  <p class="small">Found word for word in the text we hold · {escape(one["locator"])}</p>
  <p class="note">{escape(one["note"])}</p>
  <p class="small">{one["copy"].capitalize()}{link}</p>
</article>"""


def exhibits(evidence: list[dict[str, Any]], snapshot: dict[str, Any]) -> str:
    by_stance: dict[str, list[str]] = {"supports": [], "refutes": [], "context": []}
    for one in sorted(evidence, key=lambda one: (one["number"] or 1000, one["id"])):
        by_stance[one["stance"]].append(exhibit(one))
    none = '<p class="none">Nothing on record.</p>'
    sources, origins = snapshot["sources"], snapshot["independent_origins"]
    made = [
        f"""<p class="count">{sources} source{"s" * (sources != 1)}, {origins} independent """
        f"""origin{"s" * (origins != 1)}</p><div class="facing">"""
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
            f"""<tr><td>{row["seq"]}</td><td>{day(row["at"])}</td><td>{DONE[row["verb"]]}: {to}</td>"""
            f"""<td><code>{row["hash"][:12]}</code></td></tr>"""
        )
    return "".join(made)


def html(one: dict[str, Any]) -> str:
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
    place = f"""<a href="/articles/{said["article"]}/{slug(said["title"])}/#claim-{one["id"]}">"""
    where = f"{who}, in {place}{escape(said['title'])}</a>"
    shown = rating(verdict)
    topics = ", ".join(
        f"""<a href="/claims/?topic={topic["id"]}">{escape(topic["name"])}</a>""" for topic in one["topics"]
    )
    return f"""<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{title} – {house}</title>
    <link rel="stylesheet" href="/static/articles/pages.css">
    <link rel="icon" href="/static/articles/icon.svg" type="image/svg+xml">
  </head>
  <body>
    <a class="skip" href="#content">Skip to the content</a>
    <header class="masthead">
      <a class="name" href="/">{house}</a>
      <nav aria-label="Sections">
        <ul>
            <li><a href="/claims/" aria-current="true">Claims</a></li>
            <li><a href="/articles/">Articles</a></li>
            <li><a href="/sources/">Sources</a></li>
            <li><a href="/corrections/">Corrections</a></li>
            <li><a href="/about/">About</a></li>
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
        <h1 class="{size}" lang="{said["language"]}">“{escape(said["exact"])}”</h1>
        <p class="who">{where}, <span class="date">{day(one["asserted"])}</span></p>
        <p class="wording"><span class="label">The claim</span> <span lang="en">{statement}</span></p>
    </div>
    <div class="decision">
          <p class="big">{shown}</p>
          <p class="small">{escape(verdict["definitions"]["en"])}</p>
        <p class="small"><a href="/about/#scale-{verdict["scale"]}">Scale, version {verdict["scale"]}</a></p>
        <p class="small">Written by {escape(verdict["author"])}, published by {escape(verdict["approver"])},
          {moment(verdict["at"])}</p>
    </div>
  </header>
    <section class="prose" aria-labelledby="summary-title">
      <h2 id="summary-title" class="offscreen">In short</h2>
      <p class="summary">{escape(verdict["summary"])}</p>
    </section>
      <section class="prose" aria-labelledby="reasoning-title">
        <h2 id="reasoning-title">How we get there</h2>
        {reasoning(verdict["reasoning"], len(one["evidence"]))}
      </section>
    <section aria-labelledby="evidence-title">
      <h2 id="evidence-title">Evidence</h2>
      {exhibits(one["evidence"], orjson.loads(verdict["snapshot"]))}
    </section>
    <section aria-labelledby="where-title">
      <h2 id="where-title">Where it appears</h2>
      <ul class="plain">
          <li>
            <blockquote lang="{said["language"]}"><p>{escape(said["exact"])}</p></blockquote>
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
        <label>What readers saw on <input type="date" name="as_of"></label>
        <button type="submit">Show</button>
      </form>
      <form class="filters" method="get" action="{address}">
        <label>What holds for <input type="date" name="held_on"></label>
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
  </section>
    </main>
    <footer class="colophon">
      <p>
        {house}. Verdicts: {escape(one["licence"])}.
        <a href="/about/">Who we are and how we work</a>.
      </p>
    <p>
      What this page says was last changed by entry <a href="/about/#ledger">no. {one["seq"]}</a> of the ledger.
      Nothing published is ever edited.
    </p>
    </footer>
  </body>
</html>
"""
