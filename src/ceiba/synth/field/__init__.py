"""What phones send in an open month of a made-up country: forms filled in, photos, trails, and planted faults.

Data alone: who has which people comes in, parcels as OpenRosa would carry them go out. The same seed and portfolios
give the same bytes.
"""

from ceiba.synth.field.sending import Parcel, parcels
from ceiba.synth.field.visits import Land, Person, Portfolio

__all__ = ["Land", "Parcel", "Person", "Portfolio", "parcels"]
