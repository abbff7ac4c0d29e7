"""Words that are written with a full stop: which of them a sentence can end on. No Django in here.

All are without their last full stop, with the letter case in which they are written.
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TITLES = (
    "Mr Mrs Ms Mx Dr Drs Prof Gov Govs Sen Sens Rep Reps Gen Col Lt Sgt Capt Cmdr Cdr Adm Maj Brig Cpl Pvt Pfc "
    "Rev Hon Pres Supt Insp Det Amb Atty Sec Asst Assoc Msgr Messrs Mmes Mme Mlle Sra Srta Fr Br Rt"
)
_BETWEEN = "v vs cf e.g i.e viz approx ca eg ie incl Cf Vs resp"

#: After these the sentence goes on, whatever follows.
NEVER_LAST: frozenset[str] = _words(f"{_TITLES} {_TITLES.upper()} {_BETWEEN}")

#: After these the sentence goes on where a number follows: "No. 5", "Jan. 6", "p. 12". "The answer was no."
#: is a sentence.
BEFORE_NUMBERS: frozenset[str] = _words(
    "No Nos no nos NO Nr nr p pp P Pp vol Vol vols Vols ch Ch chap Chap sec secs Secs sect art Art arts Arts "
    "fig Fig figs Figs para Para paras cl ex Ex exh Exh n nn tit Tit ver rev op Pt pt Pts Bk bk iss eq Eq "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun "
    "Amend amend Dkt Doc Stat stat Reg Rule"
)

#: A sentence can end on these; it does where a word follows that begins sentences rather than names.
MAYBE_LAST: frozenset[str] = _words(
    "Inc Corp Co Cos Ltd Bros Jr Sr Esq Dept Univ Assn Mfg Govt Natl Intl Gmbh LLP LLC St Ste Mt Ft Ave Blvd Rd "
    "Dr Ln Hwy Pkwy Sq Apt Bldg al ed eds trans repr seq est cont max min avg est ext tel Tel Ext Ed Eds "
    "Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Kans Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla "
    "Ore Pa Penn Tenn Tex Va Vt Wash Wis Wisc Wyo Ont Que Alta Sask "
    "Supp Cir Ct Cal App Civ Crim Fed Ann Rptr Const Proc Evid So Bankr Mem Op Ops"
)

#: After a letter that one of these names, a sentence can end as after any word: "vitamin C.", "World War I."
LETTERED: frozenset[str] = _words(
    "vitamin plan hepatitis grade class category type part section exhibit group war option figure appendix "
    "phase title schedule annex tier unit ward zone terminal block building"
)

#: Words that begin sentences and hardly ever names.
STARTERS: frozenset[str] = _words(
    "The This That These Those He She It They We I You But And Or In On At As After Before When While If For From "
    "With By To Of His Her Its Their Our My Your There Here What Who How Why Where Which Whether However "
    "Meanwhile Since Although Though Some Many Most All Both No Not Nor Now Then So Yet Such Under Over During "
    "Despite Among Because According Once Until Unless A An One Another Each Even Every Also Still Just Only Later "
    "Earlier Last Next Other Others Several Few Does Did Do Is Are Was Were Has Have Had Can Could Would Should "
    "Moreover Nevertheless Instead Indeed Perhaps Maybe Today Yesterday Again Through Throughout Between Without "
    "Within Like Unlike About Neither Either Nobody Everyone Someone Nothing Something Everything Anyone Please Let "
    "Together Initially Finally Recently Currently Previously Fortunately Unfortunately Eventually Ultimately "
    "Clearly Apparently Reportedly Specifically Similarly Additionally Consequently "
    "I’m I'm I’ve I've I’ll I'll It’s It's He’s He's She’s She's They’re They're We’re We're You’re You're That’s "
    "That's There’s There's Here’s Here's What’s What's Don’t Don't"
)

#: What may follow "7 p.m." within the sentence, with a capital.
AFTER_HOURS: frozenset[str] = _words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun "
    "January February March April May June July August September October November December "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Eastern Central Mountain Pacific Atlantic Greenwich Moscow "
    "Beijing Tokyo London Sydney EST EDT ET CST CDT CT MST MDT MT PST PDT PT GMT UTC BST CET CEST IST AEST AEDT "
    "NZST HST AKST AKDT Z"
)

#: Names that carry their own exclamation mark.
EXCLAIMED: frozenset[str] = frozenset({"Yahoo", "Jeopardy", "Yum", "Joomla", "Oklahoma", "Chips"})

#: Verbs that hand a quotation to its speaker: “Really?” Jane Roe asked.
REPORTING: frozenset[str] = _words(
    "said says say asked asks added adds replied replies wrote writes tweeted tweets told tells answered wondered "
    "exclaimed shouted cried called continued responded quipped joked demanded recalled remarked noted argued "
    "declared explained insisted posted"
)
