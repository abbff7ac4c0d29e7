"""Publishes a draft as an editor: publish.py DRAFT USERNAME. Says what became of it."""

import sys

from starting_line import wait

from articles.models import User, VerdictDraft
from articles.refusals import Refused

draft = VerdictDraft.objects.get(pk=sys.argv[1])
editor = User.objects.get(username=sys.argv[2])
wait()
try:
    print(f"published {draft.publish(editor).number}")
except Refused as refusal:
    print(f"{refusal.code}: {refusal.sentence}")
