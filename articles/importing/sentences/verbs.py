"""Forms of English verbs that show by themselves that a clause has its verb. No Django in here.

Each is the inside of a regular expression's group. None is complete: they are for finding clauses where there
can be little doubt, not for reading grammar.
"""

from __future__ import annotations


def _forms(listed: str) -> str:
    return _branches(sorted(set(listed.split())))


def _branches(words: list[str]) -> str:
    """Return alternatives that share their beginnings: Python tries a flat list of words one by one."""
    by_first: dict[str, list[str]] = {}
    for word in words:
        by_first.setdefault(word[:1], []).append(word[1:])
    ends = by_first.pop("", None) is not None
    branches = []
    for first, rests in by_first.items():
        rest = _branches(rests) if rests != [""] else ""
        branches.append(first + (f"(?:{rest})" if "|" in rest else rest))
    whole = "|".join(branches)
    return f"(?:{whole})?" if ends and whole else whole


_NEGATED = (
    "isn’t aren’t wasn’t weren’t hasn’t haven’t hadn’t won’t wouldn’t can’t couldn’t mightn’t mustn’t shouldn’t don’t "
    "doesn’t didn’t"
)

#: Finite in any sentence: they have a subject.
AUXILIARIES: str = _forms(
    "is are was were has had will would can could may might must shall should does did cannot "
    + _NEGATED
    + " "
    + _NEGATED.replace("’", "'")
)

#: Forms of "to be" and "to have": what follows them may be a participle.
BE_AND_HAVE: str = _forms(
    "be been being is are was were has have had get gets got getting isn’t aren’t wasn’t weren’t hasn’t "
    "haven’t hadn’t isn't aren't wasn't weren't hasn't haven't hadn't"
)

#: Past tenses that are no participles.
PAST_ONLY: str = _forms(
    "ate awoke began bit blew broke chose drank drew drove fell flew forgave forgot froze gave grew hid knew "
    "mistook overcame overtook rang rode rose ran sang sank saw shook shrank spoke stole swam swore threw "
    "took tore underwent undertook went withdrew woke wore wrote"
)

#: Past tenses that may be participles too.
PAST: str = _forms(
    "became bent bought bound brought built burnt came caught cost dealt dug fed felt fled fought found got "
    "heard held kept laid lay led left lent lit lost made meant met paid put quit read said sat sent set shot "
    "shut slept slid sold sought spent split spread stood struck stuck swept taught thought told understood "
    "won"
)

#: Regular past tenses of verbs without an object: hardly ever participles.
PAST_WITHOUT_OBJECT: str = _forms(
    "agreed apologized apologised appeared argued arrived campaigned collapsed complained complied cooperated "
    "declined died disagreed disappeared emerged existed expired failed happened hesitated insisted joked "
    "lasted laughed lied lived mattered occurred participated persisted presided proceeded refused relied "
    "remained replied resigned responded resulted retired seemed smiled specialized stayed stopped struggled "
    "succeeded suffered talked testified tried travelled traveled tweeted vanished voted vowed waited walked "
    "wanted wondered worked"
)

#: Third persons of verbs that are hardly ever plurals of nouns.
PRESENT: str = _forms(
    "accepts admits agrees allows appears applies argues asks asserts becomes begins believes belongs brings "
    "buys carries chooses comes considers consists contains continues contributes creates decides declines "
    "defends denies describes determines differs disagrees employs enables encourages enjoys ensures "
    "establishes exists expects explains faces fails finds follows forces forms gets gives goes grows happens "
    "has hears helps holds ignores implies includes indicates insists intends involves keeps knows lacks "
    "leads learns leaves lets lives loses maintains makes manages means meets needs occurs offers opens "
    "operates opposes owns pays permits plays prefers prevents proposes protects proves provides publishes "
    "pushes receives recognizes refers refuses reflects refuses rejects relies remains represents requires "
    "says seeks seems sells sends serves shows sits speaks spends stands starts stays stops suggests supports "
    "takes talks teaches tells tends thinks tries understands uses violates wants warns wears wins works "
    "writes"
)

#: Verbs whose object may be a whole clause without "that": "he said the dogs and the cats were fed".
CLAUSE_TAKING: str = _forms(
    "said says say saying think thinks thought thinking believe believes believed know knows knew hope hopes "
    "hoped claim claims claimed claiming mean means meant show shows showed shown suggest suggests suggested "
    "argue argues argued insist insists insisted note notes noted noting add adds added adding found finds "
    "find feel feels felt fear fears feared hear hears heard learn learns learned see sees saw ensure ensures "
    "ensured admit admits admitted agree agrees agreed acknowledge acknowledges acknowledged assume assumes "
    "assumed concede conceded conclude concluded confirm confirmed contend contends contended declare "
    "declared deny denied estimate estimated estimates expect expects expected explain explained explains "
    "guess imagine indicate indicated indicates maintain maintained maintains predict predicted predicts "
    "promise promised promises realize realized remember report reported reports reveal revealed reveals "
    "state stated states suspect suspects told tell tells warn warned warns wish wished wishes wrote write "
    "writes tweeted announce announced announces wonder wondered"
)

#: What may stand between a subject, or a conjunction, and its verb.
ADVERBS: str = _forms(
    "also now never always often still then later soon even just only already once almost really simply again "
    "ever further therefore thus instead likely probably perhaps largely nearly recently quickly finally "
    "eventually initially originally currently previously repeatedly reportedly allegedly apparently clearly "
    "actually certainly usually typically generally technically effectively publicly falsely first not long "
    "both either"
)
