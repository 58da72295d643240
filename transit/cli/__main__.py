"""``python -m transit.cli``."""

from transit.cli import main

main()
