"""Rewords a claim on top of the revision it read: revise.py CLAIM USERNAME STATEMENT."""

import sys

from starting_line import wait

from articles.models import Claim, User
from articles.refusals import Refused

claim = Claim.objects.get(pk=sys.argv[1])
by = User.objects.get(username=sys.argv[2])
wait()
try:
    print(f"written {claim.revise(by, expected=claim.revision, statement=sys.argv[3]).revision}")
except Refused as refusal:
    print(f"{refusal.code}: {refusal.sentence}")
