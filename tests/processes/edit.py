"""Says verbs at random, of rows at random, for a while: edit.py SEED USERNAME SECONDS SUBJECTS. Prints how many.

SUBJECTS is what `tests.feed.saying.subjects` found, as JSON.
"""

import json
import random
import sys
import time

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from starting_line import wait

from articles.models import User
from articles.refusals import Refused
from tests.feed.saying import VERBS

draw = random.Random(int(sys.argv[1]))
by = User.objects.get(username=sys.argv[2])
subjects = json.loads(sys.argv[4])
verbs = {verb.name: verb for verb in VERBS if verb.name in subjects}
wait()
until, said = time.monotonic() + float(sys.argv[3]), 0
while time.monotonic() < until:
    name = draw.choice(sorted(verbs))
    models = [apps.get_model("articles", noun) for noun in subjects[name]]
    rows = [draw.choice(list(model.objects.order_by("-pk")[:60]) or [None]) for model in models]
    if None in rows:
        continue
    subject = tuple(rows) if len(rows) > 1 else rows[0] if rows else None
    try:
        verbs[name].say(subject, by)
        said += 1
    except (Refused, ValidationError, ObjectDoesNotExist):
        pass  # as it happens to people who look at the same rows
print(said)
