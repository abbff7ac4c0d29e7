"""Accepts a suggestion as an editor: accept.py SUGGESTION USERNAME. Says what became of it."""

import sys

from starting_line import wait

from articles.models import Suggestion, User
from articles.refusals import Refused

suggestion = Suggestion.objects.get(pk=sys.argv[1])
editor = User.objects.get(username=sys.argv[2])
wait()
try:
    print(f"accepted {suggestion.accept(editor).pk}")
except Refused as refusal:
    print(f"{refusal.code}: {refusal.sentence}")
