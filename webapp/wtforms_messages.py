"""WTForms' own sentences, so that the catalogue has them: WTForms brings no Vietnamese one."""

from webapp.language import N_

MESSAGES = (
    N_("Field must be equal to %(other_name)s."),
    N_("Field must be between %(min)d and %(max)d characters long."),
    N_("Number must be at least %(min)s."),
    N_("Number must be at most %(max)s."),
    N_("Number must be between %(min)s and %(max)s."),
    N_("This field is required."),
    N_("Invalid input."),
    N_("Invalid Choice: could not coerce."),
    N_("Not a valid choice."),
    N_("Not a valid datetime value."),
    N_("Not a valid date value."),
    N_("Not a valid integer value."),
    N_("Not a valid decimal value."),
)


def plural(one: str, many: str) -> tuple[str, str]:
    """Mark both forms of a text for the catalogue."""
    return one, many


PLURALS = (
    plural(
        "Field must be at least %(min)d character long.",
        "Field must be at least %(min)d characters long.",
    ),
    plural(
        "Field cannot be longer than %(max)d character.",
        "Field cannot be longer than %(max)d characters.",
    ),
    plural(
        "Field must be exactly %(max)d character long.",
        "Field must be exactly %(max)d characters long.",
    ),
)
