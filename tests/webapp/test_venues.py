"""Venue pages: the list, one venue, its QR code, and who was there on a day."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import timedelta

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from graph.batches import Stamp
from graph.database import Graph
from graph.venues import merge_gate, merge_venues
from graph.visits import merge_visits
from tests.tables import at
from tests.webapp.conftest import door_of, send
from tests.webapp.outbreak import PASSWORD, PERSONAL, VENUE, ZONE
from webapp.qr import draw

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def officer(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An investigator."""
    return sign_in("investigator")


def test_the_list_finds_by_part_of_a_name_whatever_its_case(officer: FlaskClient) -> None:
    page = officer.get("/venues?text=CHỢ bình").text

    assert "Chợ Bình Tây" in page
    assert "Xe buýt" not in page


def test_the_list_says_when_nothing_is_found(officer: FlaskClient) -> None:
    page = officer.get("/venues?text=<script>alert(1)</script>").text

    assert "Không có địa điểm nào có tên" in page
    assert "<script>alert" not in page
    assert officer.get("/venues?text=" + "x" * 300).status_code == 422


@pytest.mark.parametrize("address", ["/venues?page=99", "/cases?page=99"])
def test_past_the_end_of_a_list_there_is_nothing(officer: FlaskClient, address: str) -> None:
    assert officer.get(address).status_code == 404


def test_a_venue_shows_unit_zones_and_how_many_were_there_each_day(
    officer: FlaskClient, questions: list[str]
) -> None:
    page = officer.get(f"/venues/{VENUE}").text

    assert "Phường 13" in page
    assert "Khu A" in page
    assert "01/07/2021" in page
    assert questions == [
        "accounts/get_account_by_id",
        "venues/get_venue",
        "venues/find_days",
        "venues/count_visits_by_day",
        "venues/find_zones",
    ]


def test_a_zone_leads_to_its_venue(officer: FlaskClient) -> None:
    page = officer.get(f"/venues/{ZONE.replace('/', '~2F')}").text

    assert "Khu A" in page
    assert f'href="/venues/{VENUE}"' in page


def test_a_day_lists_who_was_there(officer: FlaskClient) -> None:
    page = officer.get(f"/venues/{VENUE}/days/2021-07-01").text

    assert all(f"/people/{person}" in page for person in ("S", "A", "D"))
    assert "/people/B" not in page
    assert PERSONAL[1] in page
    assert "chưa rõ, muộn nhất" in page


@pytest.mark.parametrize("day", ["2021-13-01", "yesterday", "01-07-2021", "9" * 400])
def test_a_day_that_is_none_is_not_found(officer: FlaskClient, day: str) -> None:
    assert officer.get(f"/venues/{VENUE}/days/{day}").status_code == 404


def test_the_code_of_a_venue_opens_its_check_in_page(
    outbreak: Graph, make_app: Callable[..., Flask]
) -> None:
    app = make_app(outbreak, TRUYVET_PUBLIC_URL="http://truyvet.example")
    visitor = app.test_client()
    visitor.get("/sign-in")
    send(visitor, "/sign-in", name="city_ict", password=PASSWORD)

    answer = visitor.get(f"/venues/{VENUE}/qr.svg")

    assert answer.mimetype == "image/svg+xml"
    door = door_of(app, merge_gate(outbreak, VENUE))
    assert scanned(answer.data) == f"http://truyvet.example{door}"
    assert visitor.get(door).status_code == 200


def test_a_code_keeps_its_quiet_zone_and_is_the_same_each_time(officer: FlaskClient) -> None:
    first, second = (officer.get(f"/venues/{VENUE}/qr.svg").data for _ in range(2))

    picture = drawn(first)
    assert first == second
    assert all(picture.getpixel((x, 30)) == 255 for x in range(40))


def test_a_code_that_is_torn_at_a_corner_still_opens() -> None:
    picture = drawn(draw("https://truyvet.example/c/0123456789"))
    side = picture.width
    ImageDraw.Draw(picture).rectangle((side * 0.7, side * 0.7, side, side), fill=255)

    found = zxingcpp.read_barcodes(picture)

    assert found
    assert found[0].text == "https://truyvet.example/c/0123456789"


def scanned(svg: bytes) -> str:
    """Return what a phone reads from a code."""
    return str(zxingcpp.read_barcodes(drawn(svg))[0].text)


def drawn(svg: bytes) -> Image.Image:
    """Return the picture of our SVG: one path of unit squares, ten pixels a module."""
    root = ET.fromstring(svg)  # noqa: S314 (our own drawing)
    path = root.find(f"{SVG}path")
    assert path is not None
    scale = 10
    modules = round(float(root.attrib["viewBox"].split()[2]))
    picture = Image.new("L", (modules * scale, modules * scale), 255)
    pen = ImageDraw.Draw(picture)
    for square in path.attrib["d"].split("z"):
        if not square.strip():
            continue
        x, y = (float(part) for part in square.strip()[1:].split("H")[0].split(","))
        pen.rectangle((x * scale, y * scale, x * scale + scale - 1, y * scale + scale - 1), fill=0)
    return picture


def test_no_person_is_named_on_a_venue_page(sign_in: Callable[[str], FlaskClient]) -> None:
    page = sign_in("city_ict").get(f"/venues/{VENUE}").text

    assert not any(name in page for name in PERSONAL)
    assert "/people/" not in page


def test_a_hostile_name_is_shown_as_text(outbreak: Graph, officer: FlaskClient) -> None:
    row = {"venue_id": "hostile", "name": '<img src=x onerror="alert(1)">{{7*7}}'}
    merge_venues(outbreak, [row], Stamp("test", "test", at("D20 00:00")))

    page = officer.get("/venues/hostile").text

    assert "<img src=x" not in page
    assert "{{7*7}}" in page


def test_the_list_comes_fifty_at_a_time(outbreak: Graph, officer: FlaskClient) -> None:
    rows = [{"venue_id": f"shop-{n:02d}", "name": f"Cửa hàng {n}"} for n in range(60)]
    merge_venues(outbreak, rows, Stamp("test", "test", at("D20 00:00")))

    first = officer.get("/venues?text=cửa hàng").text
    second = officer.get("/venues?text=cửa hàng&page=2").text

    assert first.count('scope="row"') == 50
    assert second.count('scope="row"') == 10
    assert 'rel="next"' in first
    assert 'rel="next"' not in second


@pytest.fixture
def hub(outbreak: Graph) -> str:
    """A venue that 130 people visited on one day."""
    visits = [
        {
            "visit_id": f"hub-{n:03d}",
            "person_id": f"hub-{n:03d}",
            "venue_id": "hub",
            "arrived_at": at("D5 08:00") + timedelta(minutes=n),
            "left_at": at("D5 12:00"),
        }
        for n in range(130)
    ]
    merge_visits(outbreak, visits, Stamp("test", "test", at("D20 00:00")))
    return "/venues/hub/days/2021-07-05"


def test_a_hub_opens_by_its_hours_and_a_page_of_rows(
    officer: FlaskClient, hub: str, questions: list[str]
) -> None:
    first = officer.get(hub).text
    following = re.search(r'rel="next" href="([^"#]+)', first)
    assert following

    second = officer.get(following.group(1).replace("&amp;", "&")).text

    assert (first.count('href="/people/hub-'), second.count('href="/people/hub-')) == (100, 30)
    assert "130 lượt vào ra" in first
    assert ">08:00</a>" in first
    assert 'rel="next"' not in second
    assert questions.count("people/find_names") == 2


def test_an_hour_opens_the_arrivals_from_then_on(officer: FlaskClient, hub: str) -> None:
    page = officer.get(hub).text
    ten = re.search(r'href="([^"#]+)#visits">10:00</a>', page)
    assert ten

    from_ten = officer.get(ten.group(1).replace("&amp;", "&")).text

    assert from_ten.count('href="/people/hub-') == 10
    assert "/people/hub-119" not in from_ten
    assert "/people/hub-120" in from_ten


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "1&visit=" + "v" * 65])
def test_a_place_in_the_list_that_is_none_is_not_found(
    officer: FlaskClient, hub: str, after: str
) -> None:
    assert officer.get(f"{hub}?after={after}").status_code == 404
    assert officer.get("/venues/hub?before=yesterday").status_code == 404
    assert officer.get(f"{hub}?after=99999999999").status_code == 200
