"""Begins an act, writes half of it, says so, and waits to be killed: die.py USERNAME."""

import sys
import time

from starting_line import wait

from articles.importing.text import read_text
from articles.models import Article, Claim, User
from articles.models.ledger import act

by = User.objects.get(username=sys.argv[1])
wait()
with act(by, "import", None):
    Article.add(by, read_text(b"Half of a text."))
    Claim.add(by, "Half of a claim.")
    print("half way", flush=True)
    time.sleep(600)
