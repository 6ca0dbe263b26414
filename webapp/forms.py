"""The two kinds of forms: GetForm asks and can be sent on as a link, PostForm changes something."""

from typing import Any

from flask import Flask
from flask_babel import get_translations
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from wtforms import Field, Form

csrf = CSRFProtect()


class _Words:
    """WTForms' own sentences in the language of the page: they stand in our catalogue."""

    def gettext(self, text: str) -> str:
        return str(get_translations().ugettext(text))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return str(get_translations().ungettext(singular, plural, number))


class GetForm(Form):
    """Filters in the address; nothing is changed, so no token is needed."""

    class Meta:
        """Our catalogue instead of WTForms' own."""

        def get_translations(self, _form: Any) -> _Words:
            """Return where WTForms looks its sentences up."""
            return _Words()


class PostForm(FlaskForm):
    """Something typed that is to be stored; carries the token against forged requests."""

    class Meta(FlaskForm.Meta):
        """Our catalogue instead of WTForms' own."""

        def get_translations(self, _form: Any) -> _Words:
            """Return where WTForms looks its sentences up."""
            return _Words()


def first_fault(form: Form) -> Field | None:
    """Return the first field with an error: the page puts the cursor there."""
    return next((field for field in form if field.errors), None)


def init_app(app: Flask) -> None:
    """Check the token of every unsafe request, and let templates find the first fault."""
    csrf.init_app(app)
    app.add_template_filter(first_fault)
