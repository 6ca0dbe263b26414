"""Why something is refused, in the words of the inner rooms, which know no language but English.

Named here so that the catalogue has them: whoever shows such a reason asks `_` for it. A test
holds that each still stands in the code of `graph` or `importers`.
"""

import re

from webapp.language import N_, _

#: What can be looked for in vain: see `graph.errors.NotFound`.
KINDS = (
    N_("account"),
    N_("batch"),
    N_("case"),
    N_("check"),
    N_("gate"),
    N_("identifier"),
    N_("list"),
    N_("person"),
    N_("rule"),
    N_("trace"),
    N_("venue"),
    N_("visit"),
)

REASONS = (
    # The store.
    N_("Neo4j does not answer"),
    N_("Neo4j refuses the user name or password"),
    N_("needs more memory than the server gives one transaction"),
    N_("the address of Neo4j cannot be used: see NEO4J_URI"),
    # A first fill.
    N_("The store holds something already: a first fill wants an empty one."),
    N_("Neo4j's import tool failed: is the disk full?"),
    N_("Making the keys of the new store ..."),
    N_("Laying the visits ..."),
    # Options and cells.
    N_("a moment where a date is wanted"),
    N_("a number whose last digits are lost: format the column as text"),
    N_("a number, which may have lost its first zeros: format the column as text"),
    N_("holds a control or invisible character"),
    N_("is empty"),
    N_("is in the future"),
    N_("is longer than 64 characters"),
    N_("is longer than 200 characters"),
    N_("is not in whole seconds"),
    N_("is not within 1 to 6"),
    N_("is not within 1 to 50"),
    N_("has no case: say from when on the person is infectious"),
    N_("leaves too many cases: name a later day"),
    N_("names somebody from whom the paths start"),
    N_("names too many cases"),
    N_("names too many people"),
    N_("would read more visits than the budget: name fewer cases"),
    N_("not a date as year-month-day, 2021-06-24"),
    N_("not a day of the calendar"),
    N_("not a number with a decimal point"),
    N_("not a time with an offset"),
    N_("not a whole number"),
    N_("not text"),
    N_("starts or ends with a space"),
    N_("is garbled: save the file in Unicode (UTF-8) again"),
    N_("is not a known commune"),
    N_("is not a phone number that a person answers"),
    N_("is written in an old font (TCVN3): convert it to Unicode"),
    N_("is written in an old font (VNI): convert it to Unicode"),
    N_("may be several communes: write the district too"),
    N_("not a tax number: 10 digits, or 13 for a branch"),
    N_("not a tax number: its check digit does not fit"),
    N_("not an e-mail address"),
    # Rows beside what is stored.
    N_("already stored for another person"),
    N_("already stored with different content"),
    N_("cannot be stored"),
    N_("is none of entrance, exit, both"),
    N_("is not a stored person"),
    N_("is not a stored venue"),
    N_("no stay is open at this venue"),
    N_("was sent before with other details"),
    N_("before sampled_on"),
    N_("given twice with different content"),
    N_("has more cells than the header has columns"),
    N_("is before started_at"),
    N_("is before the batch was recorded"),
    N_("is not a known kind of venue"),
    N_("is not within 90 days after the arrival"),
    N_("is taken by another case"),
    N_("is withdrawn"),
    N_("makes the venue a part of itself"),
    # Files as a whole, after the name of the file.
    N_("does not exist"),
    N_("has a header and no rows"),
    N_("has no sheets; only an .xlsx workbook has"),
    N_("is UTF-16 or UTF-32, not UTF-8: save it as CSV UTF-8"),
    N_("is a folder; name a file in it"),
    N_("is empty: not even a header stands in it"),
    N_("is locked or of an old format: save it as plain XLSX"),
    N_("is not a Parquet file that can be read"),
    N_("is not a plain file; save it to disk first"),
    N_("is not an XLSX workbook that can be read"),
)


#: Reasons with blanks, the more special before the more general.
BLANKS = (
    N_("before %(column)s"),
    N_("not after %(column)s"),
    N_("the same as %(column)s"),
    N_("more than %(days)s days after %(column)s"),
    N_("has more than %(people)s people"),
    N_("found more than %(most)s people, too many to be compared"),
    N_("found more than %(most)s people, too many to be saved"),
    N_("is empty where %(column)s is given"),
    N_("is none of %(codes)s"),
    N_("is outside %(least)s to %(most)s"),
    N_("not between the years %(least)s and %(most)s"),
    N_("not between %(least)s and %(most)s"),
    N_("not one of %(number)s known codes"),
    N_("not one of %(codes)s"),
    # Files as a whole.
    N_("has more than %(rows)s rows: split it"),
    N_("has merged cells, the first in row %(row)s: split them"),
    N_("is packed of more than %(parts)s parts: use CSV"),
    N_("unpacks to more than %(limit)s MiB: use CSV"),
    N_(
        "cannot be split into cells: row %(row)s: "
        "a quote is not closed, or text follows a closed one"
    ),
    N_("has no such sheet; it has %(sheets)s"),
    N_("has several sheets (%(sheets)s): say which one with --sheet"),
    N_("is none of the kinds that can be read: %(kinds)s"),
    N_("is not UTF-8: line %(line)s, byte %(byte)s: save it as CSV UTF-8"),
    # Their headers, where one column has the fault or several.
    N_("column missing: %(columns)s"),
    N_("columns missing: %(columns)s"),
    N_("column not known: %(columns)s"),
    N_("columns not known: %(columns)s"),
    N_("column there twice: %(columns)s"),
    N_("columns there twice: %(columns)s"),
)


def told(sentence: str) -> str:
    """Return a sentence of the inner rooms in the language asked for, as far as it is known.

    The sentence about a file begins with the file's name, which stays as it is; one about a
    header may have several parts.
    """
    ends = [reason for reason in REASONS if f" {sentence}".endswith(f" {reason}")]
    if ends:
        end = max(ends, key=len)
        return f"{sentence.removesuffix(end)}{_(end)}"
    parts = re.split("; (?=columns? )", sentence)
    if len(parts) > 1:
        return "; ".join(map(told, parts))
    for text in BLANKS:
        if found := _filled(text).fullmatch(sentence):
            values = found.groupdict()
            return values.pop("head") + _(text, **values)
    return _(sentence)


def _filled(text: str) -> re.Pattern[str]:
    """Return what a text with blanks looks like once they are filled in, after any words."""
    pieces = re.split(r"%\((\w+)\)s", text)
    pieces[0::2] = map(re.escape, pieces[0::2])
    pieces[1::2] = (f"(?P<{name}>[^;]+)" for name in pieces[1::2])
    return re.compile("(?P<head>(?:.* )?)" + "".join(pieces), re.DOTALL)
