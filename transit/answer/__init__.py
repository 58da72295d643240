"""The answer in words, in either language: briefs and comparisons as text and small tables."""

from transit.answer.brief import brief_answer
from transit.answer.comparison import comparison_answer

__all__ = ["brief_answer", "comparison_answer"]
