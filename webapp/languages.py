"""The language of a page: chosen by the visitor, else the instance's."""

from flask import Blueprint, Flask, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, get_locale

from webapp import current
from webapp.addresses import own_address
from webapp.cookies import cookie_name, put_cookie
from webapp.language import LANGUAGES, TRANSLATIONS, compile_catalogues

blueprint = Blueprint("languages", __name__)
ONE_YEAR = 365 * 24 * 3600


@blueprint.post("/language/<code>")
def choose(code: str) -> ResponseReturnValue:
    """Show this and later pages in another language."""
    if code not in LANGUAGES:
        abort(404)
    response = redirect(own_address(request.form.get("next")), 303)
    put_cookie(response, "language", code, max_age=ONE_YEAR)
    return response


def select_language() -> str:
    """Return the language in which this request is answered."""
    chosen = request.cookies.get(cookie_name("language"))
    if chosen in LANGUAGES:
        return str(chosen)
    return str(current.settings().language)


def init_app(app: Flask) -> None:
    """Compile the catalogues that changed, and ask for a language once a request."""
    compile_catalogues()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, default_timezone="Asia/Ho_Chi_Minh", locale_selector=select_language)
    app.jinja_env.globals.update(LANGUAGES=LANGUAGES, get_locale=get_locale)
