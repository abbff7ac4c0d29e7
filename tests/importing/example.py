"""A manifest in which nothing is wrong and nearly everything is used, and its text."""

from __future__ import annotations

TEXT = "The bridge\n\nThe mayor said that it cost four million. A court agreed. A court agreed.\nBridges: 4 million."

GOOD = """\
manifest: 1
id: bridge-2024
article:
  title: The bridge
  published: {when: 2024-03, basis: "the month named in the first line"}
  rights: full
  readers: true
  provenance:
    - {kind: cross_post, publisher: Example Post, url: "https://example.org/a?b=c", published: 2024-03-05}
    - {kind: this_text}
blocks:
  - {key: head, role: title, quote: The bridge}
claimants:
  - {key: mayor, name: "Mayor of Example", kind: person}
sources:
  - key: budget
    kind: government_statement
    title: Budget of Example, 2024
    publisher: City of Example
    versions:
      - {copy_quality: primary, seen_as: "the printed budget", text_from_article: [86, 105]}
      - {copy_quality: mirror, retrieved: 2024-10-25T14:00:00+02:00, effective: 2024/..}
  - key: case
    kind: court_case
    court: Court of Example
    title: Example v. Bridge
    versions:
      - {key: page, copy_quality: mirror, text: "The claim is dismissed."}
  - key: order
    kind: court_filing
    court: Court of Example
    title: Order
    part_of: case
    derived_from:
      - {source: budget, basis: stated}
      - {source: other-manifest/report, basis: textual}
claims:
  - key: cost
    statement: The bridge of Example cost four million in 2024.
    kind: quantity
    quote: "The mayor said that it cost four million."
    topics: [Bridges, yes, 1e3]
    asserted: 2024-03-01
    attribution:
      - {described_as: "the article, unsigned"}
      - {claimant: mayor, words: "The mayor"}
    relations:
      - {kind: reports, claim: agreed}
      - {kind: same, claim: other-manifest/cost}
    evidence:
      - {key: cost-1, source: budget, stance: supports, passage: "Bridges: 4 million.", locator: "p. 3"}
      - {key: cost-2, source: other-manifest/report, version: "7", stance: context, note: A summary., public: false}
    verdict:
      rating: supported
      summary: The budget names the same sum.
      reasoning: |
        The line for bridges is four million [cost-1].

        See also [report](https://example.org/).
      valid: {when: 2024/.., basis: "the budget year"}
      evidence: [cost-1]
      sample: true
  - key: agreed
    statement: The Court of Example agreed.
    kind: legal
    quote: A court agreed.
    start: 70
    status: not_checkable
    reason: The court is not named.
    evidence:
      - key: agreed-1
        source: bridge-2024/case
        version: page
        stance: context
        posture: dismissed
        passage: The claim is dismissed.
"""


def changed(old: str, new: str) -> str:
    """Return the good manifest with one piece of it replaced."""
    assert GOOD.count(old) == 1, f"{old!r} is not a single piece of the good manifest"
    return GOOD.replace(old, new)
