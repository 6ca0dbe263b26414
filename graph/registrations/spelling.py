"""How units, streets and house numbers are written: their parts, under all spellings; pure.

A name is read into what tells units apart (its own words, numbers, whether it is a branch) and
what they share (legal form, line of business, kind). Abbreviations stand for their words, marks
and case do not count. The tables hold words of the language, never names of units.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from graph.names import fold, tidy

#: Legal forms: two units that state different ones are two units.
_FORMS = """
    congti: cong ti, cti, c ti, congti
    tnhh: tnhh, trach nhiem huu han, trach nhiem hh, tn hh
    cp: cp, co phan, cph
    mtv: mtv, mot thanh vien, 1 thanh vien, 1tv, 1 tv
    hd: hop danh
    dntn: dntn, doanh nghiep tu nhan, dn tu nhan, dn tn
    hkd: hkd, ho kinh doanh, ho kd, ho kinh doanh ca the
    htx: htx, hop tac xa
    tapdoan: tap doan, td
    tct: tct, tong cong ti, tong cti
"""
#: Lines of business: often shortened, often left out.
_LINES = """
    tm: tm, thuong mai
    dv: dv, dich vu
    sx: sx, san xuat
    xd: xd, xai dung
    xnk: xnk, xuat nhap khau
    dt: dt, dau tu
    pt: pt, phat trien
    kd: kd, kinh doanh
    vt: vt, van tai
    tv: tv, tu van
    tk: tk, thiet ke
    qc: qc, quang cao
    cn: cong nghe
    dl: du lich
    tp: thuc pham
    vlxd: vlxd, vat lieu xai dung
    bds: bds, bat dong san
"""
#: What a unit is: two units that are different things are two units.
_KINDS = """
    truong: truong, truong hoc, tr, trg
    mamnon: mam non, mn, mau giao, nha tre
    tieuhoc: tieu hoc, th, cap 1, ptcs cap 1
    thcs: thcs, trung hoc co so, cap 2
    thpt: thpt, trung hoc pho thong, ptth, cap 3, trung hoc pt
    daihoc: dai hoc, dh
    caodang: cao dang, cd
    trungcap: trung cap, tc nghe
    gdtx: gdtx, giao duc thuong xuien
    benhvien: benh vien, bv
    phongkham: phong kham, pk, pkdk, phong kham da khoa, pk da khoa
    nhathuoc: nha thuoc, hieu thuoc, quai thuoc, nha thuoc tai, nt
    ite: tram i te, tit, tram it
    ttit: trung tam i te, tt i te, ttit
    ubnd: ubnd, ui ban nhan dan, uib nd, ub nhan dan
    mttq: mttq, ui ban mat tran to quoc, mat tran to quoc, ubmttq
    congan: cong an, ca phuong, cax, cap phuong
    danguy: dang ui, ban chap hanh dang bo
    doan: doan thanh nien, dtn, doan tncs hcm, doan thanh nien cong san ho chi minh
    hoiphunu: hoi lien hiep phu nu, hoi lhpn, hoi phu nu, lhpn
    ldld: lien doan lao dong, ldld, cong doan
    phong: phong
    chicuc: chi cuc
    chio: cho
    cuahang: cua hang, ch, chi hang, shop, cua hieu, tiem, cua hang tien loi, chtl
    sieuthi: sieu thi, st, sieu thi mini, mart
    quan: quan an, tiem an, quan
    caphe: ca phe, cafe, coffee, caphe, cofee, quan ca phe, quan cafe, quan nuoc
    nhahang: nha hang, nhah
    khachsan: khach san, ks, hotel
    nhanghi: nha nghi, nha tro
    nganhang: ngan hang, bank
    xuong: xuong, xuong san xuat, co so san xuat, cssx
    nhamai: nha mai
    khovan: kho, kho bai
    chungcu: chung cu, cc
    spa: spa, tham mi vien, tmv
    salon: salon, tiem toc, hot toc, lam toc
    chua: chua
    nhatho: nha tho, giao xu
    bida: bida, billiards, bi da
    karaoke: karaoke
    gim: gim, phong tap, phong gim, fitness
    garage: garage, gara, sua xe
    vanphong: van phong, vp
    trungtam: trung tam, tt
    nhaluu: nha luu niem
    bhxh: bhxh, bao hiem xa hoi
    khobac: kho bac, kho bac nha nuoc
    thue: chi cuc thue
"""
#: Words in other clothes, that tell units apart all the same.
_WORDS = """
    chinhanh: chi nhanh, cn, chinhanh, branch
    saigon: sai gon, sg, saigon
    vietnam: viet nam, vn, vietnam
    thitran: thi tran
    hcm: ho chi minh, hcm, tphcm, tp hcm, tp ho chi minh, thanh pho ho chi minh, tp hochiminh
    quoc te: quoc te, qt, international
    khu cong nghiep: khu cong nghiep, kcn
    khu che xuat: khu che xuat, kcx
"""
#: Said of a place or a sort of unit, and left out as often: it tells nothing by itself.
_FILLERS = frozenset({"va", "cua", "tai", "so", "the", "and", "hcm"})
_AREA = frozenset({"p", "f", "q", "x", "h", "phuong", "quan", "xa", "huien"})
_SHORT_AREA = {"p": "phuong", "f": "phuong", "q": "quan", "x": "xa", "h": "huien", "tt": "thitran"}
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_LETTERS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
_BASES = "a" * 18 + "e" * 12 + "i" * 6 + "o" * 18 + "u" * 12 + "i" * 6 + "d"
_PLAIN = str.maketrans(_LETTERS, _BASES)
_PIECES = re.compile(r"[a-z]+|[0-9]+")
_MARKED_PIECES = re.compile(r"[^\W\d_]+")
_HOUSE = re.compile(
    r"^(?:so nha|nha so|nha|so|hem|kiot|kios|lo)?\s*"
    r"([0-9]+\s?[a-z]?(?:\s*[/\-]\s*[0-9]*[a-z]?[0-9]*)*)\s+(.*)$"
)
_INNER = re.compile(r"^(?:tang|lau|phong|toa nha|block|can|khu|ap|to|kp|chung cu|tret)\b")
_AFTER_STREET = re.compile(
    r"\b(?:p\.?\s?[0-9]+|q\.?\s?[0-9]+|phuong|quan|xa|huien|thi tran|tp|tphcm|thanh pho"
    r"|ap|khu pho|kp|p\.|q\.|x\.|h\.|tt\.)(?=\s|$|[0-9.]).*$"
)
_STREET_WORDS = re.compile(r"^(?:duong|d\.|d|pho|dai lo|ql|quoc lo)\s+")
_DATED = (
    (re.compile(r"\b3\s?/\s?2\b"), "3 thang 2"),
    (re.compile(r"\b30\s?/\s?4\b"), "30 thang 4"),
)


@dataclass(frozen=True, slots=True)
class Name:
    """What the name of a unit says.

    Args:
        words: of its own, in order; what finds it again.
        numbers: that tell it from its sisters, as a set of texts.
        forms, lines, kinds: legal form, lines of business, what it is.
        is_branch: whether it calls itself one.
        marked: its own words with their marks; empty where the whole is written without any.
    """

    words: tuple[str, ...]
    numbers: frozenset[str]
    forms: frozenset[str]
    lines: frozenset[str]
    kinds: frozenset[str]
    is_branch: bool
    marked: Mapping[str, str]

    @property
    def shared(self) -> frozenset[str]:
        """What it says in words that many units share."""
        return self.forms | self.lines | self.kinds

    @property
    def compact(self) -> str:
        """The words of its own as one: spaces are set as people like."""
        return "".join(self.words)


@dataclass(frozen=True, slots=True)
class Address:
    """A house and its street as they are compared; empty where none is told."""

    house: str
    street: tuple[str, ...]

    @property
    def compact(self) -> str:
        """The street as one word."""
        return "".join(self.street)


Phrase = tuple[tuple[str, ...], str, str]


def _phrases() -> Mapping[str, list[Phrase]]:
    """Return the known phrases by their first word, the longest first."""
    found: dict[str, list[Phrase]] = {}
    tables = (("form", _FORMS), ("line", _LINES), ("kind", _KINDS), ("word", _WORDS))
    for sort, text in tables:
        for line in filter(None, map(str.strip, text.splitlines())):
            code, _colon, spellings = line.partition(":")
            for spelling in spellings.split(","):
                words = tuple(spelling.split())
                found.setdefault(words[0], []).append((words, sort, code.strip()))
    for phrases in found.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))
    return found


_KNOWN = _phrases()
#: The words by which each shared word may be spelt.
SPELLINGS: Mapping[str, frozenset[str]] = {
    code: frozenset(
        word
        for phrases in _KNOWN.values()
        for words, _sort, each in phrases
        if each == code
        for word in words
    )
    for code in {each for phrases in _KNOWN.values() for _words, _sort, each in phrases}
}
_GLUED = re.compile(r"(?:sx|tm|dv|xd|xnk|dt|pt|kd|vt|tv|tk|tnhh|mtv|cp){2,}")
_GLUED_PARTS = re.compile(r"sx|tm|dv|xd|xnk|dt|pt|kd|vt|tv|tk|tnhh|mtv|cp")


def flat(text: str) -> str:
    """Return a text in small letters without marks, y as i; signs stay as they are."""
    plain = tidy(text).casefold().translate(_PLAIN)
    return plain if plain.isascii() else _flat_slowly(plain)


def _flat_slowly(text: str) -> str:
    return "".join(letter if letter.isascii() else fold(letter) or " " for letter in text)


@lru_cache(maxsize=1 << 16)
def read_name(text: str) -> Name:
    """Return what a name says; a name of nothing but shared words keeps them as its own."""
    sorts: dict[str, list[str]] = {"form": [], "line": [], "kind": [], "word": []}
    numbers: list[str] = []
    words: list[str] = []
    is_branch = False
    for sort, word in _spelt_out(_pieces(text)):
        if sort == "word" and word == "chinhanh":
            is_branch = True
        elif sort == "number":
            numbers.append(word)
        elif sort in ("own", "word"):
            if word not in _FILLERS:
                words.append(word)
        else:
            sorts[sort].append(word)
    own = words or sorts["kind"] or sorts["line"] or sorts["form"]
    return Name(
        tuple(own),
        frozenset(numbers),
        frozenset(sorts["form"]),
        frozenset(sorts["line"]),
        frozenset(sorts["kind"]),
        is_branch,
        _marked(text, own),
    )


def _marked(text: str, words: list[str]) -> Mapping[str, str]:
    if text.isascii():
        return {}
    spelt = {flat(piece): piece for piece in _MARKED_PIECES.findall(tidy(text).casefold())}
    return {word: spelt[word] for word in words if word in spelt}


def _pieces(text: str) -> list[str]:
    """Return letters and digits apart, single letters that stand in a row joined."""
    found: list[str] = []
    run = ""
    for piece in _PIECES.findall(flat(text)):
        if len(piece) == 1 and piece.isalpha():
            run += piece
            continue
        if run:
            found.append(run)
            run = ""
        if len(piece) > 3 and _GLUED.fullmatch(piece):
            found += _GLUED_PARTS.findall(piece)
        else:
            found.append(piece)
    if run:
        found.append(run)
    return found


def _spelt_out(pieces: list[str]) -> Iterator[tuple[str, str]]:
    """Give each word with its sort: form, line, kind, word, number or own."""
    at, has_own = 0, False
    while at < len(pieces):
        piece = pieces[at]
        for words, sort, code in _KNOWN.get(piece, ()):
            # Phong, Truong, Quan are names of people too: alone they say a kind only in front.
            if sort == "kind" and has_own and len(words) == 1:
                continue
            if tuple(pieces[at : at + len(words)]) == words:
                yield sort, code
                at += len(words)
                break
        else:
            at += 1
            if piece.isdigit():
                yield "number", piece.lstrip("0") or "0"
            elif piece in _ROMAN:
                yield "number", _ROMAN[piece]
            elif piece == "chi" and at < len(pieces) and slips(pieces[at], "nhanh", 1) is not None:
                at += 1
                yield "word", "chinhanh"
            elif at == len(pieces) or not pieces[at].isdigit() or not _is_area(piece):
                has_own = True
                yield "own", _SHORT_AREA.get(piece, piece)


def _is_area(piece: str) -> bool:
    """Say whether a word stands for a sort of area before its number, perhaps with a slip."""
    return piece in _AREA or any(slips(piece, area, 1) is not None for area in ("phuong", "huien"))


@lru_cache(maxsize=1 << 16)
def read_address(text: str) -> Address:
    """Return the house and the street of an address, whatever stands around them."""
    plain = flat(text)
    for pattern, spelt in _DATED:
        plain = re.sub(r"(?<=[a-z0-9] )" + pattern.pattern + r"(?=\s|,|$)", spelt, plain)
    parts = [part.strip() for part in plain.split(",") if part.strip()]
    for part in parts:
        if _INNER.match(part):
            continue
        if found := _HOUSE.match(part):
            house, rest = found.groups()
            return Address(_tidy_house(house), _street(rest))
    return Address("", _street(parts[0]) if parts else ())


def _tidy_house(text: str) -> str:
    return "/".join(piece for piece in re.split(r"[\s/\-]+", text) if piece).replace(" ", "")


def _street(text: str) -> tuple[str, ...]:
    cut = _AFTER_STREET.sub("", _STREET_WORDS.sub("", text)).strip()
    pieces = _PIECES.findall(cut or text)
    return tuple(piece for piece in pieces if piece not in ("duong", "d"))


def slips(one: str, other: str, most: int) -> int | None:
    """Return how many slips (a letter more, less, other, or two swapped) make one from another.

    None if there are more than `most`.
    """
    if abs(len(one) - len(other)) > most:
        return None
    start = 0
    shortest = min(len(one), len(other))
    while start < shortest and one[start] == other[start]:
        start += 1
    end = 0
    while end < shortest - start and one[-1 - end] == other[-1 - end]:
        end += 1
    one, other = one[start : len(one) - end], other[start : len(other) - end]
    if not one or not other:
        rest = max(len(one), len(other))
        return rest if rest <= most else None
    if most == 1:
        # What lies between the equal ends is one letter at most, or two that were swapped.
        is_one = max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1])
        return 1 if is_one else None
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, each in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != each))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == each:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
        before, last = last, row
    return last[-1] if last[-1] <= most else None
