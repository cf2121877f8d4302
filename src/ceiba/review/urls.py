"""Addresses of what arrived from the field."""

from django.urls import path

from ceiba.review.views import enrolment, files, second_visits, submission, tray

app_name = "review"
urlpatterns = [
    path("", tray.index, name="index"),
    path("returned/", tray.returned, name="returned"),
    path("returned.csv", tray.returned_list, name="returned_list"),
    path("second-visits/", second_visits.index, name="second_visits"),
    path("second-visits/agreement/", second_visits.agreement, name="agreement"),
    path("enrolments/<int:proposal>/", enrolment.enrolment, name="enrolment"),
    path("<int:pk>/", submission.submission, name="submission"),
    path("<int:pk>/decision/", submission.decide, name="decide"),
    path("<int:pk>/flags/<slug:flag>/", submission.dismiss, name="dismiss"),
    path("<int:pk>/quarantine/", submission.quarantine, name="quarantine"),
    path("<int:pk>/xml/", files.raw, name="raw"),
    path("<int:pk>/conflicts/<int:conflict>/xml/", files.conflict, name="conflict"),
    path("<int:pk>/files/<int:file>/", files.attachment, name="file"),
    path("<int:pk>/files/<int:file>/small/", files.thumbnail, name="thumbnail"),
]
