import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0015_browsing"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reasoning", models.TextField(blank=True)),
                ("given_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("settlement", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="HandBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("note", models.TextField()),
            ],
            options={
                "verbose_name": "hand-back",
                "ordering": ["-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="reviewtask",
            name="review_reason_known",
        ),
        migrations.AddField(
            model_name="reviewtask",
            name="due_on",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="The day from which it waits; empty: at once.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="verdictdraft",
            name="embargo_note",
            field=models.CharField(
                blank=True, help_text="Who asked for the embargo, and why; the desk reads it.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="verdictdraft",
            name="embargo_until",
            field=models.DateTimeField(
                blank=True, help_text="Nobody publishes it before this moment (UTC).", null=True
            ),
        ),
        migrations.AddField(
            model_name="verdictdraft",
            name="publish_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="verdictdraft",
            name="review_on",
            field=models.DateField(
                blank=True, help_text="The day on which the published verdict shall be read again.", null=True
            ),
        ),
        migrations.AddField(
            model_name="verdictdraft",
            name="reviewer",
            field=models.ForeignKey(
                editable=False,
                help_text="Who is asked to be the second editor; any other editor may publish it too.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drafts_to_review",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="verdictdraft",
            name="schedule_lifted",
            field=models.TextField(
                blank=True, editable=False, help_text="Why it was not published at the time that was set."
            ),
        ),
        migrations.AddField(
            model_name="verdictdraft",
            name="scheduled_as",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="verdictdraft",
            name="scheduled_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="reviewtask",
            name="reason",
            field=models.CharField(
                choices=[
                    ("text_changed", "text changed"),
                    ("source_changed", "source changed"),
                    ("reader_report", "a reader reports an error"),
                    ("review_date", "the day set for it has come"),
                    ("desk", "a colleague asks for it"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddIndex(
            model_name="verdictdraft",
            index=models.Index(
                condition=models.Q(("publish_at__isnull", False)),
                fields=["publish_at"],
                name="draft_scheduled",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewtask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["desk", "reader_report", "review_date", "source_changed", "text_changed"])
                ),
                name="review_reason_known",
                violation_error_message="Reason must be one of: desk, reader_report, review_date, source_changed, text_changed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdictdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("publish_at", None), ("scheduled_as", ""), ("scheduled_by", None)),
                    models.Q(
                        ("publish_at__isnull", False),
                        ("scheduled_by__isnull", False),
                        ("state", "submitted"),
                        models.Q(("scheduled_as", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="draft_scheduled_whole",
                violation_error_message="A draft is scheduled by an editor, while it waits to be published.",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdictdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("embargo_until__isnull", True),
                    ("publish_at__isnull", True),
                    ("publish_at__gte", models.F("embargo_until")),
                    _connector="OR",
                ),
                name="draft_scheduled_after_embargo",
                violation_error_message="It would be published before its embargo ends.",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="assessor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="draft",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="articles.verdictdraft",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="rating",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="articles.rating",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="settled_against",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="articles.rating",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handback",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handback",
            name="draft",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hand_backs",
                to="articles.verdictdraft",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                condition=models.Q(("given_at", None), ("withdrawn_at", None)),
                fields=["assessor", "asked_at"],
                name="assessment_owed",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=("draft", "assessor"),
                name="assessment_once_per_assessor",
                violation_error_message="This colleague was asked about this draft before; ask another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("given_at", None), ("rating", None), ("reasoning", "")),
                    models.Q(
                        ("given_at__isnull", False),
                        ("rating__isnull", False),
                        models.Q(("reasoning", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="assessment_given_whole",
                violation_error_message="An assessment is given with a rating and its reasoning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_at", None), ("withdrawn_at", None), _connector="OR"),
                name="assessment_given_or_withdrawn",
                violation_error_message="What was given is not taken back.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_by", None),
                    models.Q(("asked_by", models.F("assessor")), _negated=True),
                    _connector="OR",
                ),
                name="assessment_of_a_colleague",
                violation_error_message="Ask a colleague, not yourself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("settled_against", None),
                        ("settled_at", None),
                        ("settled_by", None),
                        ("settlement", ""),
                    ),
                    models.Q(
                        ("given_at__isnull", False),
                        ("settled_against__isnull", False),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        models.Q(("settlement", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="assessment_settled_whole",
                violation_error_message="An editor settles a disagreement, with a note, once both ratings are there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="handback",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True),
                name="hand_back_says_what",
                violation_error_message="Say what is to be done; the author reads it.",
            ),
        ),
    ]
