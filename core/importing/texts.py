"""Bytes of a foreign file become text: by its mark, its zeros, or how its high bytes stand together."""

import codecs
import re
from collections.abc import Callable

BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
ENCODINGS = (
    "utf-8",
    "cp1252",
    "cp1250",
    "iso-8859-2",
    "cp1254",
    "cp1251",
    "koi8-r",
    "cp866",
    "cp932",
    "gb18030",
    "big5",
    "cp949",
    "utf-16-le",
    "utf-16-be",
)
DOS_CYRILLIC = frozenset((*range(0x80, 0xB0), *range(0xE0, 0xF2)))
# Read as Western, Polish, Czech and Hungarian words have signs within, and an ñ that no vowel follows.
SIGNS_WITHIN = re.compile(r"[^\W\d_][³¹±¿¶¼¾»º](?=[^\W\d_])|[^\W\d_][^\W\d_m][³¹±¿¶¼¾](?!\w)|[³¯£](?=[a-z]{2})")
# Czech ř, ě, č, ň beside í, á, ý, š, ž; Hungarian ő and ű, which read as õ before no vowel and û; Turkish ş, ğ, ı.
CZECH = re.compile("[øìèòØÈ][íýšžáéù]|[íýšžá][øèì]|ø(?=[nkml]?í)|ìn[íý]|[ìø]st|pø[íe]|è[eík]n|ì\\b(?=.*[øèš])")
HUNGARIAN = re.compile("õ(?![eéiíEÉIÍ])|û.*[öü]|[öü].*û", re.DOTALL)
TURKISH = re.compile("[þÞ](?=[aeiouýüökltm])|[aeýiouöü][þð]|[ktlrmndzþð]ý(?![a-z]*[íěø])")
HARD_N = re.compile(r"[^\W\d_]ñ(?![aeiouáéíóúAEIOUÁÉÍÓÚü])", re.IGNORECASE)


def decode(data: bytes, encoding: str = "") -> str:
    """The text of these bytes; `encoding` where somebody said it, even if a mark stands before."""
    return decoded(data, encoding)[0]


def decoded(data: bytes, encoding: str = "") -> tuple[str, str]:
    """The text, and the encoding by which it was read: mark, UTF-16 by its zeros, UTF-8, else by how high bytes stand."""
    for mark, name in BOMS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding or name, "replace"), encoding or name
    encoding = encoding or unmarked_utf16(data[:2000])
    if not encoding:
        try:
            return data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            encoding = single_byte(data)
    return data.decode(encoding, "replace"), encoding


def unmarked_utf16(sample: bytes) -> str:
    """UTF-16 without a mark: every other byte is the zero of Latin letters or the four of Cyrillic ones."""
    for name, halves in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if len(halves) > 3 and sum(byte in (0, 4) for byte in halves) > 0.9 * len(halves):
            return name
    return ""


def east_asian(data: bytes) -> str:
    """A code page of two bytes a letter, if the text comes out of it without a fault and with its commonest letters."""
    high = sum(byte > 127 for byte in data)
    below = sum(0x80 <= byte < 0xC0 for byte in data)
    if high < 8 or below < 0.12 * high:
        return ""  # words of the West and of Russia have hardly a byte of the lower half
    best, most = "", 0.6
    for name, common in EAST_ASIAN.items():
        try:
            letters = [letter for letter in data.decode(name) if ord(letter) > 127]
        except UnicodeDecodeError:
            continue
        share = sum(bool(common(letter)) for letter in letters) / len(letters)
        if share > most:
            best, most = name, share
    return best


def among_first(encoding: str, low: int, high: int) -> Callable[[str], bool]:
    """Whether a letter is among the commonest of its code page, which stand first in it."""

    def is_common(letter: str) -> bool:
        code = letter.encode(encoding, "ignore")
        return len(code) == 2 and low <= code[0] <= high

    return is_common


EAST_ASIAN: dict[str, Callable[[str], bool]] = {
    "cp932": lambda letter: "\u3040" <= letter <= "\u30ff" or among_first("cp932", 0x88, 0x97)(letter),
    "cp949": lambda letter: "\uac00" <= letter <= "\ud7a3" and len(letter.encode("euc-kr", "ignore")) == 2,
    "gb18030": among_first("gb2312", 0xB0, 0xD7),
    "big5": among_first("big5", 0xA4, 0xC6),
}


def single_byte(data: bytes) -> str:
    """The code page of a text with one byte a letter: Cyrillic words are high bytes throughout, Western ones are not."""
    if encoding := east_asian(data):
        return encoding
    high = bytes(byte for byte in data if byte > 127)
    inside = sum(byte in DOS_CYRILLIC for byte in high)
    if inside > 0.97 * len(high) and len(high) > 10 and sum(0xA0 <= byte <= 0xAF for byte in high) > 0.2 * len(high):
        return "cp866"
    runs = re.findall(rb"[\xa3\xa8\xb3\xb8\xc0-\xff]+", data)
    together = sum(len(run) for run in runs if len(run) > 2)
    if together * 2 > sum(map(len, runs)):
        return max(("cp1251", "koi8-r"), key=lambda name: russian(data.decode(name, "replace")))
    return central_european(data.decode("cp1252", "replace"))


def russian(text: str) -> int:
    """How much a text looks Russian: by its commonest letters; a small letter before a capital speaks against it."""
    common = sum(letter in "оеаинтср" for letter in text.casefold())
    return common - 3 * len(re.findall("[а-яё][А-ЯЁ]", text))


def central_european(western: str) -> str:
    """Latin-2 or its Windows page where the Western reading of a text holds what no Western word does; else Western."""
    signs = "".join(SIGNS_WITHIN.findall(western))
    if not signs and not CZECH.search(western) and TURKISH.search(western) and not re.search("[áéíóúæÁÉÍÓÚÆ]", western):
        return "cp1254"
    if CZECH.search(western) or (HUNGARIAN.search(western) and not re.search("[àèêçãÃ]", western)):
        return "cp1250"
    if not signs and not HARD_N.search(western):
        return "cp1252"
    return "iso-8859-2" if re.search("[±¶¼]", signs) else "cp1250"
