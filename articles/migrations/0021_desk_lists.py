import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0020_kept_forms")]
    operations = [
        # A source has another text: its verdicts are read again.
        migrations.AddField(
            "reviewtask",
            "source_version",
            models.ForeignKey(
                blank=True,
                help_text="The version of a source that differs from the one before it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="review_tasks",
                to="articles.sourceversion",
            ),
        ),
        migrations.AddConstraint(
            "reviewtask",
            models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("claim", "source_version"),
                name="review_of_source_open_once",
                violation_error_message="This is waiting to be read again already, because of this version.",
            ),
        ),
        # What the lists of the desk ask.
        migrations.AddIndex("change", models.Index(fields=["verb", "seq"], name="change_by_verb")),
        migrations.AddIndex(
            "change",
            models.Index(condition=models.Q(("public", False)), fields=["seq"], name="change_hidden"),
        ),
        migrations.AddIndex("change", models.Index(fields=["-at", "-seq"], name="change_by_day")),
        migrations.AddIndex(
            "changerow",
            models.Index(
                condition=models.Q(("readers", "shown"), _negated=True),
                fields=["readers", "change", "position"],
                name="change_row_unseen",
            ),
        ),
        migrations.AddIndex("claim", models.Index(fields=["kind", "-id"], name="claim_by_kind")),
        migrations.AddIndex("claim", models.Index(fields=["origin", "-id"], name="claim_by_origin")),
        migrations.AddIndex(
            "claim", models.Index(fields=["-asserted_latest", "-id"], name="claim_by_assertion")
        ),
        migrations.AddIndex("claim", models.Index(fields=["-created_at", "-id"], name="claim_by_arrival")),
        migrations.AddIndex(
            "evidence", models.Index(fields=["visibility", "claim", "id"], name="evidence_by_visibility")
        ),
        migrations.AddIndex(
            "evidence",
            models.Index(
                condition=models.Q(("passage_state", "verified"), _negated=True),
                fields=["passage_state", "claim", "id"],
                name="evidence_unverified",
            ),
        ),
        migrations.AddIndex(
            "evidence",
            models.Index(
                condition=models.Q(("posture", ""), _negated=True),
                fields=["posture", "claim", "id"],
                name="evidence_with_posture",
            ),
        ),
        migrations.AddIndex("source", models.Index(fields=["kind", "title", "id"], name="source_of_kind")),
        migrations.AddIndex(
            "source", models.Index(fields=["-published_latest", "-id"], name="source_by_date")
        ),
        migrations.AddIndex(
            "suggestion",
            models.Index(
                condition=models.Q(("state", "open")),
                fields=["kind", "-score", "-article_version", "start"],
                name="suggestion_queue_of_kind",
            ),
        ),
        migrations.AddIndex(
            "suggestion",
            models.Index(
                condition=models.Q(("state", "open"), _negated=True),
                fields=["-decided_at", "-id"],
                name="suggestion_decided",
            ),
        ),
        migrations.AddIndex(
            "verdict",
            models.Index(
                condition=models.Q(("kind", "verdict"), _negated=True),
                fields=["kind", "-id"],
                name="verdict_otherwise",
            ),
        ),
        migrations.AddIndex(
            "verdict",
            models.Index(
                condition=models.Q(("self_approved", True)), fields=["-id"], name="verdict_self_approved"
            ),
        ),
        migrations.AddIndex("verdictdraft", models.Index(fields=["-updated_at", "-id"], name="draft_latest")),
    ]
