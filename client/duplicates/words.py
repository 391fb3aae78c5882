"""Names as they are compared: folded, without titles and legal forms, short forms spelled out.

Sounds are those of the Cologne phonetics: made for German names, and good for their neighbours'.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

import cologne_phonetics

_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae"})
_WORD = re.compile(r"[a-z0-9]+")
_TITLES = frozenset(
    {
        "dr",
        "prof",
        "mag",
        "dipl",
        "ing",
        "med",
        "jur",
        "herr",
        "frau",
        "hr",
        "fr",
        "mr",
        "mrs",
        "ms",
        "miss",
        "sir",
        "familie",
        "fam",
    }
)
_LEGAL = frozenset(
    {
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "gbr",
        "ug",
        "ek",
        "eg",
        "ev",
        "co",
        "inc",
        "ltd",
        "llc",
        "plc",
        "sa",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "oy",
        "ab",
        "as",
    }
)
_COMMON = frozenset(
    {
        "gasthof",
        "gasthaus",
        "wirtshaus",
        "hotel",
        "landhotel",
        "parkhotel",
        "restaurant",
        "ristorante",
        "trattoria",
        "taverna",
        "brauerei",
        "hausbrauerei",
        "cafe",
        "pizzeria",
        "kneipe",
        "biergarten",
        "getraenke",
        "getraenkemarkt",
        "weinhandlung",
        "bar",
        "pub",
        "shop",
        "store",
        "markt",
        "laden",
        "company",
        "firma",
        "group",
        "holding",
        "services",
        "the",
        "and",
        "und",
        "am",
        "im",
        "zum",
        "zur",
        "an",
        "der",
        "die",
        "das",
        "von",
    }
)
"""Words that many organisations share: alike in these they are hardly alike."""
COMMON_WEIGHT = 0.2
_SHORTER = {
    "alexander": "alex sascha",
    "andreas": "andi andy",
    "anna": "anni anne",
    "anton": "toni",
    "barbara": "babsi baerbel",
    "benjamin": "ben benni",
    "bernhard": "bernd bernie",
    "charles": "charlie chuck",
    "christian": "chris",
    "christine": "christl tina",
    "daniel": "dan danny",
    "david": "dave",
    "elisabeth": "lisa elli sissi liesl elizabeth liz betty",
    "ferdinand": "ferdi",
    "franz": "franzl francis frank",
    "franziska": "franzi",
    "friedrich": "fritz friedl",
    "gabriele": "gabi gaby",
    "georg": "schorsch george",
    "gerhard": "gerd hardy",
    "hans": "johann johannes john hansi jack johnny",
    "heinrich": "heinz heiner henry",
    "jakob": "jacob jake",
    "james": "jim jimmy",
    "joachim": "jochen achim",
    "josef": "sepp seppl joseph beppo joe",
    "katharina": "kathi kati katrin kate catherine kathy",
    "konrad": "conny konny",
    "leonhard": "leo",
    "ludwig": "luki wiggerl",
    "magdalena": "lena leni",
    "manfred": "manni fredi",
    "margarete": "grete gretl margit",
    "maria": "mitzi mary",
    "matthias": "hias matze matt",
    "maximilian": "max maxi",
    "michael": "michi mike michel",
    "monika": "moni",
    "nikolaus": "klaus niki",
    "peter": "pete",
    "richard": "rick dick richie",
    "robert": "rob bob bobby",
    "rudolf": "rudi",
    "sebastian": "basti wastl",
    "sieglinde": "linde",
    "stefan": "steffen steve stephan stefanie",
    "susanne": "susi sanne susan",
    "theresia": "resi theres",
    "thomas": "tom tommy",
    "ulrich": "uli ulli",
    "ursula": "uschi ulla",
    "walter": "walt",
    "wilhelm": "willi willy william bill",
    "wolfgang": "wolfi wolf",
}
SHORT_FORMS = {
    short: full
    for full, shorts in _SHORTER.items()
    for short in shorts.split()
    if short != "stefanie"
}
CLEARLY, ROUGHLY, GLUED = 0.75, 0.6, 0.9
"""How alike two words have to be to be taken for the same one, written or heard differently."""


def fold(text: str) -> str:
    """Without case, accents and umlauts."""
    spelled = text.lower().translate(_SPELLED)
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()


def person(name: str) -> tuple[str, ...]:
    """The parts of a person's name in the order given, short forms spelled out."""
    parts = [part for part in _WORD.findall(fold(name)) if part not in _TITLES]
    return tuple(SHORT_FORMS.get(part, part) for part in parts)


def organisation(name: str) -> tuple[str, ...]:
    """The words of an organisation's name, without its legal form."""
    words = _WORD.findall(fold(name))
    return tuple(word for word in words if word not in _LEGAL) or tuple(words)


def telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """Those that say which one it is; all, if none does."""
    return tuple(word for word in words if word not in _COMMON) or words


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """What a word sounds like; a number is itself."""
    code = "".join(code for _word, code in cologne_phonetics.encode(word))
    return code or word


def alike(one: tuple[str, ...], two: tuple[str, ...]) -> float:
    """How alike two names are, from 0 to 1, whatever the order of their parts.

    A word that is clearly another one keeps them from being more than roughly alike.
    """
    if not one or not two:
        return 0.0
    if sorted(one) == sorted(two):
        return 1.0
    fewer, more = sorted((sorted(one), sorted(two)), key=lambda words: (len(words), words))
    return max(_by_words(fewer, more), _glued("".join(one), "".join(two)))


def _glued(one: str, two: str) -> float:
    """The same as one word: Bräustüberl, Bräu Stüberl. 0 unless they are much alike."""
    if 2 * min(len(one), len(two)) / (len(one) + len(two)) < GLUED:
        return 0.0  # so many letters have no other
    ratio = _ratio(one, two)
    return ratio if ratio >= GLUED else 0.0


def _by_words(fewer: list[str], more: list[str]) -> float:
    rest = list(more)
    total = weights = 0.0
    doubtful = False
    for word in sorted(fewer, key=len, reverse=True):
        best = max(rest, key=lambda other: _word_ratio(word, other))
        rest.remove(best)
        ratio, weight = _word_ratio(word, best), _weight(word)
        doubtful |= ratio < CLEARLY and weight >= 1
        total += ratio * weight
        weights += weight
    missing = sum(_weight(word) for word in rest if len(word) > 1)
    result = total / (weights + 0.35 * missing)
    return min(result, CLEARLY) if doubtful else result


def _word_ratio(one: str, two: str) -> float:
    if one == two:
        return 1.0
    if len(one) == 1 or len(two) == 1:  # an initial
        return 0.85 if one[0] == two[0] else 0.0
    ratio = _ratio(one, two)
    return max(ratio, 0.88) if ratio >= ROUGHLY and sound(one) == sound(two) else ratio


@lru_cache(maxsize=4096)
def _ratio(one: str, two: str) -> float:
    first, second = sorted((one, two))  # SequenceMatcher is not symmetric
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _weight(word: str) -> float:
    return COMMON_WEIGHT if word in _COMMON else 1.0
