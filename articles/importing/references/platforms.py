"""Rules of platforms, and posts and accounts on them. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from articles.importing.references.reference import Reference, one_line
from articles.spans import Span
from articles.vocabulary import SourceKind

#: Platforms whose rules and posts texts speak of.
PLATFORMS: tuple[str, ...] = (
    "X", "Twitter", "Facebook", "Instagram", "Meta", "YouTube", "TikTok", "Reddit", "Telegram",
    "WhatsApp", "Threads", "Bluesky", "Mastodon", "Snapchat", "LinkedIn", "Discord", "Twitch",
    "Pinterest", "Truth Social", "Parler", "Gab", "Rumble", "WeChat", "Weibo", "VK", "VKontakte",
    "Google", "Amazon", "Apple", "Spotify", "Substack", "Medium", "Wikipedia", "Tumblr", "Quora",
    "Airbnb", "Uber", "PayPal", "GoFundMe", "Patreon", "Kickstarter", "Nextdoor", "Roblox", "Steam",
    "Etsy", "eBay", "Tinder", "Grindr", "Clubhouse", "Odysee", "BitChute", "Douyin", "Kuaishou", "Line",
    "Viber", "Microsoft", "OpenAI", "Cloudflare", "GitHub", "Shopify", "Stripe", "Venmo", "Vimeo",
    "Dailymotion", "OnlyFans",
)  # fmt: skip
# Where one posts, as opposed to where one buys or searches.
_FOR_POSTS = (
    "X", "Twitter", "Facebook", "Instagram", "Threads", "TikTok", "YouTube", "Truth Social", "Telegram",
    "Bluesky", "Mastodon", "Reddit", "LinkedIn", "Weibo", "WeChat", "Gab", "Parler", "VK", "VKontakte",
    "Snapchat", "Tumblr",
)  # fmt: skip
_NAMED = "|".join(sorted(map(re.escape, PLATFORMS), key=len, reverse=True))
_POSTING = "|".join(sorted(map(re.escape, _FOR_POSTS), key=len, reverse=True))
_RULE = (
    r"(?:[Tt]erms\s{1,9}(?:of\s{1,9}(?:[Ss]ervice|[Uu]se)|and\s{1,9}[Cc]onditions)|[Cc]ommunity\s{1,9}(?:[Ss]tandards|[Gg]uidelines)|"
    r"[Cc]ode\s{1,9}of\s{1,9}[Cc]onduct|[Pp]olic(?:y|ies|es)|[Pp]olices|[Rr]ules|[Gg]uidelines|[Ss]tandards)\b"
)
# Lower-case words that may stand between a platform and its rules: what the rules are about, or which they are.
_SUBJECT = (
    r"own|OWN|new|old|updated|current|existing|strict|stated|revised|written|published|internal|official|longstanding|"
    r"community|content|moderation|hate|hateful|speech|conduct|harassment|abuse|abusive|bullying|violence|violent|threats?|"
    r"misinformation|disinformation|manipulated|synthetic|media|deepfakes?|election|elections|electoral|civic|civil|"
    r"integrity|privacy|private|information|safety|child|minors?|nudity|sexual|adult|spam|platform|manipulation|"
    r"advertising|ads?|political|monetization|monetisation|copyright|trademark|impersonation|verification|real-name|age|"
    r"developer|data|usage|acceptable|use|medical|health|vaccine|covid-19|climate|terrorism|extremism|dangerous|"
    r"organizations|suicide|self-harm|ban|doxxing|doxing|appeals?|transparency|recommendation|user|users|branded|"
    r"posting|publishing|service|services|of|and|&|on|the"
)
_RULES = re.compile(
    rf"({_NAMED})(?:\s?\((?:formerly|previously)\s\w+\))?(?:[’']s?)?\s{{1,9}}"
    rf"((?:(?:[A-Z][\w-]{{1,20}}|{_SUBJECT}),?\s{{1,9}}){{0,6}}){_RULE}"
)
_PART_OF_WORD = re.compile(r"[\w@.#/]")
# What follows: further rules, and the subject they are on.
_RULES_MORE = re.compile(
    rf"(?:\s{{1,9}}(?:and|&)\s{{1,9}}(?:{_RULE}))?"
    r"(?:\s{1,9}(?:on|against|about|regarding)\s{1,9}(?:[A-Z][\w-]{1,20}(?:\s{1,9}(?:and\s{1,9}|of\s{1,9})?[A-Z][\w-]{1,20}){0,4}))?"
)
_RULES_OF = re.compile(
    rf"\b{_RULE}\s{{1,9}}(?:of|on)\s{{1,9}}(?:the\s{{1,9}}platform\s{{1,9}})?({_NAMED})(?![\w-])(?!\.\w)"
)
# "X" and "Line" are words of their own, so their rules need the possessive or a capital.
_SHORT = frozenset({"X", "Line", "Medium", "Steam", "Threads", "Meta", "Apple", "Amazon", "Google", "Uber"})
_FEDIVERSE = re.compile(
    r"(?<![\w.@/])@([\w.-]{1,64})@((?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24})\b", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![\w.@/])@([A-Za-z0-9_](?:[\w.]{0,48}\w)?)(?![\w@])")
# An account is a reference where the text says that it wrote, not where it is greeted or its author is to be followed.
_WRITER_BEFORE = re.compile(
    r"\b(?:[Pp]ost(?:s|ed)?|[Tt]weet(?:ed)?|[Tt]weets\s(?:by|from)|[Tt]hread|[Vv]ideo|[Mm]essage|[Aa]ccount|[Uu]ser|[Hh]andle|author=|[Ff]rom|[Bb]y|"
    r"[Vv]ia)\s{0,3}(?:by\s|from\s|of\s)?[“\"'(]?$|(?:\)|[A-Z]\w+)\s\($"
)
_WRITER_AFTER = re.compile(
    r"[)’'s]{0,3},?\s{1,3}(?:(?:also|later|then|has|had)\s)?(?:tweeted|posted|wrote|writes|said|says|claimed|shared|replied|"
    r"announced|uploaded|asked|added|responded)\b|\)\s(?:[A-Z]\w{2,8}\s\d|on\s)"
)
_FOLLOWED = re.compile(r"\b[Ff]ollow\b[^.]{0,60}$")
_ON_PLATFORM = re.compile(rf"\b(?:on|to|via)\s{{1,9}}({_POSTING})\b")
# What stands before "on Bluesky" where somebody is said to have posted there.
_ON = re.compile(rf"(?:on|to)\s{{1,9}}({_POSTING})(?![\w’'-])")
_POST_BEFORE = re.compile(
    r"(?:\b(?:[Aa]n?|[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Aa]nother|[Tt]his|[Tt]hat|[Oo]ne)\s{1,9}(?:\w{1,12}\s{1,9})?)?"
    r"\b(?:[Pp]osts?|[Tt]hread|[Vv]ideo|[Ss]tatement|[Mm]essage|[Cc]omments?)\s{1,9}"
    r"(?:(?:made|posted|published|shared|uploaded)\s{1,9})?$"
    r"|\b(?:posted|wrote|said|tweeted|announced|shared|writing|posting)\s{1,9}(?:\w{1,9}\s{1,9}){0,2}$"
)
_POST_ITSELF = re.compile(
    r"(?:a|an|the|his|her|their|its|another)\s{1,9}"
    rf"(?:(?:\w{{1,12}}\s{{1,9}})?(?:[Tt]weet)\b|({_POSTING})\s{{1,9}}(?:post|thread|video|message)\b)"
)
_NOT_HANDLES = frozenset(
    {"gmail", "media", "import", "font", "everyone", "here", "channel", "all", "home", "work"}
)
_FIND_POST = "The text tells of a post without saying where it stands; find the post."


def find_platform_rules(text: str, block: Span) -> Iterator[Reference]:
    """Yield the rules, policies and terms of platforms: "Bluesky’s guidelines", "the terms of service of Gab"."""
    for match in _RULES.finditer(text, block.start, block.end):
        if match.start() > block.start and _PART_OF_WORD.match(text[match.start() - 1]):
            continue
        platform = match[1]
        own = match.group()[len(platform) :].lstrip()[:1] in "’'("
        subject = one_line(match[2])
        if platform in _SHORT and not own and not subject and not match.group().split()[-1][0].isupper():
            continue
        more = _RULES_MORE.match(text, match.end(), block.end)
        end = more.end() if more else match.end()
        yield _rule(platform, match.start(), end, one_line(text[match.start(2) : end]))
    for match in _RULES_OF.finditer(text, block.start, block.end):
        words = one_line(text[match.start() : match.start(1)])
        yield _rule(
            match[1], match.start(), match.end(), re.sub(r"\s(?:of|on)(?: the platform)?$", "", words)
        )


def find_posts(text: str, block: Span) -> Iterator[Reference]:
    """Yield accounts, "@lamp@mastodon.example", and posts told of, "in a post on Bluesky"."""
    for match in _FEDIVERSE.finditer(text, block.start, block.end):
        # Any server may be anything; those that carry the name say what they run.
        platform = "Mastodon" if "mastodon" in match[2].casefold() else ""
        fields = {"account": match.group()} | ({"platform": platform} if platform else {})
        confirm = "" if platform else "The text does not name the platform of this account; name it."
        yield Reference(SourceKind.SOCIAL_POST, match.start(), match.end(), match.group(), fields, confirm)
    for match in _HANDLE.finditer(text, block.start, block.end):
        before = text[max(block.start, match.start() - 80) : match.start()]
        after = text[match.end() : min(block.end, match.end() + 80)]
        wrote = _WRITER_BEFORE.search(before[-24:]) or _WRITER_AFTER.match(after)
        if match[1].casefold() in _NOT_HANDLES or not wrote or _FOLLOWED.search(before):
            continue
        fields = {"account": match.group()}
        # What follows in the sentence tells best where it was written, then what went before.
        sentence = before.rpartition(". ")[2]
        on = _ON_PLATFORM.search(after.partition(". ")[0]) or _ON_PLATFORM.search(sentence)
        if match[1].endswith(".bsky.social"):
            fields["platform"] = "Bluesky"
        elif on is not None:
            fields["platform"] = on[1]
        confirm = (
            "" if "platform" in fields else "The text does not name the platform of this account; name it."
        )
        yield Reference(SourceKind.SOCIAL_POST, match.start(), match.end(), match.group(), fields, confirm)
    for match in _ON.finditer(text, block.start, block.end):
        post = _POST_BEFORE.search(text[max(block.start, match.start() - 60) : match.start()])
        if post is not None:
            yield _post(match.start() - len(post.group()), match.end(), match[1])
    for match in _POST_ITSELF.finditer(text, block.start, block.end):
        if match.start() == block.start or not text[match.start() - 1].isalnum():
            yield _post(match.start(), match.end(), match[1] or "Twitter")


def _post(start: int, end: int, platform: str) -> Reference:
    return Reference(
        SourceKind.SOCIAL_POST, start, end, f"Post on {platform}", {"platform": platform}, _FIND_POST
    )


def _rule(platform: str, start: int, end: int, words: str) -> Reference:
    """Return the rule as a reference; words that only say whose or which rule it is are not part of its name."""
    topic = re.sub(r"^(?:(?:own|OWN|new|old|updated|current|existing|strict|stated|the)\s)+", "", words)
    return Reference(
        SourceKind.PLATFORM_RULE, start, end, f"{platform}: {topic}", {"platform": platform, "title": topic}
    )
