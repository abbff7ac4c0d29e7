"""The furniture of a page: lines that are no text of its author, known by their own words. No Django in here.

Each pattern has to match a whole line, and each is written so that it fails within a few characters where a
line is something else: a real sentence that is taken for furniture is a claim that nobody sees.
"""

from __future__ import annotations

import functools
import re

from articles.importing.layout.bylines import is_byline
from articles.importing.layout.daylines import is_dayline
from articles.vocabulary import BlockRole

# Longer lines are prose, whatever they begin with.
_LONGEST = 320
_LONGEST_BUTTON = 60

_AGENCY = (
    r"(?:AP|Associated Press|Reuters|AFP|EPA|UPI|PA|DPA|Getty(?: Images)?|Bloomberg|Shutterstock|"
    r"Twitter|Facebook|Instagram|YouTube|Netflix|iStock|Unsplash|Pixabay|Flickr|Wikimedia Commons|"
    r"Xinhua|Anadolu(?: Agency)?|CNN|NBC|ABC|CBS|Fox News)"
)
_SITE = (
    r"(?:X|Twitter|Facebook|Instagram|Mastodon|Bluesky|Threads|TikTok|YouTube|Reddit|LinkedIn|"
    r"Telegram|Truth Social|WhatsApp|Pinterest|Google News|Flipboard|SoundCloud|Spotify|Apple "
    r"Podcasts|Vimeo)"
)
_TEXT = (
    r"(?:article|story|post|piece|report|essay|column|op-ed|interview|excerpt|commentary|blog post|"
    r"editorial|review|analysis|content)"
)

# Whole lines of very few words: buttons, titles of page widgets. Compared without case and final marks.
_BUTTONS = frozenset(
    line.strip()
    for line in """
    about the author | about the authors | about author | scroll to top | back to top | to top | share this | share
    share this article | share this story | share this post | share article | share on facebook | share on twitter
    share on x | share on linkedin | share on whatsapp | share via email | tweet | tweet this | pin it | e-mail | email
    email this | print | print this article | save | save article | copy link | copy url | link copied | bookmark
    advertisement | advertisements | advertising | sponsored | sponsored content | promoted | promoted content | ad
    related | related articles | related article | related stories | related story | related posts | related topics
    related content | related coverage | related links | related news | related reading | you may also like
    you might also like | you may like | you might be interested in | more from | more on this story | more stories
    more news | more articles | most read | most popular | most viewed | most shared | trending | trending now
    recommended | recommended for you | recommended stories | recommended reading | popular posts | popular now
    recent posts | latest posts | latest stories | latest articles | editors' picks | editor's picks | top stories
    what to read next | up next | read next | read also | also read | see also | don't miss | in this article
    leave a comment | leave a reply | post a comment | add a comment | comments | view comments | show comments
    join the conversation | join the discussion | comments are closed | comment | reply | log in | login | sign in
    sign up | register | subscribe | subscribe now | subscribe today | unsubscribe | newsletter | newsletters
    newsletter signup | enter your email address | your email address | email address | thank you for subscribing
    follow us | follow us on | follow | follow me | donate | donate now | support us | support our work | contact us
    contact | skip to content | skip to main content | skip navigation | menu | main menu | navigation | search | home
    close | open | loading | loading comments | please wait | previous | next | previous article | next article
    previous post | next post | previous story | next story | show more | show less | view all | see all | see more
    load more | view more | expand | collapse | accept | accept cookies | accept all cookies | accept all | reject all
    cookie policy | cookie settings | cookie preferences | manage cookies | privacy policy | terms of use
    terms and conditions | terms of service | privacy | all rights reserved | tags | tagged | filed under | categories
    photo gallery | gallery | photos | slideshow | story continues below advertisement | story continues below
    article continues below advertisement | article continues below | continue reading the main story
    story continues after advertisement | article continues after advertisement | continues below advertisement
    this is a developing story | before you go | table of contents | contents | permalink | report ad | report this ad
    listen to this article | audio | transcript | full text | abstract | top of page | end of article | site index
    """.replace("\n", "|").split("|")
    if line.strip()
)
_LINKS = frozenset(
    line.strip()
    for line in """
    source link | read more | click here | continue reading | learn more | full story | full article | read full story
    read full article | read the full story | read the full article | read the full report | read it here | more here
    find out more | watch here | watch now | watch the video | watch video | listen here | listen now | link | here
    source | pdf | pdf link | download | download pdf | download here | view original | view source | original article
    read the original article | original post | read the rest | keep reading | read on | more info | go to source
    """.replace("\n", "|").split("|")
    if line.strip()
)
_UNSEEN = " \t\u00a0\ufeff\u200b\u200e\u200f"
_TRIM = " \t\u00a0\ufeff*_#:.…!>»›→|•-–—[]()"

# The first that matches decides.
_RULES: tuple[tuple[BlockRole, str], ...] = (
    # A rule between sections, a lone bullet.
    (BlockRole.BOILERPLATE, r"[-—–_*=~#.·•+^<>|\\/ \t]{1,200}"),
    (BlockRole.IMAGE_SLUG, r"[a-z0-9]+(?:_[a-z0-9]+)+"),
    (BlockRole.IMAGE_SLUG, r"(?i:[^\s/]{1,120}\.(?:jpe?g|png|gif|webp|svg|avif|heic))"),
    (
        BlockRole.IMAGE_SLUG,
        r"!\[[^\]]{0,200}\]\([^)\s]{0,300}(?: \"[^\"]{0,200}\")?\)|\[!\[[^\n]{0,300}\)",
    ),
    (
        BlockRole.IMAGE_SLUG,
        r"\[?(?i:image|photo|picture|video|graphic)\]?|\[(?i:image|photo|img): [^\]]{1,200}\]",
    ),
    (
        BlockRole.EMBED,
        rf"(?:Post|Tweet|Toot|Thread|Video|Posts?) by (?:@\S{{1,80}}|@?\S{{1,60}} on {_SITE})",
    ),
    (BlockRole.EMBED, r"@\w{2,40}[.:]?"),
    (BlockRole.EMBED, r"(?:https?://)?pic\.(?:twitter|x)\.com/\w{1,20}|https?://t\.co/\w{1,20}"),
    (
        BlockRole.EMBED,
        rf"View this (?:post|photo|video|profile) on {_SITE}|A (?:post|photo|video|reel) shared by "
        rf".{{1,120}}",
    ),
    (
        BlockRole.EMBED,
        rf"(?:Embed|Embedded (?:content|post|tweet|video))(?: from {_AGENCY}| from {_SITE})?",
    ),
    (
        BlockRole.EMBED,
        r"(?:We are sorry, ?)?[Tt]his (?:video|content|audio|post|tweet) (?:is|was|has been) "
        r"(?:not available|unavailable|restricted|deleted|removed|no longer available)\b.{0,100}",
    ),
    (
        BlockRole.LINK_TEXT,
        r"(?:View|Watch|Listen|See|Read|Open|Follow the thread) (?:it |this |more )?(?:on|in|via) "
        rf"{_SITE}",
    ),
    (
        BlockRole.LINK_TEXT,
        r"\((?:PDF|pdf|Video|video|Audio)? ?(?:link|Link|PDF|pdf|source|video|photo)s?\)|"
        r"https?://\S{1,300}|www\.\S{1,300}",
    ),
    (
        BlockRole.LINK_TEXT,
        r"(?:Read|See|Get|View|Watch) (?:the )?(?:full|whole|entire|original|complete) (?:story|"
        r"article|report|post|interview|text|transcript|video|version)(?: (?:here|at|on|in|"
        r"from)\b.{0,60})?[.:»→]?",
    ),
    (
        BlockRole.LINK_TEXT,
        r"(?:Click|Tap) (?:here|this link|on the link) (?:to|for) (?!subscribe|sign).{1,90}",
    ),
    (
        BlockRole.LINK_TEXT,
        r"(?:Continue reading|Read more)\b(?: [“\"‘]?[A-Z].{0,140}| (?:at|on|about|of|from|in) "
        r".{1,100}|: .{1,140})?[»→›….]{0,2}",
    ),
    (BlockRole.FOOTNOTE, r"\*{1,3} ?\(.{1,250}\)|\[\^?\w{1,4}\]:? \S.*|[†‡§¶¹²³⁴-⁹]{1,2} ?[^\W\d].*"),
    (
        BlockRole.FOOTNOTE,
        r"[*_(\[]{0,3} ?(?:CORRECTIONS?|Corrections?|Clarifications?|CLARIFICATIONS?|"
        r"[Ee]ditor(?:[’']s|s[’'])? [Nn]otes?|EDITOR(?:[’']S|S[’'])? NOTES?|Author(?:[’']s)? "
        r"[Nn]ote|Erratum)(?: (?:appended|APPENDED))?(?: \([^)]{1,40}\))?(?:[:.]| [—–-]).*",
    ),
    (
        BlockRole.PROVENANCE,
        r"[*_(\[]{0,3}(?i:cross[- ]?posted|x-posted) (?:to|from|at|on|with|by|in)\b.{1,150}",
    ),
    (
        BlockRole.PROVENANCE,
        rf"[*_(\[]{{0,3}}(?:This|The) (?:\w{{1,12}} ){{0,2}}{_TEXT} (?:(?:was|is|has been) "
        r")?(?:also )?(?:originally|first|previously|initially) (?:appeared|published|posted|ran|"
        rf"produced|written)\b.{{0,220}}",
    ),
    (
        BlockRole.PROVENANCE,
        rf"[*_(\[]{{0,3}}(?:This|The) (?:\w{{1,12}} ){{0,2}}{_TEXT} (?:appeared|appears|ran) "
        rf"(?:originally |first |also )?(?:at|on|in)\b.{{1,180}}",
    ),
    (
        BlockRole.PROVENANCE,
        rf"[*_(\[]{{0,3}}This (?:\w{{1,12}} ){{0,2}}{_TEXT} (?:was|is|has been) "
        r"(?:re)?(?:published|printed|posted|produced|syndicated|adapted|excerpted|"
        rf"co-published)\b.{{0,220}}",
    ),
    (
        BlockRole.PROVENANCE,
        r"[*_(\[]{0,3}(?:Originally|First|Previously|As) (?:published|appeared|posted|printed|"
        r"seen) (?:at|on|by|in|with)\b.{1,150}",
    ),
    (
        BlockRole.PROVENANCE,
        r"[*_(\[]{0,3}(?:Republished|Reprinted|Reposted|Reproduced|Syndicated|Published here|"
        r"Shared) (?:here )?(?:with|by|from|under|courtesy)\b.{1,200}",
    ),
    (
        BlockRole.PROVENANCE,
        r"[*_(\[]{0,3}(?:Source|SOURCE|Via|VIA)s?: ?\S.{0,100}|[*_(\[]{0,3}(?:[Hh]/[Tt]|[Hh]at "
        r"tip)[: ].{1,80}",
    ),
    (
        BlockRole.CREDIT,
        r"[*_(\[]{0,3}(?:(?:Photo|Image|Picture|Video|Photograph|Cover|Featured image|Graphic|"
        r"Illustration|Art|Top photo|Header image|Lead image)(?:graph)?s? )?(?:[Cc]redits?|"
        r"CREDITS?)(?: ?:|\.{2,3}|…| by) ?\S.{0,200}",
    ),
    (
        BlockRole.CREDIT,
        r"[*_(\[]{0,3}(?:Featured |Top |Cover |Header |File |Main |Lead )?(?:[Pp]hotos?|PHOTOS?|"
        r"[Ii]mages?|[Pp]hotographs?|[Ii]llustrations?|[Gg]raphics?|[Pp]ictures?|Cartoon|Video|"
        r"Screenshot|Screen ?grab)(?: (?:by|courtesy(?: of)?|via|credit|BY)\b|: "
        r"?)(?=.{0,3}[A-Z@]).{1,140}(?<![!?])",
    ),
    (
        BlockRole.CREDIT,
        rf"[*_(\[]{{0,3}}(?:[A-Z][\w.’'-]{{0,24}} ){{0,3}}(?:\S{{1,40}} )?(?:via |/ ?|for |by "
        rf"){_AGENCY}(?: via {_AGENCY})?(?:/\S{{1,40}})?[.)\]*_]{{0,3}}",
    ),
    (
        BlockRole.CREDIT,
        rf"[*_(\[]{{0,3}}(?:{_AGENCY}|{_AGENCY.upper()})(?: Photo| photo| Images| File "
        rf"Photo)?(?:/.{{1,60}})?[.)\]*_]{{0,3}}",
    ),
    (BlockRole.CREDIT, r"[Cc]ourtesy(?: of|:) (?:[A-Z@].{1,80})"),
    (BlockRole.CAPTION, r"(?:FILE|File|File photo|FILE PHOTO)(?: ?[-–—:]| - ) ?\S.*"),
    (
        BlockRole.CAPTION,
        r"[*_(\[]{0,3}(?:[Cc]aption|(?:[Pp]hoto|[Ii]mage) [Cc]aption|[Pp]ictured(?: above| here)?|"
        r"(?:[Aa]bove|[Bb]elow|[Ll]eft|[Rr]ight|[Tt]op|[Bb]ottom)): ?\S.*",
    ),
    (
        BlockRole.CAPTION,
        rf".{{10,280}}\((?:AP Photo|(?:[Pp]hoto|[Ii]mage|[Pp]icture|[Cc]redit|[Ii]llustration|"
        rf"[Ss]creenshot)s?(?: by|:| via|/| courtesy)|{_AGENCY}/|[^()]{{1,60}}/ "
        rf"?{_AGENCY})[^()]{{0,80}}\)[.*_]{{0,2}}",
    ),
    (
        BlockRole.CAPTION,
        r".{10,280} (?:REUTERS|Reuters|AFP|EPA)/[A-Z][\w.’'-]{1,24}(?: "
        r"[A-Z][\w.’'-]{1,24}){0,3}(?:/\S{1,30})?",
    ),
    (
        BlockRole.METADATA,
        r"(?:\d{1,3}|[A-Z][a-z]+) ?[- ]?min(?:ute)?s?\.? read\b.{0,60}|(?:Reading|Read|Listening) "
        r"time:? .{1,40}|Estimated reading time.{1,40}",
    ),
    (
        BlockRole.METADATA,
        r"(?:Tags?|Tagged|Filed [Uu]nder|Topics?|Categor(?:y|ies)|Section|Keywords|Labels|"
        r"Language|Word count|Slug|URL|Permalink|Location|Edition|Issue): ?\S.{0,200}",
    ),
    (
        BlockRole.METADATA,
        r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?: ?[ap]\.?m\.?)?(?: [A-Z]{2,4})?:?|(?:1[0-2]|[1-9]) "
        r"?[ap]\.?m\.?(?: [A-Z]{2,4})?:?",
    ),
    (
        BlockRole.METADATA,
        r"[A-Z][A-Z .’'-]{2,30}(?:, [A-Z][A-Za-z .]{1,20})?(?: \([A-Za-z /]{2,24}\))? ?[—–-]{1,2}",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:©|\([cC]\) ?(?:Copyright|\d{4})|&copy;|Copyright (?:©|\([cC]\)|\d{4}|by\b)).{0,280}|"
        r".{0,250}\b[Aa]ll [Rr]ights [Rr]eserved\b.{0,120}",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:Please |Click here to )?(?i:sign up|subscribe|join|get|"
        r"register)\b.{0,140}\b(?:newsletters?|inbox|e-?mail (?:list|updates|alerts)|mailing list|"
        r"breaking news alerts|daily briefing|podcast)\b.{0,100}",
    ),
    (
        BlockRole.BOILERPLATE,
        rf"(?:Please )?(?:Follow|Like|Find|Join|Friend)\b.{{1,100}}\bon (?:our "
        rf")?{_SITE}\b.{{0,100}}|(?:Follow|Like|Find) (?:him|her|them|us|me) (?:on|at) \S.{{0,80}}",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:We|[Tt]his (?:web)?site|Our (?:web)?site|Cookies)\b.{0,60}\b(?:use|uses|using|"
        r"help)\b.{0,60}(?:\bcookies\b.{0,200}|\bus deliver\b.{0,100})",
    ),
    (
        BlockRole.BOILERPLATE,
        r"By (?:signing up|subscribing|clicking|continuing|using|submitting|registering|"
        r"providing)\b.{0,150}\b(?:agree|consent|accept|acknowledge|[Tt]erms|[Pp]rivacy)\b.{0,150}",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:This|The) material may not be .{0,200}|(?:The )?(?:[Vv]iews|[Oo]pinions)(?: and "
        r"opinions)? expressed\b.{0,250}|Any (?:views|opinions) expressed\b.{0,200}",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:Have|Got|Do you have) (?:a |any )?(?:news )?(?:tip|tips|story|a story|questions|"
        r"comments)\b.{0,160}|(?:Send|Email|Submit) (?:us |your )?(?:tips|comments|questions|"
        r"letters|feedback)\b.{0,120}",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:Please )?(?:Support|Help support|Consider (?:supporting|donating|subscribing|"
        r"becoming))\b.{0,80}\b(?:journalism|newsroom|reporting|donation|member|reader-supported|"
        r"independent media|tax-deductible)\b.{0,120}",
    ),
    (
        BlockRole.BOILERPLATE,
        r"Do you support .{1,60}\? Like the page:?|(?:\d[\d,.]*[KkMm]?|No|One|Add) "
        r"?(?:[Cc]omments?|[Ss]hares?|[Ll]ikes?|[Vv]iews?|[Rr]eplies|[Rr]etweets|[Rr]eactions?)",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:READ MORE|RELATED|SEE ALSO|ALSO READ|READ ALSO|READ NEXT|MORE|WATCH|LISTEN|PHOTOS|"
        r"VIDEO|READ|MUST READ|Related|See also|Read also|Also read|Also see|See more|Recommended|"
        r"Don[’']t miss|You may also like|MORE FROM [A-Z ’'&.-]{2,40}|More from [A-Z][\w "
        r"’'&.-]{1,40}|Also on [A-Z][\w ’'&.-]{1,30})(?: ?[:|»>]|\b ?[—–]) ?.{0,200}",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:More|Read more|Also|Elsewhere) (?:from|on|by) (?:[A-Z][\w’'&.-]{0,24} ?){1,5}:?",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:Share|Tweet|Email|Print|Facebook|Twitter|LinkedIn|Reddit|WhatsApp|Pinterest|Copy "
        r"link|Link|X|Flipboard|Messenger|Comment|Save|Like|Pocket|Tumblr|Bluesky|Threads)(?:[ |"
        r",/•·]{1,3}(?:Share|Tweet|Email|Print|Facebook|Twitter|LinkedIn|Reddit|WhatsApp|"
        r"Pinterest|Copy link|Link|X|Flipboard|Messenger|Comment|Save|Like|Pocket|Tumblr|Bluesky|"
        r"Threads)){1,12}",
    ),
    (
        BlockRole.BOILERPLATE,
        r"(?:[.#@][\w-]{1,40}(?:[ ,]{1,2}[.#]?[\w-]{1,40}){0,5} ?|@media[^{]{0,80})\{|"
        r"[a-z-]{3,30}: ?[^;:]{1,60};|\}\.?|[^{\"]{0,120}\{ ?[a-z-]{3,30}: ?[^;\"]{1,60};.{0,120}",
    ),
    # A row of links: what a page's own menu leaves behind.
    (
        BlockRole.BOILERPLATE,
        r"[A-Z][\w’'&-]{0,16}(?: [\w’'&-]{1,16}){0,2}(?: ?[|•·›»] ?[A-Z][\w’'&-]{0,16}(?: [\w’'&-]{1,16}){0,2}){2,14}",
    ),
    (
        BlockRole.CAPTION,
        r".{10,260}\([A-Z][\w.’'-]{1,20}(?: [A-Z][\w.’'-]{0,20}){1,3}/ ?[A-Z][^()/]{2,40}\)[.*_]{0,2}",
    ),
)
# One pattern for all: a line is read once, in C. Its groups are the rules, in their order.
_RULE = re.compile("|".join(f"({pattern})" for _, pattern in _RULES))
_ORPHAN_LINK = re.compile(
    r"(?:(?<=[.!?”\"’)…] )|(?<=[.!?”\"’)…]\u00a0))"
    r"(?:\((?:PDF|pdf|Video|video|Audio)? ?(?:[Ll]ink|PDF|pdf|[Ss]ource|[Vv]ideo)s?\)"
    r"|\[?(?:Read more|Continue reading|Source link|Read the full (?:story|article)|Click here|Keep reading)"
    r"[.…]{0,3} ?[»→›…]{0,2}\]?)\Z"
)


# Lines that stand together are looked at from both sides.
@functools.lru_cache(maxsize=512)
def furniture(line: str) -> BlockRole | None:
    """Return the role of a line, given without white space around it; None where it may be text.

    Only the line's own words are looked at, never its neighbours.
    """
    line = line.strip(_UNSEEN)
    if not line or len(line) > _LONGEST:
        return None
    if len(line) <= _LONGEST_BUTTON:
        words = " ".join(line.strip(_TRIM).replace("’", "'").lower().split())
        if words in _BUTTONS:
            return BlockRole.BOILERPLATE
        if words in _LINKS:
            return BlockRole.LINK_TEXT
    if is_dayline(line):
        return BlockRole.METADATA
    if is_byline(line):
        return BlockRole.BYLINE
    match = _RULE.fullmatch(line)
    return None if match is None or match.lastindex is None else _RULES[match.lastindex - 1][0]


def orphan_link(text: str, start: int, end: int) -> int | None:
    """Return where the text of a lost link begins that closes the paragraph text[start:end]; None without."""
    begin = max(start + 1, end - _LONGEST_BUTTON)
    found = _ORPHAN_LINK.search(text, begin, end)
    return None if found is None else found.start()
