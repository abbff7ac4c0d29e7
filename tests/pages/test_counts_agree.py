"""Whatever a page counts, whoever follows the link counts the same: on records that nobody made up to fit."""

from __future__ import annotations

from random import Random
from urllib.parse import urlsplit

import pytest

from articles.models import Article, Claim, Claimant, Topic
from articles.views import tallies
from articles.views.tallies import NOT_CHECKABLE, NOT_CHECKED, STANDINGS, Dimension
from tests import factories as f

pytestmark = pytest.mark.django_db


def a_record(seed):
    """Make claims of any standing, said by anybody in any article, some of them merged into others."""
    chance = Random(seed)
    people = [f.ClaimantFactory(name=f"Speaker {number}") for number in range(4)]
    people[3].merge_into(people[2], f.some_editor())
    topics = [f.TopicFactory(name=f"Matter {number}") for number in range(3)]
    articles = [
        f.ArticleFactory(public=chance.random() < 0.8, publisher=f"Paper {number % 3}") for number in range(5)
    ]
    claims = []
    for _ in range(14):
        facts = chance.choice(
            [{}, {}, {"status": "checking"}, {"status": "not_checkable"}, {"status": "dismissed"}]
            + 4 * [{"rating": "supported"}, {"rating": "contradicted"}]
        )
        claim = f.ClaimFactory(topics=chance.sample(topics, chance.randint(0, 2)), **facts)
        for article in chance.sample(articles, chance.randint(0, 2)):
            said = [{"claimant": one} for one in chance.sample(people, chance.randint(0, 3))]
            f.AppearanceFactory(claim=claim, article_version=article.current_version, attributions=[*said])
        if facts.get("rating") and chance.random() < 0.2:
            claim.current_verdict.withdraw(f.some_editor(), "It was wrong.")
        claims.append(claim)
    open_to_all = [one for one in claims if one.status != "dismissed"]
    for merged in chance.sample(open_to_all, 4):
        survivor = chance.choice([one for one in open_to_all if one != merged])
        survivor.refresh_from_db()
        if survivor.surviving() != merged:
            merged.merge_into(survivor, f.some_editor())


def listed(read, address):
    """Return how many claims a list has."""
    return len(read(address).main.all("article", class_="claim-row"))


def links_with_numbers(page, root):
    """Return (address, number) of each link of a page that says how many claims it leads to."""
    for link in page.main.all("a"):
        told = [*link.all("span", class_="tally"), *link.all("span", class_="figure")]
        if told and "aria-current" not in link.attributes:
            where = link.attributes["href"]
            yield (f"{root}{where}" if where.startswith("?") else where), int(told[0].text)


@pytest.mark.parametrize("seed", range(3))
def test_each_number_is_how_many_claims_its_link_leads_to(read, newsroom, seed):
    a_record(seed)
    roots = ["/claims/", "/claims/?status=checked"]
    for model in (Claimant, Topic, Article):
        shown = model.objects.visible_to(None)
        shown = shown.standing() if model is Claimant else shown
        roots += [row.get_absolute_url() for row in shown]
    wrong = []
    for root in roots:
        for where, number in links_with_numbers(read(root), urlsplit(root).path):
            if where.startswith("/claims/?") and listed(read, where) != number:
                wrong.append((root, where, number, listed(read, where)))
    assert not wrong


@pytest.mark.parametrize("seed", range(3))
def test_what_is_plotted_is_what_the_lists_hold(read, newsroom, seed):
    a_record(seed)
    counted = tallies.read()
    asked = {
        Dimension.ASSERTS: lambda name: f"claimant={name.key}&part=asserts",
        Dimension.TOPIC: lambda name: f"topic={name.key}",
        Dimension.OUTLET: lambda name: f"outlet={name.key.replace(' ', '+')}",
    }
    for dimension, query in asked.items():
        for name in counted[dimension].names:
            told = dict(zip(STANDINGS, counted[dimension].by_name(name), strict=True))
            where = f"/claims/?{query(name)}"
            lists = (
                sum(told.values()), sum(told.values()) - told[NOT_CHECKED] - told[NOT_CHECKABLE],
                told[NOT_CHECKED], told[NOT_CHECKABLE],
            )  # fmt: skip
            narrowed = ("", "&status=checked", "&status=open", "&status=not_checkable")
            assert lists == tuple(listed(read, where + one) for one in narrowed), (dimension, name)
    assert sum(counted[Dimension.MONTH].counts.values()) == Claim.objects.visible_to(None).standing().count()
