"""Puts claims on record, one act each: act.py USERNAME HOW_MANY."""

import sys

from starting_line import wait

from articles.models import Claim, User

by = User.objects.get(username=sys.argv[1])
wait()
for number in range(int(sys.argv[2])):
    Claim.add(by, f"Claim {number} of {sys.argv[1]}.")
print("done")
