"""Which datum a table is in, where its datums are mixed, and positions that are none."""

from transit.sources.datum_fit.fit import DatumFit, datum_fit
from transit.sources.datum_fit.layers import LayerKind, TrustedLayer

__all__ = ["DatumFit", "LayerKind", "TrustedLayer", "datum_fit"]
