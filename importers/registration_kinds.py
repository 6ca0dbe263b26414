"""The kinds of venues by what lists call them, beside their own names."""

from graph.categories import CATEGORIES, UNKNOWN
from importers.parse import folded

_WORDS = """
    office: văn phòng, trụ sở, toà nhà văn phòng, cao ốc văn phòng
    industrial_park: kcn
    export_zone: kcx
    hightech_park: kcnc, khu cnc
    plant: xưởng, xưởng sản xuất, phân xưởng
    enterprise: xn
    hospital: bv
    health_facility: phòng khám, trạm y tế, trung tâm y tế, nhà thuốc, y tế, nha khoa, phòng mạch
    apartments: cc, khu chung cư, toà nhà chung cư, căn hộ
    school: trường, giáo dục, trường mầm non, mầm non, mẫu giáo, nhà trẻ, tiểu học, thcs, thpt,
        trường tiểu học, trường thcs, trường thpt, đại học, cao đẳng, trung tâm ngoại ngữ
    entertainment: karaoke, quán bar, rạp chiếu phim, khu vui chơi, giải trí, vũ trường, bi-da
    station: ga
    bus_station: bến xe khách, bến xe buýt
    pier: bến phà, bến đò, cảng, phà
    public_transport: xe buýt, taxi, vận tải hành khách
    mall: tttm, trung tâm mua sắm
    supermarket: siêu thị mini, cửa hàng tiện lợi, st
    wholesale_market: chợ đầu mối nông sản
    essential_shop: cửa hàng, ch, tạp hóa, tạp hoá, cửa hàng thiết yếu, dịch vụ thiết yếu,
        cửa hàng dịch vụ, quán ăn, nhà hàng, quán cà phê, cà phê, ăn uống, tiệm, ngân hàng, cây xăng
    market: chợ truyền thống
    production: cơ sở sản xuất, cơ sở kinh doanh, sản xuất, kinh doanh, cssx, cơ sở,
        hộ kinh doanh, hkd, sản xuất kinh doanh, cơ sở sxkd, sxkd
    state_body: ubnd, uỷ ban nhân dân, công an, cơ quan hành chính, cơ quan, nhà nước, chi cục
    party_body: đảng uỷ, huyện uỷ, quận uỷ, cơ quan đảng
    mass_org: đoàn thể, mttq, mặt trận tổ quốc, hội phụ nữ, đoàn thanh niên, công đoàn,
        tổ chức chính trị xã hội, tổ chức chính trị
    company: cty, doanh nghiệp, dn, tnhh, cổ phần, công ty tnhh, công ty cổ phần, dntn
"""


def _by_word() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _WORDS.replace(",\n", ",").strip().splitlines():
        code, _colon, words = line.strip().partition(":")
        found |= {key(word): code for word in words.split(",")}
    for category in CATEGORIES.values():
        if category.code != UNKNOWN:
            names = (category.vi, category.en, category.code)
            found |= {key(word): category.code for word in names}
    return found


def key(words: str) -> str:
    """Return words as kinds are compared: folded, hyphens and slashes as spaces, y as i."""
    return " ".join(folded(words).replace("-", " ").replace("/", " ").split()).replace("y", "i")


_KNOWN = _by_word()
_LONGEST_FIRST = sorted(_KNOWN, key=lambda word: (-len(word), word))


def recognise_kind(words: str) -> str | None:
    """Return the code of a kind of venue, None where none is meant beyond doubt.

    A whole name counts first; then a cell that begins with one (`Trường học (công lập)`), the
    longest of them.
    """
    asked = key(words)
    if asked in _KNOWN:
        return _KNOWN[asked]
    begun = next((word for word in _LONGEST_FIRST if asked.startswith(f"{word} ")), None)
    return _KNOWN[begun] if begun and len(begun) > 2 else None
