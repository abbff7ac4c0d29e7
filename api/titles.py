"""What operations are called in one line, for people. Programs know them by their ids."""

from __future__ import annotations

# What all nouns have, and the verbs whose words stand around their noun. The others are "<Verb> <noun>".
PHRASES = {
    "list": "List {many}",
    "create": "Add {one}",
    "retrieve": "Show {one}",
    "partial_update": "Change {one}",
    "destroy": "Take {one} back",
    "bulk": "Add and change {many} in bulk",
    "re_anchor": "Re-anchor {one}",
    "file_as_article": "File {one} as an article",
    "file_as_version": "File {one} as a version",
    "note_copy": "Note {one} as a copy",
    "set_aside": "Set {one} aside",
    "open_to_readers": "Open {one} to readers",
    "close_to_readers": "Close {one} to readers",
    "copies": "Note a copy of {one}",
    "declare_not_checkable": "Declare {one} not checkable",
    "hand_back": "Hand {one} back",
    "obstacles": "Show what stands in the way of {one}",
    "record_decline": "Record that no comment was given",
    "record_no_reply": "Record that no reply came",
    "record_reply": "Record a reply",
    "derivations": "Add a derivation of {one}",
    "take_derivation_back": "Take a derivation of {one} back",
    "as_of": "Show the version in force on a day",
}
# Of what is no row: operation id → its title.
OF_NO_ROW = {
    "contents": "See what there is",
    "claims_match": "Ask what was checked already",
    "changes_list": "Read what changed",
    "imports_create": "Hand in articles",
    "lookup": "Look a page up",
    "lookup_many": "Look several pages up",
    "me": "See who is asking",
    "usage": "See what was used",
    "schema": "Read this description",
}
# Nouns that do not take "a" or "an" by their first letter, or that are called otherwise here.
NOUNS = {
    "evidence": "evidence",
    "user": "a person",
    "article version": "a version of an article",
    "source version": "a version of a source",
}


def one(noun: str) -> str:
    """Return a noun as one of its kind."""
    return NOUNS.get(noun) or f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def many(noun: str, plural: str) -> str:
    """Return a noun as many of its kind; `plural` is the word of the address."""
    return f"versions of {one(noun.removesuffix(' version'))}" if noun.endswith(" version") else plural


def title(operation: str, action: str, noun: str, plural: str) -> str:
    """Return the title of an operation; one of no row has no action."""
    if not action:
        return OF_NO_ROW.get(operation) or operation.replace("_", " ").capitalize()
    phrase = PHRASES.get(action) or action.replace("_", " ").capitalize() + " {one}"
    return phrase.format(one=one(noun), many=many(noun, plural))
