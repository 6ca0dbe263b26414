"""Data quality pages: counts that open to their rows, for those who may see persons."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from graph.batches import Stamp
from graph.cases import merge_cases
from graph.database import Graph
from graph.intake import Intake
from graph.quality import CHECKS
from graph.visits import merge_visits
from tests.graph.test_intake import scan_of
from tests.tables import at
from tests.webapp.outbreak import PERSONAL
from webapp import quality
from webapp.checks import CHECK_WORDS

STAMP = Stamp("test", "test", at("D20 00:00"))


@pytest.fixture
def officer(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An investigator."""
    return sign_in("investigator")


@pytest.fixture
def faulty(outbreak: Graph) -> Graph:
    """The outbreak with a fault of every kind, of people with ids of their own."""
    day = timedelta(hours=25)
    visits = [
        {"visit_id": "q1", "person_id": "Q", "venue_id": "q-1", "arrived_at": at("08:00")},
        {"visit_id": "q2", "person_id": "Q", "venue_id": "q-2", "arrived_at": at("09:00")},
        {"visit_id": "q3", "person_id": "Q", "venue_id": "q-3", "arrived_at": at("D20 08:00")},
    ]
    merge_visits(outbreak, [{**row, "left_at": row["arrived_at"] + day} for row in visits], STAMP)
    merge_visits(
        outbreak,
        [
            {
                **visits[0],
                "visit_id": "q4",
                "person_id": "R",
                "arrived_at": at("D2 00:00"),
                "left_at": at("D2 06:00"),
            }
        ],
        STAMP,
    )
    stated = {"classification": "confirmed", "confirmed_at": at("D5 08:00")}
    dates = {"onset_on": at("D4 12:00").date(), "sampled_on": at("D6 12:00").date()}
    merge_cases(
        outbreak,
        [
            {"case_id": "q", "person_id": "Q", **stated, **dates},
            {"case_id": "r", "person_id": "R", **stated, "onset_on": at("D2 12:00").date()},
            {"case_id": "s", "person_id": "T", "classification": "confirmed"},
        ],
        STAMP,
    )
    intake = Intake(outbreak, seconds=60)
    intake.submit(scan_of("flagged-scan-0001", "Q", "q-1", "08:00", flags=("late",)))
    intake.close()
    return outbreak


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize("name", CHECKS)
def test_every_check_has_words_a_count_and_rows(officer: FlaskClient, name: str) -> None:
    overview = officer.get("/quality").text
    page = officer.get(f"/quality/{name}")

    assert f'href="/quality/{name}"' in overview
    assert page.status_code == 200
    assert "<tbody>" in page.text
    assert "/people/" in page.text or "/cases/" in page.text
    assert CHECK_WORDS.keys() == CHECKS.keys()


@pytest.mark.usefixtures("faulty")
def test_who_sees_no_persons_reads_counts_only_and_none_below_five(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    visitor = sign_in("data_team")

    page = visitor.get("/quality").text

    assert "dưới 5" in page
    assert "/quality/" not in page
    assert not any(name in page for name in PERSONAL)
    assert visitor.get("/quality/missing_dates").status_code == 403


def test_a_check_that_would_read_too_much_waits_until_it_is_opened(
    officer: FlaskClient, monkeypatch: pytest.MonkeyPatch, questions: list[str]
) -> None:
    monkeypatch.setattr(quality, "MOST_VISITS", 3)

    page = officer.get("/quality").text

    assert page.count("mở ra để đếm") == 3
    assert "quality/find_visits_at_once" not in questions
    officer.get("/quality/visits_at_once")
    assert "quality/find_visits_at_once" in questions


@pytest.mark.parametrize("address", ["everything", "missing_dates?page=99", "missing_dates?page=x"])
def test_what_is_no_check_or_no_page_is_not_found(officer: FlaskClient, address: str) -> None:
    assert officer.get(f"/quality/{address}").status_code == 404
