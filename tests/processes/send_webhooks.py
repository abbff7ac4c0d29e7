"""A worker for which this machine is the internet: send_webhooks.py LEASE drain|stay. Says how many jobs it did."""

import sys
from datetime import timedelta

from django.conf import settings
from starting_line import wait

from articles.work.worker import Worker

settings.REACH_THIS_MACHINE = True
wait()
worker = Worker(lease=timedelta(seconds=float(sys.argv[1])), idle=0.05)
print(worker.run(drain=sys.argv[2] == "drain"))
