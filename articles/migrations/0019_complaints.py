import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0018_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("complaint", "complaint"),
                            ("take_down", "take-down request"),
                            ("legal", "legal notice"),
                            ("reply", "request for reply"),
                            ("other", "other"),
                        ],
                        default="complaint",
                        max_length=20,
                    ),
                ),
                (
                    "said",
                    models.TextField(
                        blank=True,
                        help_text="In their words, where you have them. Erased in time.",
                        verbose_name="what they say",
                    ),
                ),
                (
                    "complainant",
                    models.CharField(
                        blank=True,
                        help_text="Who complains, in words. Readers never see it; erased in time.",
                        max_length=300,
                        verbose_name="who",
                    ),
                ),
                (
                    "reach",
                    models.CharField(
                        blank=True,
                        help_text="Readers never see it; erased in time.",
                        max_length=500,
                        verbose_name="how to reach them",
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        blank=True,
                        help_text="By when it must be decided. Whoever looks at it is reminded.",
                        null=True,
                        verbose_name="due",
                    ),
                ),
                ("note", models.TextField(blank=True, help_text="For the desk alone; erased in time.")),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="received"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("taken", "being looked at"),
                            ("upheld", "upheld"),
                            ("partly", "partly upheld"),
                            ("rejected", "rejected"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="open",
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "outcome",
                    models.TextField(
                        blank=True, editable=False, help_text="It stays: name no private person."
                    ),
                ),
                (
                    "nothing_followed",
                    models.TextField(
                        blank=True,
                        editable=False,
                        help_text="Of what was upheld.",
                        verbose_name="why nothing followed",
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("forgotten_at", models.DateTimeField(editable=False, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="articles.article",
                    ),
                ),
                (
                    "assigned_to",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="looked at by",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="articles.claim",
                    ),
                ),
                (
                    "corrections",
                    models.ManyToManyField(
                        editable=False, related_name="complaints", to="articles.correction"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "redactions",
                    models.ManyToManyField(
                        editable=False, related_name="complaints", to="articles.redaction"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="articles.source",
                    ),
                ),
                (
                    "submission",
                    models.OneToOneField(
                        editable=False,
                        help_text="What the reader sent, who reads the outcome by their private link.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaint",
                        to="articles.submission",
                    ),
                ),
                (
                    "verdict",
                    models.ForeignKey(
                        blank=True,
                        help_text="What it is about: at least one of these four.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="articles.verdict",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["open", "taken"])),
                        fields=["due_on"],
                        name="complaint_waiting",
                    ),
                    models.Index(fields=["received_at"], name="complaint_received"),
                    models.Index(
                        condition=models.Q(("forgotten_at", None)),
                        fields=["decided_at"],
                        name="complaint_to_forget",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["complaint", "take_down", "legal", "reply", "other"])
                        ),
                        name="complaint_kind_known",
                        violation_error_message="It is a complaint, a take-down request, a legal notice, a request for reply or other.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "taken", "upheld", "partly", "rejected", "withdrawn"])
                        ),
                        name="complaint_state_known",
                        violation_error_message="A complaint is open, being looked at, upheld, partly upheld, rejected or withdrawn.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__isnull", False),
                            ("claim__isnull", False),
                            ("article__isnull", False),
                            ("source__isnull", False),
                            _connector="OR",
                        ),
                        name="complaint_about_something",
                        violation_error_message="Say what it is about: a verdict, a claim, an article or a source.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("said", ""), _negated=True),
                            ("submission__isnull", False),
                            ("forgotten_at__isnull", False),
                            _connector="OR",
                        ),
                        name="complaint_says_something",
                        violation_error_message="Write down what they say.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state__in", ["open", "taken"])),
                            models.Q(
                                models.Q(("state__in", ["open", "taken"]), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="complaint_decided_with_time",
                        violation_error_message="What was decided was decided at some time, and nothing else was.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["upheld", "partly", "rejected"]), _negated=True),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="complaint_decided_with_outcome",
                        violation_error_message="Say what was decided, and why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("forgotten_at", None),
                            models.Q(("complainant", ""), ("note", ""), ("reach", ""), ("said", "")),
                            _connector="OR",
                        ),
                        name="complaint_forgotten_is_empty",
                        violation_error_message="What was erased has no words left.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConflictOfInterest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "interest",
                    models.TextField(
                        help_text="What ties them to it, in a sentence. Colleagues read it, readers do not."
                    ),
                ),
                ("declared_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="articles.claim",
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "conflict of interest",
                "verbose_name_plural": "conflicts of interest",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("interest", ""), _negated=True),
                        name="conflict_says_what",
                        violation_error_message="Say what ties them to it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("declared_at")), _connector="OR"
                        ),
                        name="conflict_ends_after_it_began",
                        violation_error_message="It cannot end before it was declared.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("person", "claim"),
                        name="conflict_declared_once",
                        violation_error_message="This conflict of interest was declared already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MailRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assignment", "what is given to me: claims, complaints, drafts to read"),
                            ("hand_back", "drafts of mine that are handed back"),
                            ("comment", "comments on what I write"),
                            ("schedule", "a verdict I scheduled that could not go out"),
                            ("deadline", "what is due: one letter a day, and none where nothing is"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail_refusals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "letter refused",
                "verbose_name_plural": "letters refused",
                "ordering": ["person_id", "kind"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["assignment", "hand_back", "comment", "schedule", "deadline"])
                        ),
                        name="mail_refusal_kind_known",
                        violation_error_message="There is no such kind of letter.",
                    ),
                    models.UniqueConstraint(
                        fields=("person", "kind"),
                        name="mail_refusal_once",
                        violation_error_message="These letters are turned off already.",
                    ),
                ],
            },
        ),
    ]
