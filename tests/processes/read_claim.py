"""Print the statement of a claim: read_claim.py <id>."""

import sys

from tests.processes import starting_line  # noqa: F401 - sets Django up

from articles.models import Claim  # isort: skip

print(Claim.objects.get(pk=sys.argv[1]).statement)
