"""How values are written and read: pure, both languages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from graph.limits import identifier_fault
from graph.periods import Period
from graph.rules import get_rule
from tests.tables import at, on
from webapp import formats, timeline
from webapp.addresses import own_address
from webapp.fields import DayField, IdField, MomentField, NameField, RuleField
from webapp.forms import GetForm

MORNING = datetime(2021, 6, 24, 1, 5, tzinfo=UTC)


def test_an_instant_is_written_in_vietnamese_time_day_before_month() -> None:
    assert formats.local(MORNING) == "24/06/2021 08:05"
    assert formats.moment(MORNING) == Markup(
        '<time datetime="2021-06-24T08:05:00+07:00">24/06/2021 08:05</time>'
    )
    assert formats.moment(date(2021, 6, 4)) == Markup(
        '<time datetime="2021-06-04">04/06/2021</time>'
    )


def test_a_stay_names_its_day_once() -> None:
    def text(end: datetime | None) -> str:
        return str(formats.span(MORNING, end).striptags())

    assert text(MORNING + timedelta(minutes=55)) == "24/06/2021 08:05–09:00"
    assert text(MORNING + timedelta(hours=20)) == "24/06/2021 08:05–25/06/2021 04:05"
    assert text(None) == "24/06/2021 08:05 –"


@pytest.mark.parametrize(
    ("language", "whole", "part"), [("vi", "1.234", "12,5"), ("en", "1,234", "12.5")]
)
def test_numbers_are_written_as_each_language_does(
    app: Flask, language: str, whole: str, part: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert (formats.number(1234), formats.number(12.5)) == (whole, part)


def test_a_kind_of_venue_has_a_word_in_each_language(app: Flask) -> None:
    with app.test_request_context():
        with force_locale("vi"):
            assert formats.category("market") == "chợ"
        with force_locale("en"):
            assert formats.category("market") == "market"
            assert formats.category(None) == formats.category("unknown")


@given(st.text(min_size=1, max_size=64).filter(lambda text: identifier_fault(text) is None))
def test_every_id_survives_an_address(text: str) -> None:
    converter = formats.IdConverter(None)  # type: ignore[arg-type]
    from urllib.parse import unquote

    written = converter.to_url(text)

    assert "/" not in unquote(written)
    assert unquote(written) not in (".", "..")
    assert converter.to_python(unquote(written)) == text


class Everything(GetForm):
    """One field of each kind."""

    day = DayField("day")
    moment = MomentField("moment")
    rule = RuleField("rule")
    key = IdField("key")
    name = NameField("name")


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("day", "24/06/2021", date(2021, 6, 24)),
        ("day", " 4/6/2021 ", date(2021, 6, 4)),
        ("day", "2021-06-24", date(2021, 6, 24)),
        ("moment", "24/06/2021 08:05", MORNING),
        ("moment", "24/06/2021 08:05:30", MORNING + timedelta(seconds=30)),
        ("moment", "2021-06-24T08:05", MORNING),
        ("moment", "", None),
        ("rule", "2021-07", get_rule("2021-07")),
        ("key", "  BN-1 ", "BN-1"),
        ("name", " Lê\u00a0  Văn\tA ", "Lê Văn A"),
    ],
)
def test_a_field_yields_what_the_graph_takes(
    app: Flask, field: str, typed: str, value: object
) -> None:
    with app.test_request_context():
        form = Everything(MultiDict({field: typed}))

        assert form.validate()
        assert form[field].data == value


def test_what_was_typed_comes_back_even_when_it_means_nothing(app: Flask) -> None:
    with app.test_request_context():
        form = Everything(MultiDict({"day": "31/02/2021", "moment": '"><b>'}))

        assert not form.validate()
        assert 'value="31/02/2021"' in form.day()
        assert "<b>" not in form.moment()


@pytest.mark.parametrize(
    ("wanted", "followed"),
    [
        ("/cases?page=2", "/cases?page=2"),
        ("/", "/"),
        ("", "/"),
        (None, "/"),
        ("cases", "/"),
        ("//evil.example", "/"),
        ("//[", "/"),
        ("/\\evil.example", "/"),
        ("http:evil.example", "/"),
        ("/ok\n/evil", "/"),
    ],
)
def test_only_paths_of_our_own_are_followed(app: Flask, wanted: str | None, followed: str) -> None:
    with app.test_request_context():
        assert own_address(wanted) == followed


class Case:
    """What a timeline reads of a case."""

    def __init__(self, **told: object) -> None:
        names = ("onset_on", "sampled_on", "confirmed_at", "isolated_at")
        vars(self).update(dict.fromkeys(names), **told)


def test_a_timeline_places_everything_between_its_ends_in_order() -> None:
    case = Case(onset_on=on("D4"), sampled_on=on("D6"), isolated_at=at("D7 12:00"))
    period = Period(at("D1 00:00"), at("D7 12:00"))

    drawn = timeline.draw(case, period, as_of=at("D30 00:00"))

    assert (drawn.first, drawn.last) == (on("D0"), on("D8"))
    assert 0 < drawn.bar_from < drawn.bar_until < 100
    assert [point.at for point in drawn.points] == [on("D4"), on("D6"), at("D7 12:00")]
    assert drawn.points[-1].place == drawn.bar_until
    assert not drawn.is_open


def test_a_period_without_an_end_runs_to_now_and_is_marked_open() -> None:
    period = Period(at("D1 00:00"), None)

    drawn = timeline.draw(Case(), period, as_of=at("D10 00:00"))

    assert drawn.is_open
    assert drawn.last == on("D11")
    assert drawn.points == ()


def test_a_case_isolated_before_it_could_infect_still_has_a_bar() -> None:
    period = Period(at("D5 00:00"), at("D3 00:00"))

    drawn = timeline.draw(Case(isolated_at=at("D3 00:00")), period, as_of=at("D9 00:00"))

    assert drawn.bar_from < drawn.bar_until <= 100
