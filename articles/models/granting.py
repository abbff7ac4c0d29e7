"""What the groups reporter, editor and administrator may do, as Django's permissions, and one function that sees to it.

The rules themselves stay `visible_to`, `editable_by` and the verbs, which look at the row. This says of each noun as a
whole whether a role has anything to do with it: the desk's doors ask it besides, and a test holds it against the table
of permissions, so that the two never drift.

`install` runs after every migration, as the guards do: a noun that a migration adds has its permissions with it.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps as installed
from django.db import models
from django.db.models import Aggregate, OuterRef, Subquery, Value

from articles.models.user import Role, Scope

REPORTERS = (Role.REPORTER, Role.EDITOR, Role.ADMINISTRATOR)
EDITORS = (Role.EDITOR, Role.ADMINISTRATOR)
ADMINISTRATORS = (Role.ADMINISTRATOR,)

# What is typed in and never typed over, which a noun's class does not tell.
ADDED = {
    "appearance",
    "apikey",
    "claimrelation",
    "confidentialsource",
    "derivation",
    "sourceversion",
    "upload",
}
# What has no revision and is changed by verbs all the same; and what has one and nobody types in.
CHANGED = {
    "anchorproposal", "apikey", "arrival", "assessment", "assignment", "claimrelation", "confidentialsource",
    "derivation", "keptform", "mailrefusal", "suggestion",
}  # fmt: skip
NOT_ADDED = {"newsroom", "rating", "ratingscale", "reviewtask", "submission"}
# Nouns that a role below does not see at all, change, or add.
SEEN_BY = {"guesscount": ADMINISTRATORS}
CHANGED_BY = {
    "delivery": ADMINISTRATORS, "job": EDITORS, "newsroom": ADMINISTRATORS, "rating": ADMINISTRATORS,
    "ratingscale": ADMINISTRATORS, "user": ADMINISTRATORS, "webhook": ADMINISTRATORS,
}  # fmt: skip
ADDED_BY = {"redaction": ADMINISTRATORS, "user": ADMINISTRATORS, "webhook": ADMINISTRATORS}
# Verbs that weigh more than a change, by noun: codename → (who, what it is called).
VERBS: dict[str, dict[str, tuple[tuple[Role, ...], str]]] = {
    "article": {"publish": (EDITORS, "Can open articles to readers, and close them")},
    "claim": {"dismiss": (EDITORS, "Can dismiss claims"), "merge": (EDITORS, "Can merge claims")},
    "claimant": {"merge": (EDITORS, "Can merge claimants")},
    "source": {"publish": (EDITORS, "Can open sources to readers"), "merge": (EDITORS, "Can merge sources")},
    "verdict": {"withdraw": (EDITORS, "Can withdraw verdicts")},
    "verdictdraft": {
        "publish": (EDITORS, "Can publish verdicts"), "hand_back": (EDITORS, "Can hand drafts back"),
    },
    "user": {"administer": (ADMINISTRATORS, "Can open, change and close accounts")},
}  # fmt: skip
# What a key must hold for each sort of permission; the scopes of `User.is_desk`, `may_write` and `may_publish`.
_READING = (Scope.DRAFTS, Scope.WRITE, Scope.PUBLISH)
_WRITING = (Scope.WRITE, Scope.PUBLISH)
_DECIDING = (Scope.PUBLISH,)
SCOPES = {
    "view": _READING, "add": _WRITING, "change": _WRITING, "dismiss": _DECIDING, "merge": _DECIDING,
    "publish": _DECIDING, "withdraw": _DECIDING, "hand_back": _DECIDING, "administer": (),
}  # fmt: skip


def permissions() -> dict[str, tuple[tuple[Role, ...], str, str]]:
    """Return codename → (roles that have it, its noun's model name, its name), for every noun of the record."""
    from articles.models.recorded import Revised

    found: dict[str, tuple[tuple[Role, ...], str, str]] = {}
    for model in installed.get_app_config("articles").get_models():
        noun, name = model._meta.model_name or "", model._meta.verbose_name
        revised = issubclass(model, Revised)
        found[f"view_{noun}"] = (SEEN_BY.get(noun, REPORTERS), noun, f"Can view {name}")
        if revised or noun in CHANGED or noun in CHANGED_BY:
            found[f"change_{noun}"] = (CHANGED_BY.get(noun, REPORTERS), noun, f"Can change {name}")
        if (revised and noun not in NOT_ADDED) or noun in ADDED or noun in ADDED_BY:
            found[f"add_{noun}"] = (ADDED_BY.get(noun, REPORTERS), noun, f"Can add {name}")
        for verb, (roles, called) in VERBS.get(noun, {}).items():
            found[f"{verb}_{noun}"] = (roles, noun, called)
    return found


def install(using: str) -> None:
    """Make the three groups have exactly these permissions; what a group was given besides is taken away."""
    from django.contrib.auth.models import Group, Permission
    from django.contrib.contenttypes.models import ContentType

    wanted = permissions()
    of_noun = {
        one.model: one for one in ContentType.objects.using(using).filter(app_label="articles").order_by("pk")
    }
    for noun in {noun for _roles, noun, _name in wanted.values()} - of_noun.keys():
        of_noun[noun] = ContentType.objects.using(using).create(app_label="articles", model=noun)
    known = {
        one.codename: one
        for one in Permission.objects.using(using).filter(content_type__app_label="articles")
    }
    made = [
        Permission(codename=codename, name=name[:255], content_type=of_noun[noun])
        for codename, (_roles, noun, name) in wanted.items()
        if codename not in known
    ]
    known |= {one.codename: one for one in Permission.objects.using(using).bulk_create(made)}
    for role in Role:
        group, _made = Group.objects.using(using).get_or_create(name=role.value)
        group.permissions.set(
            known[codename] for codename, (roles, *_more) in wanted.items() if role in roles
        )


class Joined(Aggregate):
    """The values of a column in one text, with commas between them; the two engines have two names for it."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s)"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, function="STRING_AGG", template="%(function)s(%(expressions)s, ',')"
        )


def granted_to(role: OuterRef | Value) -> Subquery:
    """Return the codenames that the group of this role has, in one text, as part of a query."""
    from django.contrib.auth.models import Permission

    mine = Permission.objects.filter(group__name=role, content_type__app_label="articles").order_by()
    return Subquery(mine.values("group__name").annotate(all=Joined("codename")).values("all"))
