"""Quality of a network: what is wrong, doubtful or to be known before its figures are used.

``report.quality`` asks every rule; each is declared once, beside the others of its topic:
``stop_rules``, ``course_rules``, ``line_rules``, ``service_rules``, ``surroundings`` (streets,
parks, gates) and ``origin`` (indicative, empty, of which year).
"""

from transit.analysis.quality.limits import Limits
from transit.analysis.quality.report import FINDING, RULES, Quality, at_least, quality
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
    "quality",
]
