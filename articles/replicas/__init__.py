"""Reading from copies of the database that PostgreSQL keeps in step (streaming replicas).

A request reads one database from its beginning to its end. For as long as it stands on a replica, that replica *is* the
database called `default` (`standing_on`): no page can mix two states of the record, and no rule, view or statement has
to know that there are several. Everybody else reads the primary: who writes, is signed in, holds a key or looks at what
they sent themselves, each command and each job.

Which replica may answer is watched (`watching`, `choosing`); which request may be answered by one, and what becomes of
it where the replica fails, the middleware says.
"""

from articles.replicas.choosing import Replicas
from articles.replicas.routing import standing_on

__all__ = ["Replicas", "standing_on"]
