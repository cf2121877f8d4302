"""The catalogue of facts: what rules can ask, and where each answer comes from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ceiba.accounts.permissions import public
from ceiba.core.evidence import KINDS
from ceiba.core.facts.document import facts_by_source, source_rule, source_title


@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every fact with its name, meaning, unit and bounds, source by source."""
    sources = [
        {
            "code": source,
            "title": source_title(source),
            "rule": source_rule(source),
            "is_evidence": source in KINDS,
            "facts": facts,
        }
        for source, facts in facts_by_source().items()
    ]
    return render(request, "facts/catalogue.html", {"sources": sources})
