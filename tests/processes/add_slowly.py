"""Puts a claim on record, says so, and commits when it is told to go on: add_slowly.py USERNAME WORDS."""

import sys

from django.db import transaction
from starting_line import wait

from articles.models import Claim, User

by = User.objects.get(username=sys.argv[1])
wait()
with transaction.atomic():
    Claim.add(by, sys.argv[2])
    print("half way", flush=True)
    sys.stdin.readline()
print("done")
