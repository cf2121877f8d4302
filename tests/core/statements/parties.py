"""The parties that these tests' paragraphs name."""

from ceiba.core.statements import PartyNames

MX, US, GT, HN, SV, AMEXCID, BZ = range(1, 8)
PARTIES = (
    PartyNames(MX, ("Government of Mexico", "Gobierno de México", "Mexico", "México", "Mexican", "mexicano",
        "mexicana")),
    PartyNames(US, ("United States", "US", "U.S.", "Estados Unidos", "EE. UU.", "EEUU", "estadounidense",
        "White House",
                    "Casa Blanca", "American")),
    PartyNames(GT, ("Guatemala", "guatemalteco", "guatemalteca", "Guatemalan")),
    PartyNames(HN, ("Honduras", "hondureño", "hondureña", "Honduran")),
    PartyNames(SV, ("El Salvador", "salvadoreño", "salvadoreña", "Salvadoran")),
    PartyNames(AMEXCID, ("AMEXCID", "Agencia Mexicana de Cooperación Internacional para el Desarrollo")),
    PartyNames(BZ, ("Belize", "Belice", "beliceño")),
)  # fmt: skip
