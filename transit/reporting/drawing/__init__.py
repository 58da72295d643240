"""How a figure of a report is drawn with matplotlib: sheet, lanes, labels, signs, fonts."""
