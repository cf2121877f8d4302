"""Addresses of the ODK Central API."""

from collections.abc import Callable
from typing import Final

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from ceiba.analysts.views import entities, exports, forms, odata, sessions, submissions

app_name = "analysts"
_FORM: Final = "projects/<int:number>/forms/<str:code>"
_SUBMISSION: Final = f"{_FORM}/submissions/<str:instance>"
_DATASET: Final = "projects/<int:number>/datasets/<str:name>"


def _at(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    return path(route, view, name=name)


urlpatterns = [
    _at("sessions", sessions.sessions, "sessions"),
    _at("sessions/current", sessions.current_session, "current_session"),
    _at("sessions/<str:token>", sessions.one_session, "one_session"),
    _at("users/current", sessions.current_user, "current_user"),
    _at("projects", forms.project_list, "project_list"),
    _at("projects/<int:number>", forms.project, "project"),
    _at("projects/<int:number>/forms", forms.form_list, "form_list"),
    _at(f"{_FORM}.xml", forms.form_xml, "form_xml"),
    _at(f"{_FORM}.xlsx", forms.form_xlsx, "form_xlsx"),
    _at(f"{_FORM}.svc", odata.service, "service"),
    _at(f"{_FORM}.svc/$metadata", odata.metadata, "metadata"),
    _at(f"{_FORM}.svc/<path:resource>", odata.table, "table"),
    _at(_FORM, forms.form, "form"),
    _at(f"{_FORM}/fields", forms.form_fields, "form_fields"),
    _at(f"{_FORM}/attachments", forms.form_files, "form_files"),
    _at(f"{_FORM}/attachments/<str:name>", forms.form_file, "form_file"),
    _at(f"{_FORM}/versions", forms.version_list, "form_version_list"),
    _at(f"{_FORM}/versions/<str:name>.xml", forms.version_xml, "form_version_xml"),
    _at(f"{_FORM}/versions/<str:name>", forms.version, "form_version"),
    _at(f"{_FORM}/versions/<str:name>/fields", forms.version_fields, "form_version_fields"),
    _at(f"{_FORM}/submissions", submissions.submission_list, "submission_list"),
    _at(f"{_FORM}/submissions.csv", exports.table_csv, "submissions_csv"),
    _at(f"{_FORM}/submissions.csv.zip", exports.tables_zip, "submissions_zip"),
    _at(f"{_FORM}/submissions/keys", submissions.no_keys, "submission_keys"),
    _at(f"{_FORM}/submissions/submitters", submissions.submitter_list, "submitter_list"),
    _at(f"{_SUBMISSION}.xml", submissions.submission_xml, "submission_xml"),
    _at(_SUBMISSION, submissions.submission, "submission"),
    _at(f"{_SUBMISSION}/attachments", submissions.submission_files, "submission_files"),
    _at(f"{_SUBMISSION}/attachments/<str:name>", submissions.submission_file, "submission_file"),
    _at(f"{_SUBMISSION}/comments", submissions.comment_list, "comment_list"),
    _at(f"{_SUBMISSION}/diffs", submissions.difference_list, "difference_list"),
    _at(f"{_SUBMISSION}/versions", submissions.version_list, "version_list"),
    _at(f"{_SUBMISSION}/versions/<str:name>.xml", submissions.version_xml, "version_xml"),
    _at(f"{_SUBMISSION}/versions/<str:name>", submissions.version, "version"),
    _at(f"{_SUBMISSION}/versions/<str:name>/attachments", submissions.version_files, "version_files"),
    _at(
        f"{_SUBMISSION}/versions/<str:name>/attachments/<str:file>", submissions.version_file, "version_file"
    ),
    _at("projects/<int:number>/datasets", entities.dataset_list, "dataset_list"),
    _at(f"{_DATASET}.svc", entities.service, "entity_service"),
    _at(f"{_DATASET}.svc/$metadata", entities.metadata, "entity_metadata"),
    _at(f"{_DATASET}.svc/Entities", entities.table, "entity_table"),
    _at(_DATASET, entities.dataset, "dataset"),
    _at(f"{_DATASET}/entities", entities.entity_list, "entity_list"),
    _at(f"{_DATASET}/entities/<uuid:uuid>", entities.entity, "entity"),
    _at(f"{_DATASET}/entities/<uuid:uuid>/versions", entities.version_list, "entity_version_list"),
    _at("", sessions.nothing, "root"),
    _at("<path:rest>", sessions.nothing, "nothing"),
]
