"""My declarations (R87): what a citizen sees of the own records, once the own phone was proven.

A number that was only told shows nothing, and a number alone is nobody: families share one (R155).
Whose records are shown is a person whom this browser is, and who has proven the number that this
browser proved within a day. On another phone a person is told by the number, and then by full
name and year of birth as they were told before, of somebody who had proven that number already.
No address here holds a number or an id (R208).
"""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from markupsafe import Markup
from wtforms import StringField, TelField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from graph.errors import NotFound
from graph.identifiers import (
    PHONE,
    Linked,
    find_identifiers_of,
    find_persons_of,
    find_verified_persons,
    merge_identifiers,
    record_verification,
)
from graph.names import fold
from graph.periods import LOCAL_ZONE
from graph.visits import find_visits_of, may_correct
from webapp import citizens, current, verifying
from webapp.arrivals import COLOURS, kept_until, sealed_identifier
from webapp.declarations import OLDEST_PERSON, YEAR_WANTED
from webapp.digits import plain_digits
from webapp.fields import CountField, NameField
from webapp.formats import clock
from webapp.forms import PostForm
from webapp.language import _
from webapp.opened import find_opened
from webapp.paging import page_number, page_of
from webapp.personal_codes import personal_address
from webapp.phones import is_mobile, mask_phone, read_phone
from webapp.qr import draw
from webapp.sending import SendingFault
from webapp.throttle import (
    CODES_OF_ADDRESS,
    NAMES_OF_NUMBER,
    WRONG_CODES,
    codes_of_all,
    is_wrong,
    limiter,
    sound_alarm,
)
from webapp.words import ON_BEHALF_REASONS

blueprint = Blueprint("mine", __name__)

VISITS_ON_PAGE = 10
# More than anybody makes in the days for which visits are kept.
MOST_VISITS = 1_000
MOST_DECLARATIONS = 100
GATEWAY_BACK_IN_SECONDS = 60
SOURCE = "check-in"


class PhoneForm(PostForm):
    """The number that a code is to be sent to."""

    e164 = ""
    phone = TelField(_l("Phone number"), [InputRequired(_l("Write your phone number."))])

    def validate_phone(self, field: Any) -> None:
        """Take it in E.164; messages get to mobiles alone."""
        try:
            number = read_phone(field.data)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None
        if not is_mobile(number):
            raise ValidationError(_("Codes are sent to mobile phones only."))
        self.e164 = number


class CodeForm(PostForm):
    """The code as it came to the phone."""

    code = StringField(_l("One-time code"), [InputRequired(_l("Write the code of the message."))])

    @property
    def digits(self) -> str:
        """What was typed, in plain digits and without the spaces that a message has."""
        return "".join(plain_digits(self.code.data or "").split())[: verifying.CODE_DIGITS + 1]


class NameForm(PostForm):
    """Who it was who proved this number on another phone."""

    full_name = NameField(_l("Full name"), [InputRequired(_l("Write your full name."))])
    birth_year = CountField(_l("Year of birth"), [InputRequired(_l("Write your year of birth."))])

    def validate_birth_year(self, field: Any) -> None:
        """Refuse a year in which nobody was born who is alive."""
        this_year = current.now().astimezone(LOCAL_ZONE).year
        NumberRange(this_year - OLDEST_PERSON, this_year, _(YEAR_WANTED))(self, field)


@blueprint.get("/me")
def show() -> ResponseReturnValue:
    """Show the own visits, newest first, and the own declarations; or ask for what is missing."""
    person = _person_shown()
    if person is None:
        return redirect(_next_step())
    graph, now = current.graph(), current.now()
    visits = find_visits_of(graph, person.person_id, now, MOST_VISITS)
    return render_template(
        "mine/show.html",
        person=person,
        page=page_of(visits, page_number(), VISITS_ON_PAGE),
        declarations=find_opened(person.person_id, MOST_DECLARATIONS),
        receipt_token=citizens.receipt_token,
        may_correct=lambda visit: may_correct(visit.arrived_at, now),
        kept_until=kept_until,
        colours=COLOURS,
        reasons=ON_BEHALF_REASONS,
    )


@blueprint.get("/me/verify")
def verify() -> str:
    """Ask for the number that a code is to be sent to."""
    return _phone_page(PhoneForm(formdata=None))


@blueprint.post("/me/verify")
@limiter.shared_limit(codes_of_all, scope="codes", key_func=lambda: "all", on_breach=sound_alarm)
@limiter.limit(CODES_OF_ADDRESS)
def send() -> ResponseReturnValue:
    """Send a code; the answer is the same whether anybody is known by the number or not."""
    form = PhoneForm()
    known = verifying.asked()
    if "again" in request.form and known is not None:
        return _send_to(known.phone, PhoneForm(formdata=None))
    if not form.validate():
        return _phone_page(form), 422
    return _send_to(form.e164, form)


@blueprint.get("/me/code")
def ask_code() -> ResponseReturnValue:
    """Ask for the code that was sent."""
    number = verifying.asked()
    if number is None:
        return redirect(url_for("mine.verify"))
    return _code_page(CodeForm(formdata=None), number)


@blueprint.post("/me/code")
@limiter.limit(WRONG_CODES, deduct_when=is_wrong)
def check_code() -> ResponseReturnValue:
    """Take the code; why one is not right is not told."""
    number, form = verifying.asked(), CodeForm()
    if number is None:
        return redirect(url_for("mine.verify"), 303)
    if not form.validate():
        return _code_page(form, number), 422
    if not verifying.take(number, form.digits):
        form.code.errors = [
            _("This code is not right, or is used up. After five tries ask for another one.")
        ]
        return _code_page(form, number), 422
    _record(number)
    response = redirect(url_for("mine.show"), 303)
    verifying.remember_verified(response, number)
    return response


@blueprint.get("/me/name")
def ask_name() -> ResponseReturnValue:
    """Ask who proved this number on another phone."""
    if verifying.verified_index() is None:
        return redirect(url_for("mine.verify"))
    return render_template("mine/name.html", form=NameForm(formdata=None))


def _number_or_address() -> str:
    return verifying.verified_index() or get_remote_address()


@blueprint.post("/me/name")
@limiter.limit(NAMES_OF_NUMBER, key_func=_number_or_address, deduct_when=is_wrong)
def claim() -> ResponseReturnValue:
    """Let this browser be the person who proved the number before under this name and year."""
    index, form = verifying.verified_index(), NameForm()
    if index is None:
        return redirect(url_for("mine.verify"), 303)
    if form.validate():
        person = _find_namesake(index, form.full_name.data, form.birth_year.data)
        if person is not None:
            response = redirect(url_for("mine.show"), 303)
            citizens.remember(response, person.person_id)
            return response
        form.full_name.errors = [
            _("Nobody of this name and year of birth has verified this phone number before.")
        ]
    return render_template("mine/name.html", form=form), 422


@blueprint.post("/me/close")
def close() -> ResponseReturnValue:
    """Show the records no longer in this browser until the phone is verified again."""
    response = redirect(url_for("mine.verify"), 303)
    verifying.forget(response)
    return response


@blueprint.get("/me/card")
def card() -> ResponseReturnValue:
    """Show the personal QR code, to be scanned at gates, on the screen or printed as a card."""
    person = _person_shown()
    if person is None:
        return redirect(_next_step())
    drawn = draw(personal_address(person.person_id)).decode()
    code = Markup(drawn[drawn.index("<svg") :])  # noqa: S704 - drawn by us, of letters and digits
    return render_template("mine/card.html", person=person, code=code)


def _person_shown() -> Linked | None:
    """Return the person whose records this browser may see now, or None."""
    index, person_id = verifying.verified_index(), citizens.returning_id()
    if index is None or person_id is None:
        return None
    verified = find_verified_persons(current.graph(), PHONE, index)
    return next((one for one in verified if one.person_id == person_id), None)


def _next_step() -> str:
    """Return where a browser goes that may see nothing yet."""
    index, person_id = verifying.verified_index(), citizens.returning_id()
    if index is None:
        return url_for("mine.verify")
    linked = {one.person_id for one in find_persons_of(current.graph(), PHONE, index)}
    # Somebody who gave this number since it was proven proves it once more.
    return url_for("mine.verify" if person_id in linked else "mine.ask_name")


def _send_to(phone: str, form: PhoneForm) -> ResponseReturnValue:
    try:
        issued = verifying.send_code(phone)
    except SendingFault:
        response = _phone_page(form, fault="away")
        return response, 503, {"Retry-After": str(GATEWAY_BACK_IN_SECONDS)}
    if not issued.is_allowed and issued.again_at is not None:
        seconds = int((issued.again_at - current.now()).total_seconds())
        response = _phone_page(form, fault="often", again_at=clock(issued.again_at))
        return response, 429, {"Retry-After": str(max(1, seconds))}
    answer = make_response(redirect(url_for("mine.ask_code"), 303))
    verifying.remember_asked(answer, phone)
    return answer


def _record(number: verifying.Asked) -> None:
    """Record that the person of this browser holds the number, if it is one that they gave.

    Somebody who has given no number at all gets this one. To whoever has given another one it
    is not added: who has the browser for a moment must not open the records with a phone of theirs.
    """
    graph, person_id = current.graph(), citizens.returning_id()
    if person_id is None:
        return
    known = [one for one in find_identifiers_of(graph, person_id) if one.scheme == PHONE]
    if not known:
        row = sealed_identifier(PHONE, number.phone)
        merge_identifiers(graph, [{**row, "person_id": person_id, "source": SOURCE}])
    try:
        record_verification(graph, person_id, PHONE, number.blind_index, current.now())
    except NotFound:
        # The number is another one, or nobody has this id any more: the next page asks who it is.
        return


def _find_namesake(index: str, full_name: str, birth_year: int) -> Linked | None:
    """Return the person of a name and year who has proven a number, whoever did it last of many."""
    wanted = fold(full_name)
    found = [
        one
        for one in find_verified_persons(current.graph(), PHONE, index)
        if one.birth_year == birth_year and fold(one.full_name or "") == wanted
    ]
    return max(found, key=lambda one: (one.verified_at, one.person_id), default=None)


def _phone_page(form: PhoneForm, **told: Any) -> str:
    return render_template(
        "mine/verify.html", form=form, reaches_phones=current.post().reaches_phones, **told
    )


def _code_page(form: CodeForm, number: verifying.Asked) -> str:
    return render_template(
        "mine/code.html",
        form=form,
        masked=mask_phone(number.phone),
        reaches_phones=current.post().reaches_phones,
    )
