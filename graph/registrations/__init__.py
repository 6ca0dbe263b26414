"""Registrations: units on their way from a commune's list to the first scan of their venue.

A step is taken by one query, which judges it against the stored state: what is not legal cannot
be done, whatever button was pressed (REQUIREMENTS R88 to R101). An office sees and moves what is
in its administrative area and nothing else.
"""

from graph.registrations.desks import (
    Alike,
    DeskFilter,
    DeskRow,
    MovedBefore,
    Registration,
    StateCount,
    StepTaken,
    count_desk,
    find_alike,
    find_desk,
    find_moved,
    find_registration_names,
    get_registration,
)
from graph.registrations.following import (
    activate_venue,
    link_venue,
    record_posters_printed,
    settle_first_scans,
    waits_for_posters,
)
from graph.registrations.funnel import FunnelCell, StayInState, count_funnel, find_times
from graph.registrations.moving import (
    Evidence,
    Moved,
    correct_registration,
    move,
    move_each,
    pass_on,
    take_back,
)
from graph.registrations.offices import Actor, Area, find_area
from graph.registrations.recording import record_registrations
from graph.registrations.rounds import IntakeRound, find_rounds, merge_round, round_for

__all__ = [
    "Actor",
    "Alike",
    "Area",
    "DeskFilter",
    "DeskRow",
    "Evidence",
    "FunnelCell",
    "IntakeRound",
    "Moved",
    "MovedBefore",
    "Registration",
    "StateCount",
    "StayInState",
    "StepTaken",
    "activate_venue",
    "correct_registration",
    "count_desk",
    "count_funnel",
    "find_alike",
    "find_area",
    "find_desk",
    "find_moved",
    "find_registration_names",
    "find_rounds",
    "find_times",
    "get_registration",
    "link_venue",
    "merge_round",
    "move",
    "move_each",
    "pass_on",
    "record_posters_printed",
    "record_registrations",
    "round_for",
    "settle_first_scans",
    "take_back",
    "waits_for_posters",
]
