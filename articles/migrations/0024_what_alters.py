"""Which rows of the ledger may have altered what was known, so that nobody looks for them among all of it."""

from typing import Any

from django.db import migrations, models

# The later states of what readers had seen, and what came in the place of another thing. The guards know nothing of the
# column yet.
LATER = """
    UPDATE articles_changerow SET alters = TRUE
    WHERE (object_type, object_id) IN (
        SELECT object_type, object_id FROM articles_changerow GROUP BY object_type, object_id HAVING COUNT(*) > 1
    ) AND EXISTS (
        SELECT 1 FROM articles_changerow AS earlier
        WHERE earlier.object_type = articles_changerow.object_type AND earlier.object_id = articles_changerow.object_id
        AND earlier.change_id < articles_changerow.change_id AND earlier.readers = 'shown'
    )
"""
IN_THE_PLACE = """
    UPDATE articles_changerow SET alters = TRUE
    WHERE alters IS NULL AND object_type = '{noun}' AND object_id IN (SELECT id FROM {table} WHERE {which})
"""
PLACES = (
    ("redaction", "articles_redaction", "id IS NOT NULL"),
    ("evidence", "articles_evidence", "replaces_id IS NOT NULL"),
    ("appearance", "articles_appearance", "carried_from_id IS NOT NULL"),
)


def statements() -> list[str]:
    return [
        LATER,
        *(IN_THE_PLACE.format(noun=noun, table=table, which=which) for noun, table, which in PLACES),
    ]


def know_the_column(apps: Any, editor: Any) -> None:
    """Have PostgreSQL see that hardly any row alters anything: nobody writes the rows that were there, so that it would
    never look by itself. SQLite is told once a day."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ANALYZE articles_changerow (alters)")


class Migration(migrations.Migration):
    dependencies = [("articles", "0023_meaning")]
    operations = [
        # Null and not false: no engine has to write seven million rows anew.
        migrations.AddField("changerow", "alters", models.BooleanField(editable=False, null=True)),
        migrations.RunSQL(
            [
                LATER,
                *(IN_THE_PLACE.format(noun=noun, table=table, which=which) for noun, table, which in PLACES),
            ],
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            "changerow",
            models.Index(
                condition=models.Q(("alters", True)),
                fields=["-change", "position"],
                name="change_row_altering",
            ),
        ),
        # The newest claims of a topic. Django makes this table by itself, and has no place to say it.
        migrations.RunSQL(
            "CREATE INDEX claim_topics_newest ON articles_claim_topics (topic_id, claim_id)",
            "DROP INDEX claim_topics_newest",
        ),
        migrations.RunPython(know_the_column, migrations.RunPython.noop),
    ]
