"""A programme's rulebook as a document that anyone may read: nothing in it is about a person."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ceiba.accounts.permissions import public
from ceiba.rulebook.document import Statistics, document_of
from ceiba.rulebook.selectors import programmes, rulebook_of, versions_of


@public
@require_safe
def rulebook_list(request: HttpRequest, statistics: Statistics | None = None) -> HttpResponse:
    """Every programme, with its name."""
    return render(request, "rulebook/list.html", {"programmes": programmes()})


@public
@require_safe
def rulebook_document(
    request: HttpRequest, code: str, digest: str = "", statistics: Statistics | None = None
) -> HttpResponse:
    """One version of a programme's rulebook: the one whose digest begins with `digest`, or the latest.

    `statistics` gives each rule's counts; the site's addresses pass it in, for they may know determinations.
    """
    versions = versions_of(code)
    version = next((version for version in versions if version.digest.startswith(digest)), None)
    if version is None:
        raise Http404
    counts = statistics(version) if statistics is not None else None
    context = {
        "document": document_of(rulebook_of(version), counts),
        "version": version,
        "versions": versions,
    }
    return render(request, "rulebook/document.html", context)
