#!/usr/bin/env python3
"""Check the record of a fact desk from outside, with nothing but Python 3.9 or newer.

    python3 verify_record.py https://desk.example --keep kept.json

It reads the list of all entries from the first to the last, makes every hash again that can be made from outside,
compares the last one with what the page /record/ shows, and compares the list with the feed that programs read. With
--keep it remembers in that file how far the record went and one hash over all hashes up to there; the next time it
proves that nothing up to there has changed since. It ends with 0 where all is well, and with 1 and a sentence where
something is not.

Entries that concern the desk alone are given out by number and hash only. Their hashes are taken as they are told;
what was kept by --keep proves for them, too, that they are still the same.
"""

import argparse
import hashlib
import http.client
import json
import os
import re
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urljoin, urlsplit

BEFORE_THE_FIRST = "0" * 64
HASH = re.compile(r"[0-9a-f]{64}")
PATIENCE = 60
LONGEST_WAIT = 120


class Wrong(Exception):
    """Something is not as it must be; the text is a sentence."""


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def require(holds, sentence):
    if not holds:
        raise Wrong(sentence)


def fetch(address):
    """Return the bytes at an address; wait where the server asks for it."""
    require(address.startswith(("https://", "http://")), f"{address} is no web address.")
    while True:
        request = urllib.request.Request(address, headers={"User-Agent": "verify_record.py"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return answer.read()
        except urllib.error.HTTPError as trouble:
            wait = trouble.headers.get("Retry-After", "")
            if trouble.code in (429, 503) and wait.isdigit() and int(wait) <= LONGEST_WAIT:
                time.sleep(int(wait))
                continue
            raise Wrong(f"{address} answered {trouble.code}.") from None
        except (OSError, ValueError, http.client.HTTPException) as trouble:
            raise Wrong(f"{address} could not be read: {trouble}.") from None


def fetch_json(address):
    try:
        return json.loads(fetch(address))
    except ValueError:
        raise Wrong(f"{address} did not answer with JSON.") from None


def merkle_root(leaves):
    """Return the root over hex leaves, in the shape of RFC 6962; one leaf is its own root."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = merkle_root(leaves[:split]), merkle_root(leaves[split:])
    return sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right))


def shown_head(site):
    """Return (number, hash) as the page for readers shows them."""
    page = fetch(urljoin(site, "record/")).decode("utf-8", "replace")
    seq = re.search(r'id="head-seq">\s*(\d+)', page)
    digest = re.search(r'id="head-hash">\s*([0-9a-f]{64})', page)
    require(seq and digest, f"{urljoin(site, 'record/')} does not say where the record stands.")
    return int(seq.group(1)), digest.group(1)


def same_place(address, site):
    """Return the address of a next page; never one on another server."""
    found = urljoin(site, address)
    require(
        urlsplit(found)[:2] == urlsplit(site)[:2], f"The list goes on at {found}, which is another server."
    )
    return found


class Chain:
    """What was read so far, and what it comes to."""

    def __init__(self):
        self.instance = None
        # 32 bytes for each entry, and one that says whether readers may know it.
        self.hashes = bytearray()
        self.public = bytearray()
        self.rows = self.payloads = self.links = 0

    def __len__(self):
        return len(self.public)

    def hash_of(self, seq):
        return self.hashes[32 * seq : 32 * seq + 32].hex()

    def all_up_to(self, seq):
        """Return one hash over the hashes of all entries up to this one."""
        return sha256(bytes(self.hashes[: 32 * (seq + 1)]))

    def add(self, entry):
        seq, digest, envelope = entry["seq"], entry["hash"], entry["envelope"]
        require(seq == len(self), f"After entry {len(self) - 1} comes entry {seq}: there is a gap.")
        require(isinstance(digest, str) and HASH.fullmatch(digest), f"Entry {seq} has no hash.")
        if envelope is not None:
            self.check(seq, digest, envelope, entry["rows"])
        self.hashes += bytes.fromhex(digest)
        self.public.append(envelope is not None)

    def check(self, seq, digest, envelope, rows):
        require(
            sha256(envelope.encode()) == digest, f"Entry {seq}: its envelope does not have the hash {digest}."
        )
        said = json.loads(envelope)
        require(said["seq"] == seq, f"Entry {seq}: its envelope says that it is entry {said['seq']}.")
        before = self.hash_of(seq - 1) if seq else BEFORE_THE_FIRST
        require(
            said["previous"] == before,
            f"Entry {seq} does not name the hash of the entry before it, {before}.",
        )
        if seq == 0:
            require(
                said["instance"] == self.instance, "The first entry is of another record than the list says."
            )
        if seq and self.public[seq - 1]:
            self.links += 1
        require(
            said["rows"] == len(rows),
            f"Entry {seq} committed to {said['rows']} rows, and {len(rows)} are listed.",
        )
        for place, row in enumerate(rows, start=1):
            self.rows += 1
            if row["payload"] is not None:
                self.payloads += 1
                made = sha256(b"\x00" + row["salt"].encode() + row["payload"].encode())
                require(
                    made == row["commitment"],
                    f"Entry {seq}, row {place}: what is shown is not what the entry committed to.",
                )
        if rows:
            root = merkle_root([row["commitment"] for row in rows])
            require(
                root == said["commitment"],
                f"Entry {seq}: its rows are not those that its envelope commits to.",
            )


def read_chain(site, least):
    """Read and check all entries; `least` is the number the list must reach."""
    chain, address, reached = Chain(), urljoin(site, "record/entries.json"), None
    while address:
        page = fetch_json(address)
        if chain.instance is None:
            chain.instance, reached = page["instance"], page["head"]
        require(page["instance"] == chain.instance, "Two pages of the list are of two records.")
        before = len(chain)
        for entry in page["entries"]:
            chain.add(entry)
        require(
            len(chain) > before or not page["next"],
            f"The list says that it goes on after {before - 1}, and does not.",
        )
        # What came in while we read is for the next time.
        address = same_place(page["next"], site) if page["next"] and len(chain) <= reached["seq"] else None
    last = len(chain) - 1
    require(
        last >= max(least, reached["seq"]),
        f"The list ends with entry {last}, before entry {max(least, reached['seq'])}.",
    )
    require(
        chain.hash_of(reached["seq"]) == reached["hash"], "The head of the list is not the last entry of it."
    )
    return chain


def check_feed(site, chain):
    """Compare the feed for programs, entry by entry."""
    address, told = urljoin(site, "api/v1/changes/?after=0&limit=1000"), set()
    while True:
        page = fetch_json(address)
        for entry in page["results"]:
            seq = entry["seq"]
            if seq >= len(chain):
                continue
            require(
                entry["hash"] == chain.hash_of(seq) == sha256(entry["envelope"].encode()),
                f"Entry {seq} is another one in the feed for programs than in the list.",
            )
            told.add(seq)
        if not page["more"]:
            break
        address = same_place(page["next"], site)
    # The first entry changed nothing, and no copy needs it.
    missing = [seq for seq in range(1, len(chain)) if chain.public[seq] and seq not in told]
    require(not missing, f"The feed for programs leaves out entry {missing[0] if missing else ''}.")


def check_kept(path, chain):
    """Compare what was kept the last time; return a sentence."""
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        seq, digest, everything, instance = kept["seq"], kept["hash"], kept["all"], kept["instance"]
    except FileNotFoundError:
        return "Nothing was kept before: this is the first time."
    except (OSError, ValueError, KeyError, TypeError):
        raise Wrong(f"{path} is not a file that this script has kept. Give another name.") from None
    require(
        instance == chain.instance, f"{path} is of another record, {instance}; this one is {chain.instance}."
    )
    require(
        seq < len(chain),
        f"You kept entry {seq}, and the list ends with {len(chain) - 1}: entries are missing.",
    )
    require(
        chain.hash_of(seq) == digest,
        f"Entry {seq} had the hash {digest} when you kept it: it was changed since.",
    )
    require(
        chain.all_up_to(seq) == everything,
        f"Some entry before {seq} has another hash than when you kept them.",
    )
    return f"Everything up to entry {seq}, which you kept, is unchanged."


def keep(path, site, chain):
    last = len(chain) - 1
    kept = {
        "site": site, "instance": chain.instance, "seq": last, "hash": chain.hash_of(last),
        "all": chain.all_up_to(last),
    }  # fmt: skip
    # Whole or not at all: the old one is worth more than half a new one.
    try:
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=2)
            file.write("\n")
        os.replace(f"{path}.new", path)
    except OSError as trouble:
        raise Wrong(
            f"The record is as it must be, but {path} could not be written: {trouble.strerror}."
        ) from None


def verify(site, path=None):
    """Yield sentences of what holds. Raises Wrong at the first thing that does not."""
    seq, digest = shown_head(site)
    chain = read_chain(site, seq)
    require(
        chain.hash_of(seq) == digest,
        f"The page says that entry {seq} has the hash {digest}; the list says another.",
    )
    known = sum(chain.public)
    yield f"Record {chain.instance}, {len(chain)} entries, up to {chain.hash_of(len(chain) - 1)}."
    yield f"{known} entries are open to readers: their hashes, {chain.rows} rows and {chain.payloads} payloads fit."
    if known < len(chain):
        yield f"{len(chain) - known} entries concern the desk alone: their hashes were taken as they are told."
    check_feed(site, chain)
    yield "The feed for programs tells the same."
    if path:
        yield check_kept(path, chain)
        keep(path, site, chain)
        yield f"Kept in {path}."


def main(words=None):
    parser = argparse.ArgumentParser(description="Check the record of a fact desk from outside.")
    parser.add_argument("site", help="where the desk is, such as https://desk.example")
    parser.add_argument(
        "--keep", metavar="FILE", help="compare with what was kept in this file, and keep it anew"
    )
    given = parser.parse_args(words)
    site = given.site if given.site.endswith("/") else f"{given.site}/"
    try:
        for sentence in verify(site, given.keep):
            print(sentence)
    except Wrong as trouble:
        print(f"Something is wrong. {trouble}", file=sys.stderr)
        return 1
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as trouble:
        print(f"Something is wrong. An answer has not the shape it must have: {trouble!r}.", file=sys.stderr)
        return 1
    print("All is well.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
