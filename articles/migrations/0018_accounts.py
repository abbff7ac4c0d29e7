"""The audit list, what is counted of guesses, and who needs a second factor.

The groups and their permissions follow after every migration (`articles.models.granting`).
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0017_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("signed_in", "signed in"),
                            ("sign_in_failed", "sign-in failed"),
                            ("code_failed", "wrong code of a second factor"),
                            ("locked_out", "locked out after wrong tries"),
                            ("lock_lifted", "lock-out lifted"),
                            ("signed_out", "signed out"),
                            ("session_ended", "sessions ended"),
                            ("password_changed", "password changed"),
                            ("password_set", "password set by a colleague"),
                            ("password_reset", "password set anew by a link"),
                            ("link_sent", "link for a new password sent"),
                            ("link_made", "link for a new password made by a command"),
                            ("factor_added", "second factor set up"),
                            ("factor_removed", "second factor taken off"),
                            ("codes_made", "recovery codes made"),
                            ("code_used", "recovery code used"),
                            ("factor_demanded", "who needs a second factor"),
                            ("account_opened", "account opened"),
                            ("account_changed", "name or e-mail changed"),
                            ("deactivated", "account deactivated"),
                            ("reactivated", "account reactivated"),
                            ("role_given", "role given"),
                            ("key_issued", "key issued"),
                            ("key_revoked", "key revoked"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=200)),
                (
                    "address",
                    models.GenericIPAddressField(blank=True, null=True, verbose_name="network address"),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit list",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="GuessCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("name", "passwords for a user name"),
                            ("browser", "passwords from a browser known for an account"),
                            ("address", "passwords from a network address"),
                            ("code", "codes of a second factor"),
                            ("letter", "letters with a link"),
                        ],
                        max_length=10,
                    ),
                ),
                ("times", models.JSONField(default=list)),
                ("latest", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name": "count of guesses",
                "verbose_name_plural": "counts of guesses",
                "ordering": ["-latest", "-id"],
            },
        ),
        migrations.AddField(
            model_name="newsroom",
            name="second_factor",
            field=models.CharField(
                choices=[
                    ("nobody", "nobody"),
                    ("editors", "editors and administrators"),
                    ("everybody", "everybody"),
                ],
                default="nobody",
                help_text="Who has none yet reaches only the pages on which to set it up.",
                max_length=10,
                verbose_name="who needs a second factor",
            ),
        ),
        migrations.AddConstraint(
            model_name="newsroom",
            constraint=models.CheckConstraint(
                condition=models.Q(("second_factor__in", ["nobody", "editors", "everybody"])),
                name="newsroom_second_factor_known",
                violation_error_message="A second factor is needed by nobody, by editors, or by everybody.",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="whom",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="whose account",
            ),
        ),
        migrations.AddField(
            model_name="guesscount",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["whom", "-id"], name="audit_of_person"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["verb", "-id"], name="audit_of_verb"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("address__isnull", False)), fields=["at"], name="audit_with_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verb__in",
                        [
                            "signed_in",
                            "sign_in_failed",
                            "code_failed",
                            "locked_out",
                            "lock_lifted",
                            "signed_out",
                            "session_ended",
                            "password_changed",
                            "password_set",
                            "password_reset",
                            "link_sent",
                            "link_made",
                            "factor_added",
                            "factor_removed",
                            "codes_made",
                            "code_used",
                            "factor_demanded",
                            "account_opened",
                            "account_changed",
                            "deactivated",
                            "reactivated",
                            "role_given",
                            "key_issued",
                            "key_revoked",
                        ],
                    )
                ),
                name="audit_verb_known",
                violation_error_message="The audit list does not know what this is.",
            ),
        ),
    ]
