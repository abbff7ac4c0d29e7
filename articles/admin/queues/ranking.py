"""Which queues there are. What somebody waits for, or has a day set, comes before what nobody misses yet."""

from articles.admin.queues.claims import Assigned, Deadlines, Rereading, Unassigned
from articles.admin.queues.incoming import Complaints, FromReaders, HeldFiles, Quotations, Suggestions
from articles.admin.queues.verdicts import Asked, ForSecondEditor, Mine
from articles.admin.site import desk

desk.queues = (
    Assigned(), Mine(), ForSecondEditor(), Asked(), Deadlines(), Complaints(), Rereading(), FromReaders(),
    Suggestions(), Quotations(), HeldFiles(), Unassigned(),
)  # fmt: skip
