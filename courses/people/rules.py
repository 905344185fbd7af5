"""What a name and an e-mail domain may be, and other small facts about people. Pure: no Django import."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST_NAME = 200
ERASED = "Erased person"
"""What stands in the place of a name that was erased."""
_WEB_ADDRESS = re.compile(r"://|\bwww\.|\.(com|net|org|uk|io|info)\b", re.IGNORECASE)


def tidy_name(text: str) -> str:
    """The name with one space between its parts, composed letters, and nothing invisible.

    Invisible formatting characters (Unicode category Cf) can make one name look like another or turn the text around
    it on a certificate; they go. The two joiners stay: Persian and the scripts of India need them inside words.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = (c for c in composed if c in "\u200c\u200d" or unicodedata.category(c) != "Cf")
    return " ".join("".join(visible).split())


def name_fault(name: str) -> str:
    """Why a (tidied) name cannot be used, in words for the person who typed it; empty when it can.

    Any script is welcome. Refused is what is no name: markup and web addresses (sign-up mail goes to whatever address a
    stranger types, and must not carry his link), control characters, nothing but digits or signs.
    """
    if not name.strip("\u200c\u200d "):
        return "Enter your full name."
    if len(name) > LONGEST_NAME:
        return f"Your name must be {LONGEST_NAME} characters or fewer. This one has {len(name)}."
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} for c in name):
        return "Your name has a character in it that cannot be shown. Type it again."
    if any(c in name for c in "<>{}[]\\") or _WEB_ADDRESS.search(name):
        return "Use letters for your name, without brackets or web addresses."
    if not any(unicodedata.category(c).startswith("L") for c in name):
        return "Your name needs at least one letter."
    return ""


def family_name_of(name: str) -> str:
    """A first guess, which she can change: the last part of the name, or the whole where there are no parts."""
    return name.rsplit(" ", 1)[-1]


def domain_of(email: str) -> str:
    """What stands after the last @, in lower case; empty when there is none."""
    return email.rpartition("@")[2].strip().lower().rstrip(".")


def device_name(user_agent: str) -> str:
    """A browser's long name in words a person recognises: "Firefox on Windows"."""
    browsers = (
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
    )  # fmt: skip
    systems = (
        ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("CrOS", "a Chromebook"), ("Mac OS", "a Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in browsers if mark in user_agent), "A browser")
    system = next((name for mark, name in systems if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def hash_of(token: str) -> str:
    """What is kept of an invitation link's secret. A plain hash is enough: the secret itself is 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


SHARED_MAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "outlook.co.uk", "hotmail.com", "hotmail.co.uk", "live.com",
    "live.co.uk", "msn.com", "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "mac.com",
    "aol.com", "aol.co.uk", "proton.me", "protonmail.com", "pm.me", "btinternet.com", "btopenworld.com",
    "sky.com", "virginmedia.com", "ntlworld.com", "talktalk.net", "tiscali.co.uk", "blueyonder.co.uk",
    "plus.com", "plusnet.com", "zoho.com", "gmx.com", "gmx.co.uk", "mail.com", "fastmail.com", "hey.com",
    "tutanota.com", "yandex.com", "qq.com", "nhs.net", "nhs.uk", "nhs.scot", "wales.nhs.uk", "hscni.net",
    "gov.uk", "gov.scot", "gov.wales", "ac.uk", "sch.uk", "police.uk", "cjsm.net", "doctors.org.uk",
    "doctors.net.uk", "parliament.uk", "org.uk", "co.uk", "com", "org", "net",
})  # fmt: skip
"""Domains that many share, or anybody may have an address in: none of them is one employer's."""
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def domain_fault(domain: str) -> str:
    """Why a (lower-case) domain cannot be an organisation's, in words; empty when it can."""
    if not _DOMAIN.fullmatch(domain):
        return "Enter what stands after the @ of your work addresses, such as northfield.gov.uk."
    if domain in SHARED_MAIL:
        return (
            f"Addresses in {domain} belong to people of many organisations, or to anybody. Whoever has one could join "
            "yours by herself, so it cannot be approved. Invite people instead."
        )
    return ""
