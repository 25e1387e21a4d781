"""Foresight: a burn ledger, a law of use and a calendar make the distribution of the cut-off instant.

Read in this order: ``model`` (the values), ``doubt`` (what is not believed), ``ledger`` and ``charges`` (what is learned from readings),
``use`` (the law of use), ``renewal`` and ``calendar`` (dated dangers), ``foresee`` (all of it together).
"""

from monitor.core.forecast.doubt import doubtful
from monitor.core.forecast.foresee import foresee
from monitor.core.forecast.ledger import absorb
from monitor.core.forecast.model import HORIZONS, Forecast, Ledger, Need

__all__ = ["HORIZONS", "Forecast", "Ledger", "Need", "absorb", "doubtful", "foresee"]
