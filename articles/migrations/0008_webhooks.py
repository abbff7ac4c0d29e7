import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_api_keys")]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(help_text="Who is told, for the desk.", max_length=100)),
                (
                    "url",
                    models.CharField(
                        help_text="Where events are sent: https, on port 443 or 8443, at a public address.",
                        max_length=2000,
                        verbose_name="address",
                    ),
                ),
                ("description", models.CharField(blank=True, max_length=500)),
                (
                    "events",
                    models.JSONField(default=list, help_text="Which events are sent; * is all of them."),
                ),
                ("salt", models.CharField(editable=False, max_length=32)),
                ("fingerprint", models.CharField(editable=False, max_length=32)),
                ("previous_salt", models.CharField(blank=True, editable=False, max_length=32)),
                ("previous_fingerprint", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "previous_until",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="secret before this one signs until"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("paused", "paused"),
                            ("stopped", "paused automatically"),
                        ],
                        default="active",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "paused_why",
                    models.CharField(
                        blank=True, editable=False, max_length=500, verbose_name="why it is paused"
                    ),
                ),
                (
                    "after_seq",
                    models.BigIntegerField(
                        editable=False,
                        help_text="The entry of the ledger up to which deliveries were made.",
                        verbose_name="told up to",
                    ),
                ),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="failures in a row"),
                ),
                ("failing_since", models.DateTimeField(editable=False, null=True)),
                (
                    "hold_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="nothing is sent until"),
                ),
                (
                    "delivered_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last delivered"),
                ),
                (
                    "skipped",
                    models.PositiveIntegerField(
                        default=0,
                        editable=False,
                        help_text="How many events were never sent since they had become too old.",
                    ),
                ),
                (
                    "skipped_to",
                    models.BigIntegerField(editable=False, null=True, verbose_name="skipped up to"),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.CharField(max_length=60)),
                ("seq", models.BigIntegerField(blank=True, null=True)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("record.redacted", "words were taken out of the record"),
                            ("verdict.withdrawn", "a verdict was withdrawn"),
                            ("correction.published", "a verdict followed another, with its correction"),
                            ("verdict.published", "a verdict was published"),
                            ("claim.merged", "a claim was merged into another"),
                            ("claim.unmerged", "a merged claim stands by itself again"),
                            ("claim.changed", "what readers see of a claim changed"),
                            ("article.changed", "what readers see of an article changed"),
                            ("source.changed", "what readers see of a source changed"),
                            ("claimant.changed", "what readers see of a claimant changed"),
                            ("topic.changed", "a topic changed"),
                            ("newsroom.changed", "the newsroom or its ratings changed"),
                            ("webhook.test", "a test"),
                        ],
                        max_length=40,
                    ),
                ),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("delivered", "delivered"),
                            ("given_up", "given up"),
                            ("skipped", "skipped"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0)),
                ("attempts", models.JSONField(blank=True, default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True, verbose_name="next try")),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("job", models.BigIntegerField(blank=True, null=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="articles.webhook",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["-id"],
            },
        ),
        migrations.AddIndex(
            model_name="webhook",
            index=models.Index(condition=models.Q(("state", "active")), fields=["id"], name="webhook_active"),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["active", "paused", "stopped"])),
                name="webhook_state_known",
                violation_error_message="A webhook is active, paused, or paused automatically.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "stopped"), _negated=True),
                    models.Q(("paused_why", ""), _negated=True),
                    _connector="OR",
                ),
                name="webhook_stopped_for_a_reason",
                violation_error_message="A webhook that was paused automatically says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("previous_fingerprint", ""), ("previous_salt", ""), ("previous_until", None)),
                    models.Q(
                        models.Q(("previous_salt", ""), _negated=True),
                        models.Q(("previous_fingerprint", ""), _negated=True),
                        ("previous_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="webhook_previous_secret_ends",
                violation_error_message="A secret that was followed by another signs until some moment.",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["next_attempt_at"], name="delivery_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["webhook", "state", "-id"], name="delivery_by_webhook"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["created_at"], name="delivery_by_age"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("webhook", "event_id"),
                name="delivery_event_once",
                violation_error_message="A webhook is told of an event once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "delivered", "given_up", "skipped"])),
                name="delivery_state_known",
                violation_error_message="A delivery is waiting, delivered, given up or skipped.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "waiting"), _negated=True),
                    ("next_attempt_at__isnull", False),
                    _connector="OR",
                ),
                name="delivery_waits_for_a_time",
                violation_error_message="A delivery that waits is due at some time.",
            ),
        ),
    ]
