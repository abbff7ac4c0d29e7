import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_webhooks")]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "visibility",
                    models.CharField(
                        choices=[("desk", "at the desk only"), ("public", "open to readers")],
                        default="desk",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "addressee",
                    models.CharField(
                        blank=True,
                        help_text="Who was asked, in words. Private people are described, not named.",
                        max_length=300,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "question",
                    models.TextField(
                        help_text="What they were asked. Private people are described, not named."
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("e_mail", "e-mail"),
                            ("telephone", "telephone"),
                            ("letter", "letter"),
                            ("form", "form"),
                            ("social_message", "social message"),
                            ("in_person", "in person"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "reach",
                    models.CharField(
                        blank=True,
                        help_text="Where they were reached. Readers never see it.",
                        max_length=500,
                        verbose_name="address or number",
                    ),
                ),
                (
                    "deadline",
                    models.DateTimeField(blank=True, help_text="By when they could answer.", null=True),
                ),
                (
                    "reply_state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("replied", "replied"),
                            ("declined", "declined to comment"),
                            ("no_reply", "did not reply"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "reply",
                    models.TextField(
                        blank=True, help_text="What they said. Readers see it once this is opened to them."
                    ),
                ),
                ("replied_at", models.DateTimeField(editable=False, null=True)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="articles.claim",
                    ),
                ),
                (
                    "claimant",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who was asked, where they are on record.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="articles.claimant",
                    ),
                ),
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
                "ordering": ["claim_id", "id"],
                "indexes": [
                    models.Index(fields=["claim", "visibility"], name="contact_by_claim"),
                    models.Index(
                        condition=models.Q(("reply_state", "waiting")),
                        fields=["deadline"],
                        name="contact_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("visibility__in", ["desk", "public"])),
                        name="contact_visibility_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                ["e_mail", "telephone", "letter", "form", "social_message", "in_person"],
                            )
                        ),
                        name="contact_channel_known",
                        violation_error_message="Channel must be one of: e-mail, telephone, letter, form, social message, in person.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reply_state__in", ["waiting", "replied", "declined", "no_reply"])
                        ),
                        name="contact_reply_state_known",
                        violation_error_message="Who was asked is waited for, replied, declined or did not reply.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("claimant__isnull", False),
                            models.Q(("addressee", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contact_asks_somebody",
                        violation_error_message="Say who was asked: a claimant on record, or somebody in words.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question", ""), _negated=True),
                        name="contact_has_a_question",
                        violation_error_message="Say what they were asked.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reply_state", "replied"), _negated=True),
                            models.Q(("reply", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contact_reply_has_words",
                        violation_error_message="Who replied has said something: write down what.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reply_state__in", ["replied", "declined"]), ("reply", ""), _connector="OR"
                        ),
                        name="contact_words_are_a_reply",
                        violation_error_message="These words are a reply: record that they replied.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("replied_at__isnull", False), ("reply_state__in", ["replied", "declined"])
                            ),
                            models.Q(
                                models.Q(("reply_state__in", ["replied", "declined"]), _negated=True),
                                ("replied_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="contact_reply_has_its_time",
                        violation_error_message="Who replied or declined did so at some time, and nobody else did.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deadline", None), ("deadline__gt", models.F("asked_at")), _connector="OR"
                        ),
                        name="contact_deadline_after_question",
                        violation_error_message="The deadline must come after the question.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replied_at", None), ("replied_at__gte", models.F("asked_at")), _connector="OR"
                        ),
                        name="contact_reply_after_question",
                        violation_error_message="The reply cannot come before the question.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResearchStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "visibility",
                    models.CharField(
                        choices=[("desk", "at the desk only"), ("public", "open to readers")],
                        default="desk",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "question",
                    models.TextField(
                        help_text="What was looked for. Private people are described, not named."
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        help_text="Where: which archive, which database, a person in what office. No private names.",
                        max_length=500,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("found", "found"),
                            ("not_found", "not found"),
                            ("inconclusive", "inconclusive"),
                            ("no_access", "no access"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="What came of it. Readers see it once this is opened to them."
                    ),
                ),
                (
                    "done_on",
                    models.DateField(
                        blank=True, help_text="Leave empty where nobody noted the day.", null=True
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="research_steps",
                        to="articles.claim",
                    ),
                ),
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
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        help_text="What it led to, on the same claim.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="research_steps",
                        to="articles.evidence",
                    ),
                ),
            ],
            options={
                "verbose_name": "research step",
                "ordering": ["claim_id", "id"],
                "indexes": [models.Index(fields=["claim", "visibility"], name="research_step_by_claim")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("visibility__in", ["desk", "public"])),
                        name="research_step_visibility_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["found", "not_found", "inconclusive", "no_access"])
                        ),
                        name="research_step_outcome_known",
                        violation_error_message="Outcome must be one of: found, not found, inconclusive, no access.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question", ""), _negated=True),
                        name="research_step_has_a_question",
                        violation_error_message="Say what was looked for.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place", ""), _negated=True),
                        name="research_step_has_a_place",
                        violation_error_message="Say where it was looked for.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("evidence", None),
                            models.Q(("outcome__in", ["not_found", "no_access"]), _negated=True),
                            _connector="OR",
                        ),
                        name="research_step_evidence_was_found",
                        violation_error_message="A search that found nothing led to no evidence. Change the outcome, or take the evidence out.",
                    ),
                ],
            },
        ),
    ]
