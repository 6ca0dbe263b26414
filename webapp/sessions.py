"""Signing in and out; each request asks the store whether the session still stands."""

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from graph.accounts import Account, get_account, get_account_by_id
from graph.errors import NotFound
from graph.limits import NAME_LENGTH, hidden_fault
from graph.registrations import activate_venue
from webapp import current
from webapp.addresses import own_address
from webapp.forms import PostForm
from webapp.language import _
from webapp.passwords import verify_password
from webapp.throttle import (
    WRONG_SIGN_INS,
    WRONG_SIGN_INS_OF_ADDRESS,
    is_wrong,
    limiter,
    name_and_address,
)

blueprint = Blueprint("sessions", __name__)
login_manager = LoginManager()


class SignInForm(PostForm):
    """Name and password of an account."""

    name = StringField(_l("Account name"), [InputRequired(_l("Write the name of your account."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Write your password."))])
    next = HiddenField()


class Officer(UserMixin):
    """An account as Flask-Login wants it."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """Return what the cookie carries: raising the session's version ends every session."""
        return f"{self.account.session_version}.{self.account.account_id}"


@login_manager.user_loader
def load_officer(session_id: str) -> Officer | None:
    """Return the officer of a session, unless it was ended or the account disabled."""
    version, _dot, account_id = session_id.partition(".")
    try:
        account = get_account_by_id(current.graph(), account_id)
    except NotFound:
        return None
    if account.disabled_at is not None or str(account.session_version) != version:
        return None
    return Officer(account)


@blueprint.get("/sign-in")
def new() -> ResponseReturnValue:
    """Ask for name and password."""
    return render_template("sessions/new.html", form=SignInForm(formdata=None))


@blueprint.post("/sign-in")
@limiter.limit(WRONG_SIGN_INS, key_func=name_and_address, deduct_when=is_wrong)
@limiter.limit(WRONG_SIGN_INS_OF_ADDRESS, deduct_when=is_wrong)
def create() -> ResponseReturnValue:
    """Begin a session; a wrong name and a wrong password are answered alike."""
    form = SignInForm()
    if form.validate_on_submit():
        account = _account_named(form.name.data.strip())
        known = account.password_hash if account else None
        if verify_password(known, form.password.data) and account is not None:
            session.clear()
            session.permanent = True
            login_user(Officer(account))
            _note_first_login(account)
            return redirect(own_address(form.next.data), 303)
        form.password.errors = [_("Name and password do not belong together. Check both.")]
    return render_template("sessions/new.html", form=form), 422


@blueprint.post("/sign-out")
def delete() -> ResponseReturnValue:
    """End the session on this device."""
    logout_user()
    session.clear()
    return redirect(url_for("sessions.new"), 303)


def _note_first_login(account: Account) -> None:
    """Move the registration of a venue on when its manager signs in for the first time (R96)."""
    if account.role == "venue_manager" and account.venue_id is not None:
        activate_venue(current.graph(), account.venue_id, current.now())


def ask_to_sign_in() -> ResponseReturnValue:
    """Show the sign-in form in place of the page asked for, and go there afterwards.

    Where to go stands in the form and not in an address: it may name a person or a case.
    """
    if request.path == url_for("home.show"):
        return redirect(url_for("sessions.new"))
    is_reading = request.method in ("GET", "HEAD")
    wanted = request.full_path.removesuffix("?") if is_reading else ""
    form = SignInForm(formdata=None, data={"next": wanted})
    return render_template("sessions/new.html", form=form, was_sent=not is_reading), 401


def signed_in_account() -> Account | None:
    """Return the account of this request's session, or None."""
    return current_user.account if current_user.is_authenticated else None


def _account_named(name: str) -> Account | None:
    """Return the account that may sign in under a name, or None."""
    if not name or len(name) > NAME_LENGTH or hidden_fault(name):
        return None
    try:
        account = get_account(current.graph(), name)
    except NotFound:
        return None
    return None if account.disabled_at is not None else account


def init_app(app: Flask) -> None:
    """Read the session's cookie; templates get the account from the policy, not from here."""
    login_manager.session_protection = "basic"
    login_manager.init_app(app, add_context_processor=False)
