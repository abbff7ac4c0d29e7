"""What kind of process this is, said before the settings are read."""

# Does it answer requests? Then nobody may keep a process busy for long. The worker and commands take their time.
answers_requests = False
