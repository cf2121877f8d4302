"""Which codelist each code of a file is of, and whether it is there.

The paths follow what the schema says of each attribute. A vocabulary decides which list a code is of; where none is
said, it is the standard's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ceiba.core.iati.findings import Finding, Severity, finding
from ceiba.core.iati.rule_kinds import nodes

_A: Final = "/iati-activities/iati-activity"
_O: Final = "/iati-organisations/iati-organisation"
_T: Final = f"{_A}/transaction"
_I: Final = f"{_A}/result/indicator"
_DEFAULT: Final = "[not(@vocabulary) or @vocabulary='' or @vocabulary='1']"

CODES: Final[Mapping[str, str]] = {
    "/iati-activities/@version": "Version",
    "/iati-organisations/@version": "Version",
    "//@xml:lang": "Language",
    "//@currency": "Currency",
    f"{_A}/@default-currency": "Currency",
    f"{_O}/@default-currency": "Currency",
    f"{_A}/@budget-not-provided": "BudgetNotProvided",
    f"{_A}/reporting-org/@type": "OrganisationType",
    f"{_A}/participating-org/@type": "OrganisationType",
    f"{_A}/participating-org/@role": "OrganisationRole",
    f"{_A}/participating-org/@crs-channel-code": "CRSChannelCode",
    f"{_A}/other-identifier/@type": "OtherIdentifierType",
    f"{_A}//description/@type": "DescriptionType",
    f"{_A}/activity-status/@code": "ActivityStatus",
    f"{_A}/activity-date/@type": "ActivityDateType",
    f"{_A}/activity-scope/@code": "ActivityScope",
    f"{_A}/contact-info/@type": "ContactType",
    f"{_A}/recipient-country/@code": "Country",
    f"{_A}/recipient-region/@vocabulary": "RegionVocabulary",
    f"{_A}/recipient-region{_DEFAULT}/@code": "Region",
    f"{_A}/location/location-reach/@code": "GeographicLocationReach",
    f"{_A}/location/location-id/@vocabulary": "GeographicVocabulary",
    f"{_A}/location/administrative/@vocabulary": "GeographicVocabulary",
    f"{_A}/location/administrative[@vocabulary='A4']/@code": "Country",
    f"{_A}/location/exactness/@code": "GeographicExactness",
    f"{_A}/location/location-class/@code": "GeographicLocationClass",
    f"{_A}/location/feature-designation/@code": "LocationType",
    f"{_A}/sector/@vocabulary": "SectorVocabulary",
    f"{_A}/sector{_DEFAULT}/@code": "Sector",
    f"{_A}/sector[@vocabulary='2']/@code": "SectorCategory",
    f"{_A}/tag/@vocabulary": "TagVocabulary",
    f"{_A}/tag[@vocabulary='2']/@code": "UNSDG-Goals",
    f"{_A}/tag[@vocabulary='3']/@code": "UNSDG-Targets",
    f"{_A}/country-budget-items/@vocabulary": "BudgetIdentifierVocabulary",
    f"{_A}/country-budget-items[@vocabulary='1']/budget-item/@code": "BudgetIdentifier",
    f"{_A}/humanitarian-scope/@type": "HumanitarianScopeType",
    f"{_A}/humanitarian-scope/@vocabulary": "HumanitarianScopeVocabulary",
    f"{_A}/policy-marker/@vocabulary": "PolicyMarkerVocabulary",
    f"{_A}/policy-marker{_DEFAULT}/@code": "PolicyMarker",
    f"{_A}/policy-marker/@significance": "PolicySignificance",
    f"{_A}/collaboration-type/@code": "CollaborationType",
    f"{_A}/default-flow-type/@code": "FlowType",
    f"{_A}/default-finance-type/@code": "FinanceType",
    f"{_A}/default-aid-type/@vocabulary": "AidTypeVocabulary",
    f"{_A}/default-aid-type{_DEFAULT}/@code": "AidType",
    f"{_A}/default-aid-type[@vocabulary='2']/@code": "EarmarkingCategory",
    f"{_A}/default-aid-type[@vocabulary='4']/@code": "CashandVoucherModalities",
    f"{_A}/default-tied-status/@code": "TiedStatus",
    f"{_A}/budget/@type": "BudgetType",
    f"{_A}/budget/@status": "BudgetStatus",
    f"{_A}/planned-disbursement/@type": "BudgetType",
    f"{_A}/planned-disbursement/*/@type": "OrganisationType",
    f"{_T}/transaction-type/@code": "TransactionType",
    f"{_T}/provider-org/@type": "OrganisationType",
    f"{_T}/receiver-org/@type": "OrganisationType",
    f"{_T}/disbursement-channel/@code": "DisbursementChannel",
    f"{_T}/sector/@vocabulary": "SectorVocabulary",
    f"{_T}/sector{_DEFAULT}/@code": "Sector",
    f"{_T}/sector[@vocabulary='2']/@code": "SectorCategory",
    f"{_T}/recipient-country/@code": "Country",
    f"{_T}/recipient-region/@vocabulary": "RegionVocabulary",
    f"{_T}/recipient-region{_DEFAULT}/@code": "Region",
    f"{_T}/flow-type/@code": "FlowType",
    f"{_T}/finance-type/@code": "FinanceType",
    f"{_T}/aid-type/@vocabulary": "AidTypeVocabulary",
    f"{_T}/aid-type{_DEFAULT}/@code": "AidType",
    f"{_T}/tied-status/@code": "TiedStatus",
    "//document-link/@format": "FileFormat",
    "//document-link/category/@code": "DocumentCategory",
    "//document-link/language/@code": "Language",
    "//document-link/recipient-country/@code": "Country",
    f"{_A}/related-activity/@type": "RelatedActivityType",
    f"{_A}/conditions/condition/@type": "ConditionType",
    f"{_A}/result/@type": "ResultType",
    f"{_A}/result/reference/@vocabulary": "ResultVocabulary",
    f"{_I}/@measure": "IndicatorMeasure",
    f"{_I}/reference/@vocabulary": "IndicatorVocabulary",
    f"{_A}/crs-add/other-flags/@code": "CRSAddOtherFlags",
    f"{_A}/crs-add/loan-terms/repayment-type/@code": "LoanRepaymentType",
    f"{_A}/crs-add/loan-terms/repayment-plan/@code": "LoanRepaymentPeriod",
    f"{_O}/reporting-org/@type": "OrganisationType",
    f"{_O}/*/@status": "BudgetStatus",
    f"{_O}/recipient-country-budget/recipient-country/@code": "Country",
    f"{_O}/recipient-region-budget/recipient-region{_DEFAULT}/@code": "Region",
}


@dataclass(frozen=True, slots=True)
class Codelist:
    """A codelist: its codes in force, those withdrawn, and whether it claims to hold all there are."""

    current: frozenset[str]
    withdrawn: frozenset[str]
    complete: bool


def code_findings(root: "etree._Element", codelists: Mapping[str, Codelist]) -> Iterator[Finding]:
    """Codes that are not in their list: errors, or warnings where the list is not complete; withdrawn ones warn."""
    tree = root.getroottree()
    for path, name in CODES.items():
        codelist = codelists[name]
        for code in nodes(tree, path):
            text = str(code)
            if text in codelist.current:
                continue
            element, values = code.getparent(), {"found": text[:80], "path": _told(path), "codelist": name}
            if text in codelist.withdrawn:
                yield finding(Severity.WARNING, "iati.code_withdrawn", element, **values)
            else:
                severity = Severity.ERROR if codelist.complete else Severity.WARNING
                yield finding(severity, "iati.code", element, **values)


def _told(path: str) -> str:
    """The last steps of a path, without its conditions."""
    steps = [step.partition("[")[0] for step in path.split("/") if step]
    return "/".join(steps[-2:])
