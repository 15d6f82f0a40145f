"""What a file is, by its content and not by its name alone: what it claims must be true, and programs are refused.

The signatures are those of the few kinds that offices exchange; what has another name is kept as unknown bytes, which no
browser will open.
"""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass

from core.attachments.store import Blob
from core.errors import FieldError, Invalid
from core.i18n import _

UNKNOWN = "application/octet-stream"
PROGRAMS = frozenset(
    (
        "ade",
        "adp",
        "app",
        "application",
        "bat",
        "chm",
        "cmd",
        "com",
        "command",
        "cpl",
        "deb",
        "desktop",
        "dll",
        "dmg",
        "drv",
        "elf",
        "exe",
        "gadget",
        "hta",
        "img",
        "inf",
        "ins",
        "iso",
        "jar",
        "jnlp",
        "js",
        "jse",
        "lnk",
        "mde",
        "mjs",
        "msc",
        "msh",
        "msi",
        "msp",
        "mst",
        "ocx",
        "pif",
        "pkg",
        "ps1",
        "psm1",
        "reg",
        "rpm",
        "run",
        "scf",
        "scr",
        "sct",
        "sh",
        "sys",
        "url",
        "vb",
        "vbe",
        "vbs",
        "vhd",
        "vhdx",
        "workflow",
        "ws",
        "wsc",
        "wsf",
        "wsh",
        "xll",
        "apk",
    )
)
#: What a browser may show in place: nothing in them acts.
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
PICTURES = SHOWN - {"application/pdf"}
TEXT = ("txt", "csv", "tsv", "md", "json", "xml", "html", "htm", "svg", "log", "eml", "ics", "vcf", "yaml", "yml", "toml")


@dataclass(frozen=True)
class Kind:
    """A kind of content: how its bytes begin, what it is served as, and the endings of names that claim it."""

    name: str
    media_type: str
    endings: tuple[str, ...]
    is_it: Callable[[bytes], bool]


def begins(*marks: bytes) -> Callable[[bytes], bool]:
    """That a content begins with one of these bytes."""
    return lambda head: head.startswith(marks)


def boxed(*brands: bytes) -> Callable[[bytes], bool]:
    """That a content is a media container of one of these brands; any brand if none is named."""
    return lambda head: head[4:8] == b"ftyp" and (not brands or head[8:12] in brands)


def riff(mark: bytes) -> Callable[[bytes], bool]:
    """That a content is a RIFF file of this sort."""
    return lambda head: head[:4] == b"RIFF" and head[8:12] == mark


STILLS = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"avis")
KINDS = (
    Kind("PDF", "application/pdf", ("pdf",), lambda head: b"%PDF-" in head[:1024]),
    Kind("PNG", "image/png", ("png",), begins(b"\x89PNG\r\n\x1a\n")),
    Kind("JPEG", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), begins(b"\xff\xd8\xff")),
    Kind("GIF", "image/gif", ("gif",), begins(b"GIF87a", b"GIF89a")),
    Kind("WebP", "image/webp", ("webp",), riff(b"WEBP")),
    Kind("BMP", "image/bmp", ("bmp",), begins(b"BM")),
    Kind("TIFF", "image/tiff", ("tif", "tiff"), begins(b"II*\x00", b"MM\x00*")),
    Kind("HEIF", "image/heif", ("heic", "heif", "avif"), boxed(*STILLS)),
    Kind("MP4", "video/mp4", ("mp4", "m4v", "m4a", "mov", "3gp"), boxed()),
    Kind("WAV", "audio/wav", ("wav",), riff(b"WAVE")),
    Kind("AVI", "video/x-msvideo", ("avi",), riff(b"AVI ")),
    Kind("MP3", "audio/mpeg", ("mp3",), begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    Kind("Ogg", "audio/ogg", ("ogg", "oga", "opus"), begins(b"OggS")),
    Kind("Matroska", "video/webm", ("webm", "mkv"), begins(b"\x1aE\xdf\xa3")),
    Kind("Office 97", "application/msword", ("doc", "xls", "ppt", "msg", "vsd"), begins(b"\xd0\xcf\x11\xe0\xa1\xb1")),
    Kind("7z", "application/x-7z-compressed", ("7z",), begins(b"7z\xbc\xaf\x27\x1c")),
    Kind("RAR", "application/vnd.rar", ("rar",), begins(b"Rar!\x1a\x07")),
    Kind("gzip", "application/gzip", ("gz", "tgz"), begins(b"\x1f\x8b")),
)
OFFICE = {  # a ZIP file in which a member of this name lies
    "docx": b"word/",
    "xlsx": b"xl/",
    "pptx": b"ppt/",
    "docm": b"word/",
    "xlsm": b"xl/",
    "pptm": b"ppt/",
    "odt": b"META-INF/manifest.xml",
    "ods": b"META-INF/manifest.xml",
    "odp": b"META-INF/manifest.xml",
    "odg": b"META-INF/manifest.xml",
}
RUNS = begins(b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe", b"#!")
LINK = b"L\x00\x00\x00\x01\x14\x02\x00"


def ending_of(name: str) -> str:
    """The ending of a file's name, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def media_type_of(name: str, blob: Blob) -> str:
    """What a file is served as; Invalid, with the reason, if it is a program or not what its name claims."""
    ending, head = ending_of(name), blob.head
    if ending in PROGRAMS or RUNS(head) or head.startswith(LINK):
        raise refused(_("{name} is a program or could start one: pack it into a ZIP file if it must be kept", name=name))
    found = next((kind for kind in KINDS if kind.is_it(head)), None)
    if found is not None and (ending in found.endings or not ending):
        return found.media_type
    claimed = next((kind.name for kind in KINDS if ending in kind.endings), "")
    if claimed and blob.size:
        raise refused(_("{name} is named like a {claimed} file, but holds something else", name=name, claimed=claimed))
    if ending in OFFICE or ending == "zip":
        return _zipped(name, ending, blob)
    if ending in TEXT and b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused(_("{name} is named like a text, but holds something else", name=name))
    return mimetypes.guess_type(f"x.{ending}", strict=True)[0] or UNKNOWN


def _zipped(name: str, ending: str, blob: Blob) -> str:
    inside = OFFICE.get(ending, b"")
    if not blob.head.startswith((b"PK\x03\x04", b"PK\x05\x06")) or inside not in blob.tail:
        raise refused(_("{name} is named like a {claimed} file, but holds something else", name=name, claimed=ending))
    return mimetypes.guess_type(f"x.{ending}")[0] or "application/zip"


def refused(sentence: object) -> Invalid:
    """A file that is not taken."""
    return Invalid(sentence, [FieldError("file", sentence)])
