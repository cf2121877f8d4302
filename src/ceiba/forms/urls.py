"""Addresses of the forms."""

from django.urls import path

from ceiba.forms import views

app_name = "forms"
urlpatterns = [
    path("", views.index, name="index"),
    path("upload/", views.upload, name="upload"),
    path("drafts/<slug:digest>/", views.preview, name="preview"),
    path("form/<slug:code>/", views.form, name="form"),
    path("form/<slug:code>/<int:number>/", views.form, name="version"),
    path("form/<slug:code>/<int:number>/<slug:what>/", views.download, name="download"),
]
