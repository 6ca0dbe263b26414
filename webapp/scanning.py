"""Finding the way in: camera, photo, scanner or typing; whichever, it ends at a venue's page.

A picture is read in the browser and never sent. A typed code is posted, so that it stands in no
address but that of the page it leads to.
"""

import re
import unicodedata

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired

from webapp import current
from webapp.codes import PersonalCode
from webapp.doors import reader
from webapp.forms import PostForm
from webapp.throttle import CHECK_INS, limiter

blueprint = Blueprint("scanning", __name__)

# As js/codes.js has it, for where there is no network.
_ADDRESS = re.compile(r"\S*/c/([^/?#\s]+)/?(?:[?#]\S*)?", re.IGNORECASE)
_SEPARATORS = re.compile("[-\u2010-\u2014 .]")


class CodeForm(PostForm):
    """What stands under the code at the door, or what a scanner typed."""

    code = StringField(_l("Code at the door"), [DataRequired(_l("Type the code at the door."))])


@blueprint.get("/scan")
def show() -> str:
    """Open the camera, or take a code in another way."""
    return render_template("scanning/show.html", form=CodeForm(formdata=None), is_foreign=False)


@blueprint.post("/scan")
@limiter.limit(CHECK_INS)
def choose() -> ResponseReturnValue:
    """Go to the page of the venue whose code was typed."""
    form = CodeForm()
    is_sound = form.validate()
    code = code_in(form.code.data) if is_sound else None
    if code is None:
        page = render_template("scanning/show.html", form=form, is_foreign=is_sound)
        return page, 422
    return redirect(url_for("checkins.new", code=code), 303)


def code_in(text: str) -> str | None:
    """Return the code of a venue in what was scanned or typed; None if it is nothing of ours."""
    found = _ADDRESS.fullmatch(text.strip())
    code = found[1] if found else _SEPARATORS.sub("", unicodedata.normalize("NFKC", text.strip()))
    read = reader().read(code, current.now())
    return None if read is None or isinstance(read, PersonalCode) else code
