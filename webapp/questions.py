"""What a declaration asks (R79 to R83), and what the answers mean at the gate (R66); data, pure."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from flask_babel import get_locale

from graph.intake import GO, STOP, WAIT

SYMPTOM, CONTACT, TRAVEL = "symptom", "contact", "travel"


@dataclass(frozen=True, slots=True)
class Question:
    """One question that is answered yes or no.

    Args:
        code: stable, in English; vi, en: the words that the form shows.
        kind: symptom, contact or travel.
    """

    code: str
    kind: str
    vi: str
    en: str

    def __str__(self) -> str:
        """Return the question in the language of the page."""
        return self.vi if str(get_locale()) == "vi" else self.en


def _load() -> tuple[Question, ...]:
    text = files("webapp").joinpath("questions.csv").read_text(encoding="utf-8")
    return tuple(Question(**row) for row in csv.DictReader(text.splitlines()))


#: In the order of the form.
QUESTIONS = _load()


def questions_of(kind: str) -> list[Question]:
    """Return the questions of a kind, in the order of the form."""
    return [question for question in QUESTIONS if question.kind == kind]


def risk_of(answers: Mapping[str, bool]) -> str:
    """Return go, wait or stop: a symptom and a contact stop, one of them waits (R66, inferred).

    Args:
        answers: by the code of each question.
    """
    told = {question.kind for question in QUESTIONS if answers[question.code]}
    if {SYMPTOM, CONTACT} <= told:
        return STOP
    return WAIT if told & {SYMPTOM, CONTACT} else GO
