"""Whether the source of an attribution is said to hold its content true. No Django in here.

An article also tells what people want, order, deny or wonder at. That somebody asked for a favour does not mean
that he asserts it, so it makes nobody a link in the chain of those who do.
"""

from __future__ import annotations

from collections.abc import Sequence

from articles.importing.attribution.tokens import listed

_REGULAR = (
    "accuse acknowledge add admit affirm allege announce answer applaud argue assert assume assure attest "
    "believe blame boast brag calculate call caution charge cite claim comment complain concede conclude "
    "condemn confess confide confirm contend counter criticise criticize declare decry denounce describe "
    "determine disclose discover dismiss document elaborate emphasise emphasize estimate explain express "
    "fear find forecast guess gush hail hint illustrate imply indicate inform insist interject joke judge "
    "lament maintain mention mock muse note notify observe opine pen post praise predict proclaim "
    "publish quip quote reason recall reckon recount reiterate relate remark remember repeat reply report "
    "respond reveal shout signal slam speculate state stress suggest sum surmise suspect testify tout "
    "tweet view voice volunteer warn whisper worry yell"
)
_IRREGULAR = (
    "say says said saying tell tells told telling write writes wrote written writing think thinks thought "
    "thinking know knows knew known knowing show shows showed shown showing find finds found finding hold "
    "holds held holding feel feels felt feeling see sees saw seen read reads according swear swears swore "
    "sworn understand understands understood forecast put puts go goes went admitted admitting"
)
_NOUNS = (
    "account accusation accusations allegation allegations analysis argument arguments assertion "
    "assertions assessment belief beliefs claim claims complaint complaints conclusion conclusions "
    "concern concerns consensus doubts estimate estimates evidence fear fears finding findings hunch "
    "impression opinion opinions prediction predictions report reports reporting rumour rumor rumours "
    "rumors sense statement statements story suspicion suspicions suggestion testimony theory view views "
    "warning warnings worries"
)
_DENIALS = listed(
    "no not never declined declines decline declining refused refuses refuse refusing denied denies deny denying fails "
    "failed fail failing neglected neglects disputed disputes dispute disputing rejected rejects reject rejecting "
    "doubted doubts doubt denial denials"
)


def _forms(verb: str) -> list[str]:
    """Return the forms of a regular verb."""
    stem = verb.removesuffix("e")
    if stem.endswith("y") and stem[-2] not in "aeiou":
        return [verb, stem[:-1] + "ies", stem[:-1] + "ied", stem + "ing"]
    third = verb + "es" if verb.endswith(("s", "sh", "ch")) else verb + "s"
    return [verb, third, stem + "ed", stem + "ing"]


# Whoever does this is somebody; a move may suggest something and a figure show it.
_SAYING = listed(
    "say says said saying tell tells told telling claim claims claimed claiming write writes wrote written writing "
    "argue argues argued arguing announce announced announces add adds added adding believe believes believed think "
    "thinks thought insist insists insisted allege alleges alleged admit admits admitted tweet tweeted tweets reply "
    "replied complain complained recall recalled recalls remark remarked joke joked fear fears feared"
)
_NOMINAL = listed(_NOUNS)
_ASSERTING = frozenset(form for verb in listed(_REGULAR) for form in _forms(verb)) | listed(
    _IRREGULAR + " " + _NOUNS
)
# Things that speak: what they are said to show is asserted by whoever made them.
_DOCUMENTS = listed(
    "ad analysis article blog book brief caption chart complaint column data diary document editorial email essay "
    "evidence figure file filing finding indictment investigation journal lawsuit leaflet letter list map memo memoir "
    "message note notice number page paper petition poll post prospectus record release report research result review "
    "sign source statement statistic story study survey table tape text transcript tweet video website"
)
_SPEAKING_PRONOUNS = listed("he she they it you who one y'all everyone everybody someone somebody")
_NOBODY = listed("nobody none neither no")
# "The council today announced": when, not who.
_TIMES = listed(
    "today yesterday tomorrow tonight now earlier later recently monday tuesday wednesday thursday friday saturday "
    "sunday"
)
_FIRST_PERSON = listed("i we i've i'm i'd i'll we've we're we'd we'll me us my our")


def may_assert(word: str) -> bool:
    """Is a word, in small letters, one by which somebody is said to hold something true?"""
    return word in _ASSERTING


def is_saying(word: str) -> bool:
    """Is a word, in small letters, something only people do: "said", "believes"?"""
    return word in _SAYING


def is_noun(word: str) -> bool:
    """Is a word, in small letters, the name of something said or thought: "report", "claim", "fears"?"""
    return word in _NOMINAL


def denies(words: Sequence[str]) -> bool:
    """Do the words of a cue, in small letters, say that its source does not say it?"""
    return any(word in _DENIALS or word.endswith("n't") for word in words)


def may_speak(words: Sequence[str], known: bool) -> bool:
    """Can somebody other than the writer, named by these words in small letters, hold something true?

    `known` says that the words show a person, an organisation or a group, or that nobody else can do what is done.
    """
    if not words or words[0] in _FIRST_PERSON or words[0] in _NOBODY or set(words) <= _TIMES:
        return False
    if known or (len(words) == 1 and words[0] in _SPEAKING_PRONOUNS):
        return True
    return any(word in _DOCUMENTS or word.removesuffix("s") in _DOCUMENTS for word in words)
