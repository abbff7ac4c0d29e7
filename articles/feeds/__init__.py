"""What readers' programs follow: verdicts and corrections as feeds, in Atom and as JSON.

`entries` says what an entry holds, `following` which rows are in which feed, `writing` how they look in each form.
Only what every reader sees is ever in a feed: nobody is signed in here.
"""
