"""Words that tell what a sentence does: counts, compares, reports, judges, foretells. No Django in here.

The lists hold common English words, never names. They were written from grammars and from what fact-checkers
say of their choices, not taken out of labelled texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Cue(StrEnum):
    """What a word or a pair of words is a sign of."""

    QUANTITY = "quantity"
    COUNT = "count"
    ORDINAL = "ordinal"
    TIME = "time"
    COMPARISON = "comparison"
    ABSOLUTE = "absolute"
    REPORT = "report"
    RECORD = "record"
    LAW = "law"
    BELIEF = "belief"
    WISH = "wish"
    JUDGEMENT = "judgement"
    EXPLANATION = "explanation"
    HEDGE = "hedge"
    FUTURE = "future"
    OBLIGATION = "obligation"
    CONDITION = "condition"
    SPEAKER = "speaker"
    GROUP_OF_SPEAKER = "group of speaker"
    LISTENER = "listener"
    THIRD_PERSON = "third person"
    QUESTION_WORD = "question word"
    NEGATION = "negation"
    COURTESY = "courtesy"
    PAST = "past"
    PRESENT = "present"
    PEOPLE = "people"
    CAUSE = "cause"
    IMPERATIVE = "imperative"


_LISTS: tuple[tuple[Cue, str], ...] = (
    (
        Cue.QUANTITY,
        "hundred hundreds thousand thousands million millions billion billions trillion trillions dozen dozens "
        "half quarter double doubled triple tripled twice percent percentage cent cents dollar "
        "dollars pounds euros zero majority average total rate rates number numbers amount",
    ),
    (
        Cue.COUNT,
        "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty "
        "seventy eighty ninety",
    ),
    (Cue.ORDINAL, "first second third fourth fifth sixth seventh eighth ninth tenth last"),
    (
        Cue.TIME,
        "january february march april june july august september october november december feb apr aug sept oct "
        "nov dec monday tuesday wednesday thursday friday saturday sunday yesterday year years month months week "
        "weeks decade decades century ago since during annual annually daily recent recently previously earlier "
        "former formerly",
    ),
    (
        Cue.COMPARISON,
        "more less fewer most least higher lower highest lowest largest smallest biggest greater greatest best "
        "worst better worse faster slower record than rank ranks ranked above below top bottom increase increased "
        "increases increasing decrease decreased rise rises rose risen fall falls fell fallen drop dropped drops "
        "cut cuts grow grows grew grown growth decline declined reduce reduced raise raised gain gained lose lost "
        "doubled only unprecedented leading",
    ),
    (
        Cue.ABSOLUTE,
        "never ever always every all none nobody everybody everyone nothing no any entire whole",
    ),
    (
        Cue.REPORT,
        "said says told tells reported reports announced announces claimed claims stated according called "
        "confirmed confirms denied denies accused alleged alleges admitted admits warned warns argued testified "
        "wrote writes revealed reveals found finds shows showed asked described describes cited cites noted notes "
        "suggested acknowledged disclosed concluded estimated estimates published pointed added",
    ),
    (
        Cue.RECORD,
        "report statement interview spokesman spokeswoman spokesperson documents document letter email emails "
        "study survey poll data statistics figures records evidence investigation audit census memo transcript "
        "footage video photo photograph",
    ),
    (
        Cue.LAW,
        "court courts judge judges jury lawsuit lawsuits sued sues suing suit law laws legal illegal illegally "
        "unlawful act statute bill legislation amendment constitution constitutional indicted indictment charged "
        "charges convicted conviction guilty plea pleaded settled settlement verdict prosecuted prosecution "
        "prosecutor prosecutors attorney felony crime crimes criminal fraud ruling ruled plaintiff plaintiffs "
        "defendant defendants regulation regulations banned ban violate violated violates violation defamation "
        "appeal appeals arrested sentenced sanctions treaty",
    ),
    (
        Cue.BELIEF,
        "think believe feel guess suppose doubt wonder suspect agree disagree imagine bet betting predict opinion",
    ),
    (Cue.WISH, "hope hopes want wish prefer love hate hopefully hoping"),
    (
        Cue.JUDGEMENT,
        "good bad great terrible horrible awful wonderful beautiful nice fantastic amazing incredible tremendous "
        "important right wrong fair unfair true tough strong weak smart stupid dumb crazy ridiculous silly sad "
        "sadly shameful disgraceful disaster disgusting evil dangerous serious ugly perfect proud honored honest "
        "frankly unfortunately fortunately obviously clearly surely certainly happy glad sorry absurd outrageous "
        "disturbing worrying lovely boring pathetic brilliant excellent shame magnificent charming clumsy dull "
        "delightful dreadful foolish reckless rash remarkable splendid superb tasteless worthless",
    ),
    (Cue.EXPLANATION, "explain explains explained mean means reason reasons suggests implies signal signals"),
    (
        Cue.HEDGE,
        "maybe perhaps probably possibly may might could seem seems seemed apparently likely unlikely appears "
        "appear somewhat presumably",
    ),
    (
        Cue.FUTURE,
        "will won't shall gonna tomorrow going plan plans intend upcoming next future someday promise "
        "i'll you'll he'll she'll it'll we'll they'll that'll there'll",
    ),
    (
        Cue.OBLIGATION,
        "should must ought need needs shouldn't mustn't let let's would wouldn't cannot",
    ),
    (Cue.CONDITION, "if unless whether would otherwise"),
    (Cue.SPEAKER, "i i'm i've i'd i'll me my mine myself"),
    (Cue.GROUP_OF_SPEAKER, "we we're we've we'd we'll us our ours ourselves let's"),
    (
        Cue.LISTENER,
        "you you're you've you'd you'll your yours yourself yourselves folks ladies gentlemen",
    ),
    (
        Cue.THIRD_PERSON,
        "he she they he's she's they're they've he'd she'd they'd his her their him them it's its",
    ),
    (Cue.QUESTION_WORD, "what why how who when where which whose"),
    (
        Cue.NEGATION,
        "not don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't wouldn't haven't hasn't hadn't "
        "cannot never no nor",
    ),
    (
        Cue.COURTESY,
        "thank thanks welcome hello hi goodbye congratulations please sir bless applause laughter cheers cheering "
        "inaudible crosstalk excuse goodnight evening morning okay ok yes yeah yep",
    ),
    (
        Cue.PAST,
        "was were had did been went came took made gave got said told saw knew thought became left felt put "
        "brought began kept held wrote stood heard let meant set met ran paid sat spoke lay led grew lost fell "
        "sent built understood drew broke spent cut rose drove bought wore chose voted won fought sold taught "
        "caught threw shut hit found done seen given taken known shown didn't wasn't weren't hadn't",
    ),
    (
        Cue.PRESENT,
        "is are am has have does do isn't aren't hasn't haven't doesn't don't i'm i've it's that's he's she's there's "
        "here's what's who's we're we've they're they've you're you've",
    ),
    (
        Cue.PEOPLE,
        "people workers families women men children students voters citizens immigrants patients residents "
        "teachers officials employees scientists researchers company companies government agency department police",
    ),
    (Cue.CAUSE, "because therefore cause caused causes led due result results resulted so"),
    (
        Cue.IMPERATIVE,
        "stay read see look listen consider remember imagine join vote tell ask call click subscribe follow "
        "share watch try keep stop don't go come take make give get report note check let send write visit",
    ),
)

#: Pairs of words that mean together what neither means alone.
PAIRS: Mapping[str, Cue] = MappingProxyType(
    {
        "according to": Cue.REPORT,
        "need to": Cue.OBLIGATION,
        "needs to": Cue.OBLIGATION,
        "have to": Cue.OBLIGATION,
        "has to": Cue.OBLIGATION,
        "ought to": Cue.OBLIGATION,
        "about to": Cue.FUTURE,
        "expected to": Cue.FUTURE,
        "set to": Cue.FUTURE,
        "poised to": Cue.FUTURE,
        "looks like": Cue.HEDGE,
        "look like": Cue.HEDGE,
        "sounds like": Cue.HEDGE,
        "at least": Cue.COMPARISON,
        "per cent": Cue.QUANTITY,
        "looking forward": Cue.WISH,
        "would like": Cue.WISH,
        "i'd like": Cue.WISH,
        "good night": Cue.COURTESY,
        "good morning": Cue.COURTESY,
        "good evening": Cue.COURTESY,
    }
)


def word_list(listed: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(listed.split())


def _by_word() -> Mapping[str, tuple[Cue, ...]]:
    cues: dict[str, tuple[Cue, ...]] = {}
    for cue, words in _LISTS:
        for word in words.split():
            cues[word] = (*cues.get(word, ()), cue)
    return MappingProxyType(cues)


#: Every word of the lists, in lower case and with a straight apostrophe, and what it is a sign of.
WORDS: Mapping[str, tuple[Cue, ...]] = _by_word()
