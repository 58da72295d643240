"""Maps: self-contained pages that draw what an analysis returned."""
