"""Background work: Django's task API on this database. Write tasks in `articles/tasks.py`; docs/work.md says how."""
