"""Who comes in, and how: signing in, the second factor, passwords, sessions. On django-allauth; sign-up is closed.

`models` hold the rules (accounts, the audit list, how often one may guess); this room is their door.
"""
