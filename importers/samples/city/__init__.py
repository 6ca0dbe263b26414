"""A made city: three weeks of June 2021 in Ho Chi Minh City, from one seed, nothing in it real.

Streets of people who work, shop, ride and fall ill: `places` builds the venues, `people`
those who live there, `days` where they go, `outbreak` who falls ill and is isolated, and
`story` says what became known when. The wards are real, and nothing else is.
"""

from importers.samples.city.story import City, make_city

__all__ = ["City", "make_city"]
