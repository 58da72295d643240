"""Every text that is said to a reader, in each language, out of one file: ``glossary.yaml``.

The help of the commands, which no reader of answers meets, stands beside it in ``help.yaml``.
"""

from transit.terms.glossary import DEFAULT, LANGUAGES, terms
from transit.terms.help import help_said, help_words
from transit.terms.tables import readable, title_of, unit_of
from transit.terms.values import (
    listed,
    measure_said,
    metro_said,
    osm_said,
    spoken,
    table_said,
    told,
    unit_said,
)

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "help_said",
    "help_words",
    "listed",
    "measure_said",
    "metro_said",
    "osm_said",
    "readable",
    "spoken",
    "table_said",
    "terms",
    "title_of",
    "told",
    "unit_of",
    "unit_said",
]
