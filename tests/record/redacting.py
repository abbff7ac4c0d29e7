"""How tests redact, what they redact from, and how they look for what should be gone."""

from __future__ import annotations

import re
from datetime import date

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from articles.models import (
    AnchorProposal,
    Arrival,
    Claim,
    Newsroom,
    Original,
    Redaction,
)
from articles.vocabulary import Media
from tests.factories import (
    AppearanceFactory,
    ArrivalFactory,
    ArticleFactory,
    ArticleVersionFactory,
    AssessmentFactory,
    BlockFactory,
    ClaimantFactory,
    ClaimFactory,
    ConfidentialSourceFactory,
    CopyFactory,
    EvidenceFactory,
    KeptFormFactory,
    ManifestItemFactory,
    SavedSearchFactory,
    SourceFactory,
    SourceVersionFactory,
    SuggestionFactory,
    TopicFactory,
    VerdictDraftFactory,
    VerdictFactory,
    rating_called,
    some_administrator,
)

NAME = "Jane Q. O’Doe"
REASON = "A private person, at her request."


def dump() -> str:
    """Return all text of all tables, ours and Django's, as the database would hand it to a thief who unpacks it."""
    unpacked = [one.data.decode("utf-8", errors="replace") for one in Original.objects.order_by("pk")]
    return "\n".join([_dump(), *unpacked])


def _dump() -> str:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return "\n".join(connection.connection.iterdump())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(table_name) FROM information_schema.tables "
            "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        tables = [table for (table,) in cursor.fetchall()]
        lines = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            lines += [line for (line,) in cursor.fetchall()]
    assert len(tables) > 25
    return "\n".join(lines)


def spellings(dumped: str, *names: str) -> list[str]:
    """Return where one of the names still stands, in any letter case and with any apostrophe, with what is around."""
    # Salts of passwords are random letters, and sooner or later some spell a name.
    plain = (
        re.sub(r"md5\$\w+\$\w+", "", dumped)
        .casefold()
        .replace("’", "'")
        .replace("''", "'")
        .replace("\\u2019", "'")
    )
    found = []
    for name in names:
        sought = name.casefold().replace("’", "'")
        at = plain.find(sought)
        while at >= 0:
            found.append(plain[max(0, at - 60) : at + 60])
            at = plain.find(sought, at + 1)
    return found


def redact(words: str = NAME, reason: str = REASON) -> Redaction:
    return Redaction.everywhere(some_administrator(), words, reason)


def what_came_in(article, claim) -> None:
    """Let files come in that say the name, be read, be held and be set aside."""
    version = article.current_version
    text = version.text
    original = Original.keep(f"<p>{text}</p><!-- {NAME} -->".encode(), Media.HTML)
    Arrival.filed(None, f"{NAME}.html", original, "markup", version, version.imported_at)
    start = text.index(NAME)
    SuggestionFactory(
        article_version=version, words=text[start : text.index("”") + 1], speakers=[NAME],
        reasons=[{"code": "names", "words": NAME, "weight": 0.5}],
        rests_on=[{"kind": "news_report", "start": start, "end": start + len(NAME), "name": "janeqodoe",
                   "fields": {"publisher": NAME}, "confirm": f"Is it {NAME}?", "keys": ["publisher:janeqodoe"]}],
    )  # fmt: skip
    held = ArrivalFactory(
        name=f"letter of {NAME}.txt", text=f"A letter. {NAME} wrote it.\n", resembles=article,
        resemblance=f"Both name {NAME}.", facts={"article": {"byline": NAME, "url": "https://example.org/jane-q.-o’doe"}},
    )  # fmt: skip
    aside = ArrivalFactory(text=f"Another letter of {NAME}.\n", resembles=article)
    aside.set_aside(None)
    # Said outside what was read from the file.
    Original.keep(b"<title>Jane Q. <i>O&rsquo;Doe</i></title><p>A bridge.</p>", Media.HTML)
    noted = AppearanceFactory(claim=claim, article_version=version, words="Nobody asked")
    newer = ArticleVersionFactory(article=article, text=text.replace("Nobody asked", "Hardly anybody asked"))
    assert AnchorProposal.objects.filter(appearance=noted, article_version=newer).exists() and held.is_held


def full_of_the_name(editor, administrator) -> Claim:
    """Make a record in which the name stands in every column that can hold it; return its claim."""
    text = f"On the bridge\n\n{NAME} said: “I paid four million.” Nobody asked {NAME.upper()} why.\n"
    article = ArticleFactory(
        text=text, title=f"{NAME} pays", byline=f"By {NAME}", publisher=f"{NAME} Press",
        url=f"https://example.org/{NAME.replace(' ', '-')}", rights_note=f"Granted by {NAME}.",
        published_basis=f"{NAME} said so.", public=True,
    )  # fmt: skip
    CopyFactory(
        article=article, publisher=f"{NAME} again", note=f"Sent by {NAME}.", published_basis=f"By {NAME}."
    )
    BlockFactory(article_version=article.current_version, key=NAME, note=f"Names {NAME}.")
    topic = TopicFactory(name=f"The {NAME} case")
    topic.revise(editor, description=f"About {NAME}.")
    claim = ClaimFactory(
        statement=f"{NAME} paid four million.", topics=[topic], asserted_basis=f"{NAME} said so.",
        asserted_earliest=date(2024, 1, 1),
    )  # fmt: skip
    claimant = ClaimantFactory(name=NAME, kind="person")
    claimant.revise(editor, description=f"{NAME}, clerk", url="https://example.org/jane-q.-o’doe")
    AppearanceFactory(
        claim=claim, article_version=article.current_version, words=f"{NAME} said: “I paid four million.”",
        attributions=[
            {"claimant": claimant, "words": NAME},
            {"described_as": f"a friend of {NAME}", "note": f"{NAME} did not say who."},
        ],
    )  # fmt: skip
    origin = SourceFactory(
        title=f"Letter of {NAME}", kind="anonymous_source", described_as=f"a friend of {NAME}"
    )
    source = SourceFactory(
        kind="court_case", title=f"{NAME} v. City", people=NAME, publisher=f"Court of {NAME}", court="District",
        judge=NAME, docket_number=f"1:24 {NAME}", citation=f"{NAME}, 12 X. 3", description=f"{NAME} sued.",
        url=f"https://example.org/{NAME.replace(' ', '%20')}", published_basis=f"{NAME} dated it.",
    )  # fmt: skip
    source.derive_from(editor, origin, "stated", f"{NAME} says so.")
    version = SourceVersionFactory(
        source=source, text=f"The plaintiff, {NAME}, paid four million.", seen_as=f"{NAME}’s copy",
        archive_url=f"https://archive.example/{NAME.replace(' ', '_')}",
    )  # fmt: skip
    ConfidentialSourceFactory(
        public_source=origin, identity=f"A. Friend, friend of {NAME}", notes=f"Ask {NAME}."
    )
    evidence = EvidenceFactory(
        claim=claim, source_version=version, passage=f"{NAME}, paid four million", locator=f"p. 4, {NAME}",
        note=f"{NAME} paid.", posture="found",
    )  # fmt: skip
    VerdictFactory(claim=claim, evidence=[evidence], summary=f"{NAME} did.", reasoning=f"{NAME} did [1].")
    draft = VerdictDraftFactory(
        claim=claim, evidence=[evidence], summary=f"{NAME} did not.", reasoning=f"{NAME} “did” not [1].",
        correction_kind="update", correction_note=f"{NAME} took it back.", state="submitted",
    )  # fmt: skip
    draft.hand_back(editor, f"Ask {NAME} again.")
    draft.submit(None)
    draft.publish(editor)
    again = VerdictDraftFactory(
        claim=claim, summary=f"{NAME} again", evidence=[evidence], embargo_note=f"Asked by {NAME}.",
        schedule_lifted=f"{NAME} stood in the way.",
    )  # fmt: skip
    asked = AssessmentFactory(draft=again)
    asked.give(asked.assessor, rating_called("contradicted"), f"{NAME} says otherwise.")
    asked.settle(editor, f"{NAME} is not to be relied on.")
    aside = ClaimFactory(statement=f"Something else about {NAME}.")
    aside.dismiss(editor, f"{NAME} never said this.")
    what_came_in(article, claim)
    Newsroom.current().revise(administrator, contact=f"Not {NAME}.", methodology=f"We ask {NAME}.")
    ManifestItemFactory(manifest=f"{NAME}.yaml", path=f"claims/{NAME}", object_id=claim.pk)
    LogEntry.objects.create(
        user=editor, content_type=ContentType.objects.get_for_model(Claim), object_id=claim.pk,
        object_repr=f"{NAME} paid four million.", action_flag=CHANGE, change_message=f'[{{"changed": "{NAME}"}}]',
    )  # fmt: skip
    SavedSearchFactory(name=f"{NAME} and the bridge", q=f'claimant:"{NAME}"')
    KeptFormFactory(words=f"{NAME} paid.", form=f"/desk/?q={NAME}", page=f"/desk/?q={NAME}")
    return claim
