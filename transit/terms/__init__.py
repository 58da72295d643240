"""Every text that is said to a reader, in each language, out of one file: ``glossary.yaml``."""

from transit.terms.glossary import DEFAULT, LANGUAGES, terms
from transit.terms.values import spoken

__all__ = ["DEFAULT", "LANGUAGES", "spoken", "terms"]
