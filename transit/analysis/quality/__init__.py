"""Quality of a network: what is wrong, doubtful or to be known before its figures are used.

``report.quality`` asks every rule; each is declared once, beside the others of its topic:
``surroundings`` (streets, parks, gates), ``stop_rules``, ``name_rules``, ``course_rules``,
``line_rules``, ``service_rules`` and ``origin`` (indicative, empty, of which year).
"""

from transit.analysis.quality.limits import Limits
from transit.analysis.quality.report import FINDING, RULES, Quality, at_least, brought, quality
from transit.analysis.quality.rule import SEVERITIES, Rule, Severity

__all__ = [
    "FINDING",
    "RULES",
    "SEVERITIES",
    "Limits",
    "Quality",
    "Rule",
    "Severity",
    "at_least",
    "brought",
    "quality",
]
