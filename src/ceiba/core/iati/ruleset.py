"""IATI's standard ruleset, asked of a document: every rule at every element that its context selects."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from ceiba.core.iati.findings import Finding, Severity, finding
from ceiba.core.iati.rule_kinds import Case, Known, nodes, offences

Ruleset = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""As the standard's JSON: context (XPath) -> kind of rule -> {"cases": [...]}."""


def rule_findings(
    root: "etree._Element", ruleset: Ruleset, spanish: Mapping[str, str], known: Known
) -> Iterator[Finding]:
    """What breaks the ruleset, rule by rule. `spanish` has the rules' messages by their ids.

    Raises KeyError when the ruleset has a kind of rule, or a rule, that is not known: it is newer than this code.
    """
    tree = root.getroottree()
    for context, kinds in ruleset.items():
        selected = nodes(tree, context)
        for kind, rule in kinds.items():
            for spec in rule["cases"]:
                info = _info(spec)
                words = {"en": info["message"], "es": spanish[info["id"]]}
                severity = Severity(info["severity"])
                for element in selected:
                    for offence in offences(kind, Case(element, spec, known)):
                        yield finding(
                            severity, "iati.rule", offence.element, info["id"], found=offence.found, **words
                        )


def rules_of(ruleset: Ruleset) -> dict[str, str]:
    """The messages of every rule by its id, in English."""
    infos = (_info(spec) for kinds in ruleset.values() for rule in kinds.values() for spec in rule["cases"])
    return {info["id"]: info["message"] for info in infos}


def _info(spec: Mapping[str, Any]) -> Mapping[str, str]:
    """Of a loop, the one rule that it does."""
    if "do" not in spec:
        return spec["ruleInfo"]  # type: ignore[no-any-return]
    (rule,) = spec["do"].values()
    (case,) = rule["cases"]
    return case["ruleInfo"]  # type: ignore[no-any-return]
