"""Every text that is said to a reader, in each language, out of one file: ``glossary.yaml``."""

from transit.terms.glossary import DEFAULT, LANGUAGES, terms
from transit.terms.tables import readable, title_of, unit_of
from transit.terms.values import measure_said, spoken, unit_said

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "measure_said",
    "readable",
    "spoken",
    "terms",
    "title_of",
    "unit_of",
    "unit_said",
]
